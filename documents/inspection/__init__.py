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
