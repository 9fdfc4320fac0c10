"""The one cleaner of what people type: invisible characters, look-alikes, spaces; what their spelling keeps."""

from collections.abc import Callable

import pytest

from foundation.text import MAX_LENGTH, clean_code, clean_lines, clean_text, compact_code
from tests.pasted import DASHES, INVISIBLE, SPACES, variants

FAMILY, HEART, PERSIAN = "👩‍👧", "❤️", "می\u200cخواهم"
WALES, NEW_EMOJI = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", "\U0001fae9\U0001f6d8"

every_invisible = pytest.mark.parametrize("mark", INVISIBLE.values(), ids=INVISIBLE.keys())


@every_invisible
def test_a_code_loses_what_cannot_be_seen(mark: str) -> None:
    assert clean_code(f"{mark}K7{mark}MB{mark}") == "K7MB"
    assert clean_code(mark) == ""


@pytest.mark.parametrize("dash", DASHES, ids=lambda dash: f"U+{ord(dash):04X}")
def test_every_dash_of_a_code_is_a_hyphen(dash: str) -> None:
    assert clean_code(f"K7{dash}MB") == "K7-MB"
    assert "-" not in clean_text(f"2020{dash}2024") or dash in "\uff0d\ufe63"


@pytest.mark.parametrize("space", [*SPACES, "\u2028", "\x85", "\x1f", " \t ", "\x00", "\x7f"], ids=ascii)
def test_spaces_and_control_characters_become_one_space_and_none_at_the_ends(space: str) -> None:
    for clean in (clean_code, clean_text):
        assert clean(f"{space}a{space}{space}b{space}") == "a b"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("１２３４５６７８Ｚ", "12345678Z"),
        ("＋３４ ６", "+34 6"),
        ("①²", "12"),
        ("٠٥/١١/٢٠٢١", "05/11/2021"),
        ("१२३", "123"),
        ("K7\u3164MB\u2800", "K7MB"),
        ("K7\u05beMB\u301c", "K7-MB-"),
        ("ﬁn", "fin"),
        ("é", "é"),
        ("e\u0301", "é"),
    ],
)
def test_a_code_is_written_in_plain_characters(typed: str, code: str) -> None:
    assert clean_code(typed) == code


@pytest.mark.parametrize("typed", [*variants("12.345.678-z"), *variants("12 345-678/z"), "12_34:56,78·Z"])
def test_a_compact_code_has_no_separators(typed: str) -> None:
    assert compact_code(typed) == "12345678Z"


@pytest.mark.parametrize(
    "text",
    [
        "Calle Mayor, 2.º A",
        "½ jornada",
        "1995–2001 — «sí»",
        "ﬁn",
        "李雷",
        FAMILY,
        HEART,
        PERSIAN,
        WALES,
        NEW_EMOJI,
        "🇪🇸",
        "O'Higgins <3",
    ],
)
def test_a_text_keeps_the_spelling_of_its_author(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("Á\u202evila", "Ávila"),
        ("n\u200b\u0303", "ñ"),
        ("a\ud800b\ue000c\u0378d", "abcd"),
        ("\u2066Ana\u2069", "Ana"),
        ("factura\u202efdp.exe", "facturafdp.exe"),
        ("a\u180eb\u00adc", "abc"),
        ("\u3164", ""),
        ("hi\U000e0068\U000e0069", "hi"),
        ("🏴\U000e0067", "🏴"),
        ("", ""),
    ],
)
def test_a_text_loses_what_deceives_or_cannot_be_stored(typed: str, text: str) -> None:
    assert clean_text(typed) == text


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028", "\v"])
def test_several_lines_are_cleaned_each_for_itself(line_end: str) -> None:
    typed = line_end.join(["", " uno\u200b  dos ", "", "\ttres"])
    assert clean_lines(typed) == "uno dos\n\ntres"


@pytest.mark.parametrize("typed", [*variants("12345678-Z"), "\ud800" * 9, "ﷺ" * 300, "\u0300" * 300, "🙂 \x00"])
def test_what_is_clean_stays_as_it_is(typed: str) -> None:
    for clean in (clean_code, clean_text, clean_lines):
        assert clean(clean(typed)) == clean(typed)


@pytest.mark.parametrize("clean", [clean_code, clean_text, clean_lines])
def test_a_text_longer_than_any_field_costs_no_quadratic_time(clean: Callable[[str], str]) -> None:
    accents = "\u0315\u0300" * 300_000  # minutes, if they were sorted
    assert len(clean(f" a{accents} ")) > MAX_LENGTH
    assert clean("K7MB" + " " * 300_000) == "K7MB"
