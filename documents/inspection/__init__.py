"""Facts about a received PDF that only a parser can tell, found out in a process that may die of it."""

from documents.inspection.runner import InspectionFailed, inspect

MAX_PAGES = 9999
UNKNOWN = 0


def count_pages(content: bytes) -> int:
    """Return the number of pages, or ``UNKNOWN`` when the file cannot be read within the limits."""
    try:
        pages = int(inspect("pages", content))
    except (InspectionFailed, ValueError):
        return UNKNOWN
    return pages if 0 < pages <= MAX_PAGES else UNKNOWN


def draw_first_page(content: bytes) -> bytes:
    """Return the first page as a WebP picture, or ``b""`` when it cannot be drawn within the limits."""
    try:
        picture = inspect("picture", content)
    except InspectionFailed:
        return b""
    return picture if picture.startswith(b"RIFF") and picture[8:12] == b"WEBP" else b""
