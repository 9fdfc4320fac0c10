"""PDFs that attack their reader, and files that only look like PDFs."""

import zlib

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"


def pdf_of(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Make a whole PDF of these objects, numbered from 1, with a true cross-reference table."""
    content, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count, start = len(objects) + 1, len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return content + b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (count, trailer, start)


def bomb(dictionary: bytes, megabytes: int = 400) -> bytes:
    """Make a stream of some hundred kilobytes that inflates to as many megabytes."""
    packer = zlib.compressobj(9)
    raw = b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(raw), raw)


def _deep_tree(depth: int) -> bytes:
    nodes = [b"<</Type/Pages/Kids[%d 0 R]>>" % (number + 1) for number in range(2, depth)]
    return pdf_of(CATALOG, *nodes, PAGE)


def hostile() -> dict[str, bytes]:
    one_page = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    return {
        "more pages declared than there are": pdf_of(CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 5000>>", PAGE),
        "a negative number of pages": pdf_of(CATALOG, b"<</Type/Pages/Kids[]/Count -3>>"),
        "no page": pdf_of(CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"),
        "a page tree in a circle": pdf_of(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]>>"),
        "a page tree of 20,000 levels": _deep_tree(20_000),
        "arrays in arrays": pdf_of(CATALOG, b"<</Type/Pages/Count 7/Kids " + b"[" * 1_000_000 + b">>"),
        "half a million objects": pdf_of(CATALOG, b"<</Type/Pages/Kids[]>>", *[b"1"] * 100_000),
        "an earlier table that is this one": pdf_of(CATALOG, b"<</Type/Pages/Kids[]>>", trailer=b"/Root 1 0 R/Prev 9"),
        "a bomb as object stream": pdf_of(bomb(b"/Type/ObjStm/N 90/First 900"), trailer=b"/Root 5 0 R"),
        "a bomb as cross-reference": pdf_of(bomb(b"/Type/XRef/W[1 2 2]/Size 9")).replace(b"xref\n0", b"xxxx\n0"),
        "only its outline counts": pdf_of(b"<</Type/Catalog/Outlines 2 0 R>>", b"<</Type/Outlines/Count 12>>"),
        "an encryption that there is not": pdf_of(
            CATALOG, one_page, PAGE, trailer=b"/Root 1 0 R/Encrypt<</Filter/None/V 9>>"
        ),
    }
