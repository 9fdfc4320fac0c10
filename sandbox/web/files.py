"""Static files of the sandbox's own pages: stylesheet, script and icon."""

from pathlib import Path

from sandbox.app import App
from sandbox.problems import not_found
from sandbox.wire import Request, Response

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
FILES = {path.name: path for path in (Path(__file__).parent / "static").iterdir() if path.suffix in TYPES}


async def static(_: App, __: Request, name: str) -> Response:
    path = FILES.get(name)
    if path is None:
        raise not_found()
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(200, path.read_bytes(), TYPES[path.suffix], headers)
