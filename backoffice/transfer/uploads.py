"""Uploads are accepted by the import page alone; everywhere else a file is refused before any of it is stored.

Threat: public forms that fill the disk. Only users who may import send files, of 10 MB at most; a larger one is
dropped while it arrives, and the page says so.
"""

from typing import Any

from django.core.exceptions import TooManyFilesSent
from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler
from django.urls import reverse

from procedures.transfer.upload import MOST_BYTES

FORM_BYTES = 64 * 1024
"""Allowance for the form fields beside the file."""
MAX_READ_BYTES = 10 * MOST_BYTES
"""The connection is reset when a request body is larger."""
IMPORT = "admin:catalogue_import"
TOO_LARGE = "catalogue_import.too_large"


class ImportUploadHandler(TemporaryFileUploadHandler):
    """Streams the file of an import to a temporary file, and notes in ``request.META`` that one is too large."""

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
            if self.sent_bytes > MAX_READ_BYTES:
                raise StopUpload(connection_reset=True)
            raise SkipFile
        super().new_file(*args, **options)
