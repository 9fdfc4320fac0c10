"""Extraction, completeness and compilation of the translations."""

import gettext
from pathlib import Path

import pytest

from tramites_site import translations

TEMPLATE = """{% load i18n %}
   <p title="it's">{% translate "Hola" %}
     {% blocktranslate count n=n %}Falta {{ n }} <b>día</b>{% plural %}Faltan {{ n }} <b>días</b>{% endblocktranslate %}
  {% translate "Mayo" context "mes" %} 0777 (( "
"""
SOURCE = 'from django.utils.translation import gettext as _\nTEXT = _("Adiós, {name}")\n'
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
HEADER += '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
HELLO = 'msgid "Hola"\nmsgstr "Hello"\n\n'
DAYS = (
    'msgid "Falta %(n)s <b>día</b>"\nmsgid_plural "Faltan %(n)s <b>días</b>"\n'
    'msgstr[0] "%(n)s <b>day</b> left"\nmsgstr[1] "%(n)s <b>days</b> left"\n\n'
)
MAY = 'msgctxt "mes"\nmsgid "Mayo"\nmsgstr "May"\n\n'
BYE = 'msgid "Adiós, {name}"\nmsgstr "Bye, {name}"\n\n'


@pytest.fixture
def english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The English file of a small project, complete."""
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    for folder in ("templates/x", "accounts/migrations", "locale/en/LC_MESSAGES"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "templates/x/page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "accounts/models.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "accounts/migrations/0001.py").write_text('gettext("never shown")', encoding="utf-8")
    path = tmp_path / "locale/en/LC_MESSAGES/django.po"
    path.write_text(HEADER + HELLO + DAYS + MAY + BYE, encoding="utf-8")
    return path


def complaints() -> list[str]:
    return list(translations.problems("en", translations.extract_catalog()))


def test_a_complete_translation_has_nothing_to_complain_of(english: Path) -> None:
    assert complaints() == []
    assert translations.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("text", "instead", "complaint"),
    [
        (HELLO, "", "not translated: 'Hola' (templates/x/page.html)"),
        (HELLO, 'msgid "Hola"\nmsgstr ""\n\n', "not translated: 'Hola' (templates/x/page.html)"),
        (HELLO, "#, fuzzy\n" + HELLO, "fuzzy: 'Hola' (templates/x/page.html)"),
        (MAY, 'msgid "Mayo"\nmsgstr "May"\n\n', "not translated: 'Mayo' (templates/x/page.html)"),
        (DAYS, DAYS.replace("days</b> left", ""), "other placeholders than the source: 'Falta %(n)s <b>día</b>'"),
        (DAYS, DAYS.replace('"%(n)s <b>days</b> left"', '""'), "not translated: 'Falta %(n)s <b>día</b>'"),
        (BYE, BYE.replace("Bye, {name}", "Bye, {nane}"), "other placeholders than the source: 'Adiós, {name}'"),
        (BYE, BYE + 'msgid "Viejo"\nmsgstr "Old"\n', "no longer in the sources: 'Viejo' ()"),
    ],
)
def test_what_is_wrong_is_named(english: Path, text: str, instead: str, complaint: str) -> None:
    complete = english.read_text(encoding="utf-8")
    assert text in complete
    english.write_text(complete.replace(text, instead), encoding="utf-8")
    assert any(said.startswith(complaint) for said in complaints())
    assert translations.main(["--check"]) == 1


def test_bringing_up_to_date_keeps_translations_and_drops_what_is_gone(english: Path) -> None:
    english.write_text(HEADER + HELLO + 'msgid "Viejo"\nmsgstr "Old"\n', encoding="utf-8")
    assert translations.main(["--update"]) == 0
    once = english.read_bytes()
    assert b'msgstr "Hello"' in once
    assert b"Viejo" not in once
    assert b"never shown" not in once
    assert b"Date" not in once
    assert len(complaints()) == 3
    translations.main(["--update"])
    assert english.read_bytes() == once


def test_what_is_compiled_is_read_by_gettext_and_only_made_anew_when_older(english: Path) -> None:
    assert translations.compile_stale() == ["en"]
    with english.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Hola") == "Hello"
    assert compiled.pgettext("mes", "Mayo") == "May"
    assert compiled.ngettext("Falta %(n)s <b>día</b>", "Faltan %(n)s <b>días</b>", 2) == "%(n)s <b>days</b> left"
    assert translations.compile_stale() == []
