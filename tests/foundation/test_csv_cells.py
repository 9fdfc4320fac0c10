"""No text in a CSV file runs as a formula, and each is read back as it was."""

import pytest

from foundation.csv_cells import escape_formula, unescape_formula


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe(sign: str) -> None:
    assert escape_formula(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("text", ["", "Mis multas", "1-1", "'quoted'", "a=b", " =1"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert escape_formula(text) == text


@pytest.mark.parametrize("text", ["=1", "'=1", "''=1", "'a", "-", "", "＝1"])
def test_an_escaped_text_is_read_back(text: str) -> None:
    assert unescape_formula(escape_formula(text)) == text
