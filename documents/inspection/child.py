"""The process that parses PDFs: it reads them from its standard input and answers on its standard output.

It runs as a file and in isolated mode, imports nothing of the portal, and knows no secret: what takes it over has one
document, no environment, no further file or socket, and little time. See ``runner.py`` for the other end.
"""

import io
import resource
import struct
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any, BinaryIO

REQUEST = struct.Struct(">8sQI")
"""Task, size of the content that follows, seconds of computing time."""
REPLY = struct.Struct(">BI")
"""Whether the file could be read (1) or not (0), and the size of the answer that follows."""
STANDARD_STREAMS = 3
PICTURE_SIZE = (640, 960)
"""The most pixels across and down: an A4 page fills the width of a column on a desktop."""


def pages(document: Any) -> bytes:
    """Return the number of pages, once the last of them has been found: a file may declare any number."""
    count = len(document)
    document.get_page_size(count - 1)
    return str(count).encode()


def picture(document: Any) -> bytes:
    """Draw the first page as WebP, whatever size it declares within ``PICTURE_SIZE``."""
    page = document[0]
    scale = min(most / max(side, 1) for most, side in zip(PICTURE_SIZE, page.get_size(), strict=True))
    target = io.BytesIO()
    page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB").save(target, "WEBP", quality=70)
    return target.getvalue()


TASKS: dict[bytes, Callable[[Any], bytes]] = {b"pages": pages, b"picture": picture}


def limit(name: str, amount: int) -> None:
    """Limit a resource for good, where the system knows it."""
    with suppress(AttributeError, OSError, ValueError):
        resource.setrlimit(getattr(resource, name), (amount, amount))


def allow_computing(seconds: int) -> None:
    """Let the system end this process after so many further seconds of computing, even when its parent is gone."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + seconds + 1, hard))


def serve(
    requests: BinaryIO, replies: BinaryIO, open_document: Callable[[bytes], Any], refused: type[Exception]
) -> None:
    """Answer one request after another until there are no more."""
    replies.write(REPLY.pack(1, 0))
    replies.flush()
    while header := requests.read(REQUEST.size):
        task, size, seconds = REQUEST.unpack(header)
        content = requests.read(size)
        allow_computing(seconds)
        try:
            with closing(open_document(content)) as document:
                answer, is_read = TASKS[task.rstrip(b"\0")](document), 1
        except (refused, MemoryError, ValueError):
            answer, is_read = b"", 0
        replies.write(REPLY.pack(is_read, len(answer)) + answer)
        replies.flush()


def main(memory: int) -> None:
    limit("RLIMIT_CORE", 0)
    limit("RLIMIT_FSIZE", 0)
    limit("RLIMIT_AS", memory)
    import pypdfium2
    from PIL import Image, WebPImagePlugin  # noqa: F401  it registers itself

    Image.preinit()  # loads what saving needs: no file can be opened later
    limit("RLIMIT_NOFILE", STANDARD_STREAMS)
    serve(sys.stdin.buffer, sys.stdout.buffer, pypdfium2.PdfDocument, pypdfium2.PdfiumError)


if __name__ == "__main__":
    main(int(sys.argv[1]))
