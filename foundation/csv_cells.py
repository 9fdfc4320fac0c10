"""Cells of CSV files that no spreadsheet runs as a formula (OWASP: CSV injection).

Threat: a text that somebody typed into the portal begins with ``=``, and whoever opens the export runs it. Spreadsheets
take the full-width forms of the signs for the signs, and skip a leading tab or line break.
"""

import re

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def escape_formula(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run, and before what looks escaped already."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape_formula(text: str) -> str:
    """Return the text that ``escape_formula`` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
