"""The translations of the portal's own texts: `python -m tramites_site.translations --check | --update | --compile`.

Texts stand in Spanish in the sources; each other language is `locale/<language>/LC_MESSAGES/django.po`. Babel does the
work of the gettext tools, which a machine need not have.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
APPS = (
    "tramites_site",
    "backoffice",
    "accesses",
    "procedures",
    "documents",
    "clave",
    "accounts",
    "guides",
    "foundation",
)
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext", "npgettext")},
    "gettext_noop": None,
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}|</?[a-z][a-z0-9]*")  # tags count too
VOLATILE = re.compile(rb'^"(?:POT-Creation|PO-Revision|Last-Translator|Language-Team|Report-Msgid|Generated-By)')


def extract_catalog() -> Catalog:
    """Return every text that the sources mark as translatable, with the files that contain it."""
    found = Catalog(project="Trámites", charset="utf-8", fuzzy=False)
    for path in sorted(_sources()):
        text = path.read_text(encoding="utf-8")
        source = io.BytesIO((text if path.suffix == ".py" else _as_python(text)).encode())
        options = {"encoding": "utf-8"}
        for _line, texts, comments, context in extract("python", source, KEYWORDS, ["Translators"], options):
            place = (path.relative_to(ROOT).as_posix(), 0)
            found.add(texts, locations=[place], auto_comments=comments, context=context)
    return found


def problems(language: str, sources: Catalog) -> Iterator[str]:
    """Yield what is wrong with the translation into one language, a line each."""
    translated = _read(language)
    for message in _messages(sources):
        own = translated.get(message.id, message.context)
        if own is None or not all(_forms(own.string)):
            yield f"not translated: {_describe(message)}"
        elif own.fuzzy:
            yield f"fuzzy: {_describe(message)}"
        elif any(_placeholders(form) != due for form, due in zip(_forms(own.string), _expected(own), strict=False)):
            yield f"other placeholders than the source: {_describe(message)}"
    for message in _messages(translated):
        if sources.get(message.id, message.context) is None:
            yield f"no longer in the sources: {_describe(message)}"


def update(language: str, sources: Catalog) -> None:
    """Rewrite the language's file: new texts are empty, translations are kept, texts that are gone are dropped."""
    translated = _read(language)
    translated.update(sources, no_fuzzy_matching=True, update_header_comment=False)
    translated.obsolete.clear()
    target = io.BytesIO()
    write_po(target, translated, width=100, sort_output=True, include_lineno=False, omit_header=False)
    kept = [line for line in target.getvalue().splitlines(keepends=True) if not VOLATILE.match(line)]
    _path(language).write_bytes(b"".join(kept))


def compile_stale() -> list[str]:
    """Write the `.mo` of each language whose `.po` is newer, atomically, and return those languages."""
    written = []
    for language in languages():
        source = _path(language)
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        compiled = io.BytesIO()
        write_mo(compiled, _read(language))
        temporary = target.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_bytes(compiled.getvalue())
        temporary.replace(target)
        written.append(language)
    return written


def languages() -> list[str]:
    """Return the languages that have a file, as their folders are named."""
    return sorted(path.parent.parent.name for path in (ROOT / "locale").glob("*/LC_MESSAGES/django.po"))


def _sources() -> Iterator[Path]:
    yield from (path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)
    yield from (path for suffix in ("html", "txt") for path in (ROOT / "templates").rglob(f"*.{suffix}"))


def _as_python(template: str) -> str:
    """Return a template as calls of gettext; without indents, which Python's tokenizer would reject."""
    from django.utils.translation.template import templatize

    return "\n".join(line.lstrip() for line in templatize(template).splitlines())


def _path(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(language: str) -> Catalog:
    with _path(language).open("rb") as file:
        return read_po(file, locale=language.replace("-", "_").partition("_valencia")[0], abort_invalid=True)


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _forms(texts: object) -> tuple[str, ...]:
    return tuple(texts) if isinstance(texts, tuple | list) else (str(texts or ""),)


def _placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text.replace("%%", "")))


def _expected(message: Message) -> list[set[str]]:
    """Return the placeholders of each form of the translation; forms beyond those of Spanish are like its plural."""
    sources = [_placeholders(form) for form in _forms(message.id)]
    return [sources[min(number, len(sources) - 1)] for number in range(len(_forms(message.string)))]


def _describe(message: Message) -> str:
    return f"{_forms(message.id)[0]!r} ({', '.join(sorted({name for name, _ in message.locations}))})"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    action = parser.add_mutually_exclusive_group(required=True)
    action.add_argument("--check", action="store_true", help="fail when a language is not complete")
    action.add_argument("--update", action="store_true", help="bring the .po files up to date with the sources")
    action.add_argument("--compile", action="store_true", help="write the .mo files that are out of date")
    chosen = parser.parse_args(arguments)
    if chosen.compile:
        compile_stale()
        return 0
    sources = extract_catalog()
    found = [] if languages() else ["no language: locale/<language>/LC_MESSAGES/django.po is missing"]
    for language in languages():
        if chosen.update:
            update(language, sources)
        found += [f"{language}: {problem}" for problem in problems(language, sources)]
    if found:
        summary = f"{len(found)} translations to do (make translations brings the files up to date)\n"
        sys.stdout.write("\n".join([*found, summary]))
    return 1 if found and chosen.check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
