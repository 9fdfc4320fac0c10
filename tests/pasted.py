"""What becomes of a typed datum on its way through a phone's clipboard: the same to a person, not to a parser."""

INVISIBLE = {
    "zero width space": "\u200b",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "left-to-right mark": "\u200e",
    "isolate": "\u2068",
    "end of isolate": "\u2069",
    "embedding": "\u202a",
    "end of embedding": "\u202c",
    "zero width joiner": "\u200d",
    "variation selector": "\ufe0f",
}
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe58\ufe63"
SPACES = "\u00a0\u2009\u202f\u3000\t"


def variants(typed: str) -> list[str]:
    """Return the datum with each invisible character around and within it, each dash, each space and full width."""
    middle = len(typed) // 2
    return [
        *(f"{mark}{typed[:middle]}{mark}{typed[middle:]}{mark}" for mark in INVISIBLE.values()),
        *(typed.replace("-", dash) for dash in DASHES if "-" in typed),
        *(f"{space}{typed.replace(' ', space)}{space}" for space in SPACES),
        "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in typed),
        f"\u2066{typed}\u2069\r\n",
    ]
