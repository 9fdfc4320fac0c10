"""The one page that takes a file: everywhere else a file is refused before a byte of it is kept.

Threat: forms for everybody that fill the disk. Only a person who may import sends a file, to the import page, and of
10 MB at most; a larger one is dropped while it comes in and the page says so.
"""

from typing import Any

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler
from django.urls import reverse

from procedures.transfer.upload import MOST_BYTES

FORM_BYTES = 64 * 1024
"""What the form may weigh beside its file."""
ENDURED_BYTES = 10 * MOST_BYTES
"""A body larger than this is not even read to its end."""
IMPORT = "admin:catalogue_import"
TOO_LARGE = "catalogue_import.too_large"


class ImportUploadHandler(TemporaryFileUploadHandler):
    """Keeps the file of an import in a temporary file; what was too large stands in ``request.META``."""

    sent_bytes = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.sent_bytes = content_length

    def new_file(self, *args: Any, **options: Any) -> None:
        if self.request is None or self.request.path != reverse(IMPORT):
            raise TooManyFilesSent("No file is taken here.")
        user = getattr(self.request, "user", None)
        if user is None or not user.has_perm("procedures.import_catalogue"):
            raise SkipFile
        if self.sent_bytes > MOST_BYTES + FORM_BYTES:
            self.request.META[TOO_LARGE] = True
            if self.sent_bytes > ENDURED_BYTES:
                raise StopUpload(connection_reset=True)
            raise SkipFile
        super().new_file(*args, **options)
