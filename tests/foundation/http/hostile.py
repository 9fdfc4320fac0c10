"""A server that treats each request as a test tells it to, down to single bytes on its socket."""

import contextlib
import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import IO

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OK = b"HTTP/1.1 200 OK\r\n"
PATIENCE = 20
"""Seconds after which nothing here waits any more, so that a test that hangs fails and does not stay."""


class Talk:
    """One request on a connection, and the ways to treat it."""

    def __init__(self, sock: socket.socket, over: threading.Event) -> None:
        self.sock = sock
        self.over = over
        self.keep = False

    def say(self, *parts: bytes) -> None:
        self.sock.sendall(b"".join(parts))

    def answer(self, body: bytes, *headers: bytes) -> None:
        """Send a whole response, after which the connection is kept."""
        lines = b"".join(header + b"\r\n" for header in (b"Content-Length: %d" % len(body), *headers))
        self.say(OK, lines, b"\r\n", body)
        self.keep = True

    def hang(self) -> None:
        """Send nothing more until the other side has left or the test is over."""
        while not self.over.is_set() and self.sock.recv(1 << 16):
            pass

    def drip(self, text: bytes = b"x") -> None:
        """Send the text byte by byte, over and over, until the other side has left or the test is over."""
        while not self.over.is_set():
            for byte in text:
                self.say(bytes([byte]))
                self.over.wait(0.01)

    def reset(self) -> None:
        """End the connection with a reset instead of an orderly close."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise ConnectionAbortedError


Act = Callable[[Talk], None]


class HostileServer:
    """Listens on 127.0.0.1; the first act treats the first request, and so on, the last one all that follow.

    ``requests`` holds what was received, head and body, ``left`` is released once for each connection that has ended.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.context = context
        self.acts: list[Act] = []
        self.greeting: Act | None = None
        self.requests: list[bytes] = []
        self.socks: list[socket.socket] = []
        self.left = threading.Semaphore(0)
        self.over = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.threads = [threading.Thread(target=self._listen)]
        self.threads[0].start()

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    @property
    def connections(self) -> int:
        """The number of connections so far, kept ones counted once."""
        return len(self.socks)

    def does(self, *acts: Act) -> str:
        """Treat the requests to come with these acts; return an address to send them to."""
        self.acts = list(acts)
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}/private/path?secret=query"

    def close(self) -> None:
        self.over.set()
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts, which closing does not
        self.listener.close()
        for sock in self.socks:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self.threads:
            thread.join(PATIENCE)

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _address = self.listener.accept()
                sock.settimeout(PATIENCE)
                self.socks.append(sock)
                self.threads.append(threading.Thread(target=self._serve, args=[sock]))
                self.threads[-1].start()

    def _serve(self, raw: socket.socket) -> None:
        with contextlib.suppress(OSError), raw:  # whoever called may leave in the middle
            sock = self.context.wrap_socket(raw, server_side=True) if self.context else raw
            with sock, sock.makefile("rb") as stream:
                self._talk(sock, stream)
        self.left.release()

    def _talk(self, sock: socket.socket, stream: IO[bytes]) -> None:
        if self.greeting:
            self.greeting(Talk(sock, self.over))
        while request := _request(stream):
            self.requests.append(request)
            talk = Talk(sock, self.over)
            self.acts[min(len(self.requests), len(self.acts)) - 1](talk)
            if not talk.keep:
                break


def _request(stream: IO[bytes]) -> bytes:
    """Return the next request, head and body; ``b""`` at the end of the stream."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline()
        if not line:
            return b""
        head += line
    length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    return head + (stream.read(int(length[1])) if length else b"")


@contextlib.contextmanager
def port_that_takes_nobody() -> Iterator[int]:
    """Yield a port where connecting hangs, since its backlog is full."""
    with socket.socket() as listener, socket.socket() as first:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        first.connect(listener.getsockname())
        yield listener.getsockname()[1]


def certificate(path: Path) -> Path:
    """Write a self-signed certificate for 127.0.0.1 and its key; return the path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(secret + signed.public_bytes(pem))
    return path
