"""Whether a received file is a whole PDF, told by its first and last bytes.

The file may be crafted to attack its parser, so it is not parsed here; what parses it is ``documents/inspection/``, in
a process of its own. Sources: ISO 32000-1, 7.5 (file structure) and annex F (linearized files); annex H of PDF 1.7 for
what readers take: a header within the first 1,024 bytes.
"""

import re

HEADER_WITHIN = 1024
_BEFORE = rb"(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe|[\x00\t\n\x0c\r ])*"
"""Blanks and byte order marks, which servers put before a file by mistake."""
_HEADER = re.compile(_BEFORE + rb"%PDF-\d\.\d(?!\d)")
_OBJECT = re.compile(rb"\d\s{1,8}\d{1,5}\s{1,8}obj(?![A-Za-z])")
_LINEARIZED = re.compile(rb"/Linearized\s")
_LENGTH = re.compile(rb"/L\s{1,8}(\d{1,12})(?!\d)")
_END = b"%%EOF"
_NEAR = 1024


def is_pdf(content: bytes) -> bool:
    """Return whether the content is a PDF from its header to its end.

    Half a file is none: its end is missing, or objects follow it, or it is shorter than it declares. A file without a
    cross-reference is one: readers make it anew.
    """
    header = _HEADER.match(content, 0, HEADER_WITHIN)
    end = content.rfind(_END)
    if header is None or end < 0 or not _OBJECT.search(content, header.end(), end):
        return False
    start = content.index(b"%PDF-")
    return not _OBJECT.search(content, end) and len(content) - start >= _declared_length(content, start)


def _declared_length(content: bytes, start: int) -> int:
    """Return the length that a linearized file declares in its first object; 0 for any other file."""
    if not _LINEARIZED.search(content, start, start + _NEAR):
        return 0
    length = _LENGTH.search(content, start, start + _NEAR)
    return int(length[1]) if length else 0
