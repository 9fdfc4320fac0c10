"""Load on one address: with `wrk` or `hey` when the machine has one, else with processes of our own."""

from __future__ import annotations

import multiprocessing
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 16
PROCESSES = 2


class Failed(Exception):
    """The page did not answer 200 every time; the message says what was seen."""


@dataclass(frozen=True)
class Target:
    """One page: its address and the headers to ask with."""

    url: str
    headers: Mapping[str, str]


def generator() -> str:
    """The name of what makes the load here."""
    return next((name for name in ("wrk", "hey") if shutil.which(name)), "own threads")


def requests_per_second(target: Target, seconds: float) -> float:
    """How many answers a second the page gives; raises `Failed` when one is not 200."""
    match generator():
        case "wrk":
            return _with_wrk(target, seconds)
        case "hey":
            return _with_hey(target, seconds)
        case _:
            return _with_threads(target, seconds)


def _with_wrk(target: Target, seconds: float) -> float:
    said = _run(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", *_headers(target), target.url])
    if wrong := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", said):
        raise Failed(f"{target.url}: {wrong[0]}")
    return _number(r"Requests/sec:\s+([\d.]+)", said)


def _with_hey(target: Target, seconds: float) -> float:
    said = _run(["hey", "-z", f"{seconds:.0f}s", "-c", str(CONNECTIONS), *_headers(target), target.url])
    if set(re.findall(r"\[(\d+)\]\s+\d+ responses", said)) != {"200"}:
        raise Failed(f"{target.url}: {said[-300:]}")
    return _number(r"Requests/sec:\s+([\d.]+)", said)


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _headers(target: Target) -> list[str]:
    return [part for name, value in target.headers.items() for part in ("-H", f"{name}: {value}")]


def _number(pattern: str, said: str) -> float:
    found = re.search(pattern, said)
    if found is None:
        raise Failed(f"not understood: {said[-300:]}")
    return float(found[1])


def _with_threads(target: Target, seconds: float) -> float:
    counts: multiprocessing.Queue[tuple[int, str]] = multiprocessing.Queue()
    processes = [
        multiprocessing.Process(target=_ask_in_threads, args=(target, seconds, counts)) for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    answers = [counts.get(timeout=seconds + 60) for _ in processes]
    for process in processes:
        process.join()
    if wrong := next((error for _, error in answers if error), ""):
        raise Failed(f"{target.url}: {wrong}")
    return sum(count for count, _ in answers) / seconds


def _ask_in_threads(target: Target, seconds: float, counts: multiprocessing.Queue[tuple[int, str]]) -> None:
    done: list[tuple[int, str]] = []
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=lambda: done.append(_ask_until(target, end))) for _ in range(CONNECTIONS // PROCESSES)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts.put((sum(count for count, _ in done), next((error for _, error in done if error), "")))


def _ask_until(target: Target, end: float) -> tuple[int, str]:
    """Ask over one kept connection; how many answers came, and what was wrong with the first that was not 200."""
    place = urlsplit(target.url)
    lines = [f"GET {place.path or '/'} HTTP/1.1", f"Host: {place.netloc}", "Accept: text/html"]
    lines += [f"{name}: {value}" for name, value in target.headers.items()]
    asked = ("\r\n".join(lines) + "\r\n\r\n").encode()
    count = 0
    with socket.create_connection((place.hostname or "", place.port or 80), timeout=30) as connection:
        while time.monotonic() < end:
            connection.sendall(asked)
            head = _read_answer(connection)
            if not head.startswith(b"HTTP/1.1 200 "):
                return count, head.split(b"\r\n", 1)[0].decode("latin-1")
            count += 1
    return count, ""


def _read_answer(connection: socket.socket) -> bytes:
    """Read one whole answer and return its head; raises `Failed` when its length is not given."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return received
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    if length is None:
        raise Failed("an answer without Content-Length")
    left = int(length[1]) - len(body)
    while left > 0:
        left -= len(connection.recv(min(left, 65536)))
    return head
