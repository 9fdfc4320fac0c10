"""HTTP/1.1 over raw sockets: parse requests, encode responses and break connections as faults require.

The whole sandbox runs on one event loop, so no other handler touches the state until a handler awaits.
"""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

MAX_HEAD = 32 * 1024
MAX_BODY = 64 * 1024 * 1024
"""In bytes; large because a fault may carry the body of a hostile response in base64."""

IDLE_SECONDS = 120.0
"""How long a keep-alive connection waits for its next request."""


class BadRequest(Exception):
    """A malformed or unsupported request; ``status`` is the status code to send before closing."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True)
class Request:
    """An HTTP request, with lower-case header names and a decoded ``path``."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def bearer(self) -> str:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def origin(self) -> str:
        """Return the base URL that the caller used, such as ``http://127.0.0.1:8001``."""
        return f"http://{self.headers.get('host', 'localhost')}"

    def json(self) -> Any:
        """Return the body parsed as JSON; raise ``ValueError`` if it is not JSON."""
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        """Return the fields of a posted form, with the first value of each."""
        return {key: values[0] for key, values in parse_qs(self.body.decode("utf-8", "replace")).items()}


@dataclass(frozen=True)
class Response:
    """An HTTP response; ``declared`` is a false Content-Length, for a truncated body."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    declared: int | None = None

    def encode(self, *, close: bool, bodiless: bool = False) -> bytes:
        """Return the bytes to send; ``bodiless`` omits the body, for HEAD."""
        length = len(self.body) if self.declared is None else self.declared
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}"]
        given = {name.lower() for name in self.headers}
        if self.content_type and "content-type" not in given:
            lines.append(f"Content-Type: {self.content_type}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.status != 204 and not given & {"content-length", "transfer-encoding"}:
            lines.append(f"Content-Length: {length}")
        lines.append("Connection: close" if close else "Connection: keep-alive")
        head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        return head if bodiless else head + self.body


@dataclass(frozen=True)
class Hang:
    """Silence for ``seconds``, after which the connection is closed."""

    seconds: float


@dataclass(frozen=True)
class Reset:
    """A connection reset (RST) without a response."""


Outcome = Response | Hang | Reset


def as_json(status: int, content: Any, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps(content, ensure_ascii=False).encode()
    return Response(status, body, headers={"Cache-Control": "no-store", **(headers or {})})


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    """Return the connection's next request, or None if it is closed or idle too long; raise ``BadRequest``."""
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise BadRequest(431, "headers too large") from error
    except (asyncio.IncompleteReadError, TimeoutError, ConnectionError):
        return None
    method, path, headers = _parse_head(head)
    length = _length(headers)
    if length and headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        body = await reader.readexactly(length) if length else b""
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    return Request(method, path, headers, body)


def _parse_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    match first.split(" "):
        case [method, target, "HTTP/1.1" | "HTTP/1.0"]:
            path = unquote(urlsplit(target).path)
        case _:
            raise BadRequest(400, "not an HTTP/1.1 request")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequest(400, "a header that is none")
        headers[name.lower()] = value.strip()
    return method, path, headers


def _length(headers: Mapping[str, str]) -> int:
    if "transfer-encoding" in headers:
        raise BadRequest(411, "a Content-Length is needed")
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()):
        raise BadRequest(400, "a Content-Length that is none")
    if int(text) > MAX_BODY:
        raise BadRequest(413, "body too large")
    return int(text)


def reset(writer: asyncio.StreamWriter) -> None:
    """Abort the connection with an RST, so that the client sees "connection reset by peer"."""
    sock = writer.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"
