"""The markup of answers: Markdown's paragraphs, lists and links, and nothing else; all the rest is shown as typed.

``[text](guides:sms#new-number)`` leads to a page of the portal by its URL name, ``[text](https://…)`` to another site,
``[text](simulator)`` to the sandbox where there is one. ``{pin_minutes}`` stands for a limit of this portal with its
unit.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

from guides.portal_facts import placeholders

SIMULATOR = "simulator"
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class _Markdown(MarkdownIt):
    """A parser of paragraphs, lists and links alone; HTML is text to it."""

    def __init__(self) -> None:
        super().__init__("zero", {"html": False, "linkify": False})
        self.enable(["list", "link", "newline"])
        for line_break in ("softbreak", "hardbreak"):
            self.add_render_rule(line_break, lambda *_token: " ")

    def validateLink(self, url: str) -> bool:
        """Accept any target here: ``_address`` decides, and a refused link leaves its text."""
        return True


_markdown = _Markdown()


def as_html(answer: str) -> SafeString:
    """Return the answer in the language in use as HTML: ``p``, ``ul``, ``ol``, ``li`` and ``a``, without scripts."""
    tokens = _parse(answer)
    for token in tokens:
        if token.children:
            token.children = list(_with_addresses(token.children))
    html = str(_markdown.renderer.render(tokens, _markdown.options, {}))
    return mark_safe(html.replace("\n", ""))  # noqa: S308  the renderer escapes all text and attributes


def as_plain_text(answer: str, absolute: Callable[[str], str] | None = None) -> str:
    """Return the answer as text; links are followed by their addresses if ``absolute`` makes these whole URLs."""
    blocks: list[tuple[str, str]] = []
    marker = ""
    for token in _parse(answer):
        if token.type == "list_item_open":
            marker = f"{token.info}{token.markup} "
        elif token.type == "inline":
            blocks.append((marker, _text(token, absolute)))
            marker = ""
    text = "".join(blocks[0]) if blocks else ""
    for (above, _above), (own, words) in pairwise(blocks):
        is_same_list = above and above[-2:] == own[-2:]
        text += ("\n" if is_same_list else "\n\n") + own + words
    return text


def errors_in(answer: str) -> list[str]:
    """Return a sentence for the editor about each link without a page and each unknown limit."""
    targets = [
        str(child.attrs["href"])
        for token in _parse(answer)
        for child in token.children or ()
        if child.type == "link_open"
    ]
    links = [target for target in targets if target != SIMULATOR and not _address(target)]
    unknown = [name for name in _PLACEHOLDER.findall(answer) if name not in placeholders()]
    return [
        *(_("El enlace a «%(target)s» no lleva a ninguna página") % {"target": target} for target in links),
        *(_("No hay ningún límite que se llame «%(name)s»") % {"name": name} for name in unknown),
    ]


def _parse(answer: str) -> list[Token]:
    known = placeholders()
    return _markdown.parse(_PLACEHOLDER.sub(lambda match: known.get(match[1], match[0]), answer))


def _with_addresses(tokens: list[Token]) -> Iterator[Token]:
    """Yield the tokens of a line with resolved links; of a link without a page only the text is left."""
    address = target = ""
    for token in tokens:
        if token.type == "link_open":
            target = str(token.attrs["href"])
            address = _address(target)
            token.attrs = {"href": address}
            if _is_external(target):
                token.attrs |= {"target": "_blank", "rel": "noopener noreferrer"}
        elif token.type == "link_close" and address and _is_external(target):
            note = format_html('<span class="visually-hidden"> {}</span>', _("(en otra pestaña)"))
            yield Token("html_inline", "", 0, content=note)
        if address or not token.type.startswith("link_"):
            yield token


def _text(token: Token, absolute: Callable[[str], str] | None) -> str:
    text = address = ""
    for child in token.children or ():
        match child.type:
            case "link_open":
                address = _address(str(child.attrs["href"]))
            case "link_close" if address and absolute:
                text += f" ({absolute(address)})"
            case "softbreak" | "hardbreak":
                text += "\n"
            case _:
                text += child.content
    return text


def _is_external(target: str) -> bool:
    """Return whether the target is another site's https address, without credentials that would disguise its host."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return target.startswith("https://") and bool(parts.hostname) and "@" not in parts.netloc


def _address(target: str) -> str:
    """Return the address of a link's target; ``""`` when there is no such page."""
    if _is_external(target):
        return target
    if target == SIMULATOR:
        return str(settings.SANDBOX_PUBLIC_URL)
    name, _hash, anchor = target.partition("#")
    try:
        return reverse(name) + (f"#{anchor}" if anchor else "")
    except NoReverseMatch:
        return ""
