"""The first page of a document as a picture: a sealed file of its own beside the document's, deleted with it.

A document is whole without its picture: whatever goes wrong here leaves it out.
"""

from uuid import UUID, uuid4, uuid5

from documents import files
from documents.files import FileMissing, StorageFailed
from documents.inspection import draw_first_page


def store(document_id: UUID, content: bytes) -> UUID | None:
    """Draw and store the first page; return the id of the picture's file, or None when there is none."""
    picture = draw_first_page(content)
    if not picture:
        return None
    file_id = uuid4()
    try:
        files.save(file_id, _owner(document_id), picture)
    except StorageFailed:
        return None
    return file_id


def read(file_id: UUID | None, document_id: UUID) -> bytes:
    """Return the picture, or ``b""`` when there is none or it cannot be read now."""
    if file_id is None:
        return b""
    try:
        return files.read(file_id, _owner(document_id))
    except (FileMissing, StorageFailed):
        return b""


def _owner(document_id: UUID) -> UUID:
    """Return what the picture is sealed for: never opened in place of the document, nor of another's picture."""
    return uuid5(document_id, "first page")
