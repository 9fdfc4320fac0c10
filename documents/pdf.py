"""What is looked at in a received PDF: that it is one, and how many pages it says it has.

Nothing here parses the whole file: it came from outside, and may be made to harm whoever does. What is inflated is
bounded; what is not understood is *unknown*, never an error. Source: ISO 32000-1, 7.5.7 (object streams), 7.7.3.
"""

import re
import zlib
from collections.abc import Iterator
from itertools import islice, pairwise

MAGIC = b"%PDF-"
UNKNOWN = 0
MOST_PAGES = 9999
_INFLATED_AT_MOST = 4 << 20
_STREAMS_AT_MOST = 200
_NODES_AT_MOST = 1000
_DICTIONARY_AT_MOST = 64 << 10

_TREE = re.compile(rb"/Type\s*/Pages(?![A-Za-z])")
_COUNT = re.compile(rb"/Count\s+(\d{1,6})(?![\d\s]*R)")
_OBJECT_STREAM = re.compile(rb"/Type\s*/ObjStm(?![A-Za-z])")
_FIRST = re.compile(rb"/First\s+(\d{1,7})")
_STREAM = re.compile(rb"stream\r?\n")


def is_pdf(content: bytes) -> bool:
    """Whether the content begins as a PDF does."""
    return content.startswith(MAGIC)


def count_pages(content: bytes) -> int:
    """How many pages the root of the page tree counts; ``UNKNOWN`` when it does not say so plainly."""
    counts = [int(match[1]) for node in _tree_nodes(content) for match in _COUNT.finditer(node)]
    most = max(counts, default=UNKNOWN)
    return most if most <= MOST_PAGES else UNKNOWN


def _tree_nodes(content: bytes) -> Iterator[bytes]:
    """The text of each node of the page tree, in the open or in an object stream."""
    for match in islice(_TREE.finditer(content), _NODES_AT_MOST):
        yield _around(content, match.start())
    for objects in _object_streams(content):
        yield from (found for found in objects if _TREE.search(found))


def _around(content: bytes, at: int) -> bytes:
    """The object that holds the position ``at``."""
    begin = content.rfind(b"obj", max(0, at - _DICTIONARY_AT_MOST), at)
    end = content.find(b"endobj", at, at + _DICTIONARY_AT_MOST)
    return content[max(begin, 0) : end if end > 0 else at]


def _object_streams(content: bytes) -> Iterator[list[bytes]]:
    """The objects of each compressed object stream, as far as the bounds allow."""
    left = _INFLATED_AT_MOST
    for number, match in enumerate(_OBJECT_STREAM.finditer(content)):
        if left <= 0 or number >= _STREAMS_AT_MOST:
            return
        data, first = _inflated(content, match.start(), left)
        left -= len(data)
        yield _split(data, first)


def _inflated(content: bytes, at: int, limit: int) -> tuple[bytes, int]:
    """The plain content of the stream whose dictionary is around ``at``, and where its first object begins."""
    dictionary = _around(content, at)
    first = _FIRST.search(dictionary)
    start = _STREAM.search(content, at, at + _DICTIONARY_AT_MOST)
    if first is None or start is None:
        return b"", 0
    raw = content[start.end() : start.end() + limit]
    try:
        return zlib.decompressobj().decompress(raw, limit), int(first[1])
    except zlib.error:
        return b"", 0


def _split(data: bytes, first: int) -> list[bytes]:
    """The objects of an object stream: its head is pairs of number and offset."""
    head = data[:first].split()
    if not all(part.isdigit() and len(part) < 9 for part in head):
        return []
    offsets = sorted(first + int(part) for part in head[1::2])
    return [data[begin:end] for begin, end in pairwise([*offsets, len(data)])]
