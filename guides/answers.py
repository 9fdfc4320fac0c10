"""The markup of answers: paragraphs, lists, links and limits, and nothing else; all the rest is shown as it is typed.

``[text](guides:sms#new-number)`` leads to a page of the portal by its URL name, ``[text](https://…)`` to another site,
``[text](simulator)`` to the sandbox where there is one. ``{pin_minutes}`` is what this portal is set to, with its unit.
"""

import re
from collections.abc import Callable

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from guides.portal_facts import placeholders

SIMULATOR = "simulator"
_LINK = re.compile(r"\[([^\]\n]{1,200})\]\(([^)\s]{1,300})\)")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BLANK_LINES = re.compile(r"\n\s*\n")
_NUMBERED = re.compile(r"\d{1,2}\. ")


def as_html(answer: str) -> SafeString:
    """The answer in the language in use, as HTML that holds nothing but what this module makes."""
    blocks = _BLANK_LINES.split(_filled(answer).replace("\r\n", "\n").strip())
    return mark_safe("".join(_block(block.strip()) for block in blocks if block.strip()))  # noqa: S308  all is escaped


def as_search_text(answer: str) -> str:
    """The words alone, to be searched."""
    return _LINK.sub(r"\1", _filled(answer))


def as_plain_text(answer: str, absolute: Callable[[str], str]) -> str:
    """The answer as plain text for a letter, with the addresses of its links, which ``absolute`` makes whole."""

    def linked(match: re.Match[str]) -> str:
        address = _address(match[2])
        return f"{match[1]} ({absolute(address)})" if address else match[1]

    return _LINK.sub(linked, _filled(answer)).replace("\r\n", "\n").strip()


def errors_in(answer: str) -> list[str]:
    """What is wrong with an answer, as sentences for its editor."""
    links = [target for _text, target in _LINK.findall(answer) if target != SIMULATOR and not _address(target)]
    unknown = [name for name in _PLACEHOLDER.findall(answer) if name not in placeholders()]
    return [
        *(_("El enlace a «%(target)s» no lleva a ninguna página") % {"target": target} for target in links),
        *(_("No hay ningún límite que se llame «%(name)s»") % {"name": name} for name in unknown),
    ]


def _filled(answer: str) -> str:
    known = placeholders()
    return _PLACEHOLDER.sub(lambda match: known.get(match[1], match[0]), answer)


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.startswith("- ") for line in lines):
        return f"<ul>{''.join(_item(line[2:]) for line in lines)}</ul>"
    if all(_NUMBERED.match(line) for line in lines):
        return f"<ol>{''.join(_item(_NUMBERED.sub('', line, count=1)) for line in lines)}</ol>"
    return f"<p>{_inline(' '.join(lines))}</p>"


def _item(text: str) -> str:
    return f"<li>{_inline(text)}</li>"


def _inline(text: str) -> str:
    made, end = [], 0
    for match in _LINK.finditer(text):
        made += [escape(text[end : match.start()]), _link(match[1], match[2])]
        end = match.end()
    return "".join([*made, escape(text[end:])])


def _link(text: str, target: str) -> str:
    address = _address(target)
    if not address:
        return escape(text)
    if not target.startswith("https://"):
        return format_html('<a href="{}">{}</a>', address, text)
    return format_html(
        '<a href="{}" target="_blank" rel="noopener noreferrer">{}<span class="visually-hidden"> {}</span></a>',
        address,
        text,
        _("(en otra pestaña)"),
    )


def _address(target: str) -> str:
    """Where a link leads; ``""`` when there is no such page."""
    if target.startswith("https://"):
        return target
    if target == SIMULATOR:
        return str(settings.SANDBOX_PUBLIC_URL)
    name, _hash, anchor = target.partition("#")
    try:
        return reverse(name) + (f"#{anchor}" if anchor else "")
    except NoReverseMatch:
        return ""
