"""Two facts about a received PDF: that it is one, and how many pages it declares.

The file comes from outside and may be crafted to attack its parser, so it is never parsed as a whole, and what is
inflated is bounded. What is not understood is *unknown*, never an error. Source: ISO 32000-1, 7.5.7 (object streams)
and 7.7.3 (page tree).
"""

import re
import zlib
from collections.abc import Iterator
from itertools import islice, pairwise

MAGIC = b"%PDF-"
UNKNOWN = 0
MAX_PAGES = 9999
_MAX_INFLATED = 4 << 20
_MAX_STREAMS = 200
_MAX_NODES = 1000
_MAX_DICTIONARY = 64 << 10

_TREE = re.compile(rb"/Type\s*/Pages(?![A-Za-z])")
_COUNT = re.compile(rb"/Count\s+(\d{1,6})(?![\d\s]*R)")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm(?![A-Za-z])")
_FIRST = re.compile(rb"/First\s+(\d{1,7})")
_STREAM = re.compile(rb"stream\r?\n")


def is_pdf(content: bytes) -> bool:
    return content.startswith(MAGIC)


def count_pages(content: bytes) -> int:
    """Return the page count in the root of the page tree, or ``UNKNOWN`` when it is not stated plainly."""
    counts = [int(match[1]) for node in _tree_nodes(content) for match in _COUNT.finditer(node)]
    most = max(counts, default=UNKNOWN)
    return most if most <= MAX_PAGES else UNKNOWN


def _tree_nodes(content: bytes) -> Iterator[bytes]:
    """Yield the source of each node of the page tree, whether plain or in an object stream."""
    for match in islice(_TREE.finditer(content), _MAX_NODES):
        yield _around(content, match.start())
    for objects in _object_streams(content):
        yield from (found for found in objects if _TREE.search(found))


def _around(content: bytes, at: int) -> bytes:
    """Return the object around the position ``at``."""
    begin = content.rfind(b"obj", max(0, at - _MAX_DICTIONARY), at)
    end = content.find(b"endobj", at, at + _MAX_DICTIONARY)
    return content[max(begin, 0) : end if end > 0 else at]


def _object_streams(content: bytes) -> Iterator[list[bytes]]:
    """Yield the objects of each object stream, as far as the bounds allow."""
    left = _MAX_INFLATED
    for number, match in enumerate(_OBJECT_STREAM.finditer(content)):
        if left <= 0 or number >= _MAX_STREAMS:
            return
        data, first = _inflated(content, match.start(), left)
        left -= len(data)
        yield _split(data, first)


def _inflated(content: bytes, at: int, limit: int) -> tuple[bytes, int]:
    """Return the inflated stream whose dictionary is around ``at``, and the offset of its first object."""
    dictionary = _around(content, at)
    first = _FIRST.search(dictionary)
    start = _STREAM.search(content, at, at + _MAX_DICTIONARY)
    if first is None or start is None:
        return b"", 0
    raw = content[start.end() : start.end() + limit]
    try:
        return zlib.decompressobj().decompress(raw, limit), int(first[1])
    except zlib.error:
        return b"", 0


def _split(data: bytes, first: int) -> list[bytes]:
    """Split an object stream into its objects; its header is pairs of object number and offset."""
    head = data[:first].split()
    if not all(part.isdigit() and len(part) < 9 for part in head):
        return []
    offsets = sorted(first + int(part) for part in head[1::2])
    return [data[begin:end] for begin, end in pairwise([*offsets, len(data)])]
