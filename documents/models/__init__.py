"""Downloads: the documents of a device, and the links that share one."""

from documents.files import FileMissing, StorageFailed
from documents.models.document import Document, NewDocument, NotADocument, OwnerMismatch, QuotaExceeded, TooLarge
from documents.models.share_link import LinkIdTaken, ShareLink, TooManyLinks

__all__ = [
    "Document",
    "FileMissing",
    "LinkIdTaken",
    "NewDocument",
    "NotADocument",
    "OwnerMismatch",
    "QuotaExceeded",
    "ShareLink",
    "StorageFailed",
    "TooLarge",
    "TooManyLinks",
]
