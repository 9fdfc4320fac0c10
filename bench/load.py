"""Put load on one address: with `wrk` or `hey` where the machine has one, else with threads of our own."""

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


class LoadFailed(Exception):
    """Not every response was a 200; the message says what came instead."""


@dataclass(frozen=True)
class Target:
    """A page and the headers to request it with."""

    url: str
    headers: Mapping[str, str]


def generator() -> str:
    """Return the name of the load generator that is used here."""
    return next((name for name in ("wrk", "hey") if shutil.which(name)), "own threads")


def requests_per_second(target: Target, seconds: float) -> float:
    """Return how many requests per second a page serves. Raise `LoadFailed` when a response is not a 200."""
    match generator():
        case "wrk":
            return _with_wrk(target, seconds)
        case "hey":
            return _with_hey(target, seconds)
        case _:
            return _with_threads(target, seconds)


def _with_wrk(target: Target, seconds: float) -> float:
    output = _run(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", *_headers(target), target.url])
    if wrong := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", output):
        raise LoadFailed(f"{target.url}: {wrong[0]}")
    return _number(r"Requests/sec:\s+([\d.]+)", output)


def _with_hey(target: Target, seconds: float) -> float:
    output = _run(["hey", "-z", f"{seconds:.0f}s", "-c", str(CONNECTIONS), *_headers(target), target.url])
    if set(re.findall(r"\[(\d+)\]\s+\d+ responses", output)) != {"200"}:
        raise LoadFailed(f"{target.url}: {output[-300:]}")
    return _number(r"Requests/sec:\s+([\d.]+)", output)


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _headers(target: Target) -> list[str]:
    return [part for name, value in target.headers.items() for part in ("-H", f"{name}: {value}")]


def _number(pattern: str, output: str) -> float:
    found = re.search(pattern, output)
    if found is None:
        raise LoadFailed(f"unexpected output: {output[-300:]}")
    return float(found[1])


def _with_threads(target: Target, seconds: float) -> float:
    counts: multiprocessing.Queue[tuple[int, str]] = multiprocessing.Queue()
    processes = [
        multiprocessing.Process(target=_request_in_threads, args=(target, seconds, counts)) for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    results = [counts.get(timeout=seconds + 60) for _ in processes]
    for process in processes:
        process.join()
    if wrong := next((error for _, error in results if error), ""):
        raise LoadFailed(f"{target.url}: {wrong}")
    return sum(count for count, _ in results) / seconds


def _request_in_threads(target: Target, seconds: float, counts: multiprocessing.Queue[tuple[int, str]]) -> None:
    done: list[tuple[int, str]] = []
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=lambda: done.append(_request_until(target, end)))
        for _number in range(CONNECTIONS // PROCESSES)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts.put((sum(count for count, _ in done), next((error for _, error in done if error), "")))


def _request_until(target: Target, end: float) -> tuple[int, str]:
    """Send requests over one connection; return how many were served, and the status line of one that failed."""
    place = urlsplit(target.url)
    lines = [f"GET {place.path or '/'} HTTP/1.1", f"Host: {place.netloc}", "Accept: text/html"]
    lines += [f"{name}: {value}" for name, value in target.headers.items()]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    count = 0
    with socket.create_connection((place.hostname or "", place.port or 80), timeout=30) as connection:
        while time.monotonic() < end:
            connection.sendall(request)
            head = _read_response(connection)
            if not head.startswith(b"HTTP/1.1 200 "):
                return count, head.split(b"\r\n", 1)[0].decode("latin-1")
            count += 1
    return count, ""


def _read_response(connection: socket.socket) -> bytes:
    """Read one response and return its head. Raise `LoadFailed` when it has no Content-Length."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            return received
        received += chunk
    head, _, body = received.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
    if length is None:
        raise LoadFailed("a response without Content-Length")
    left = int(length[1]) - len(body)
    while left > 0:
        left -= len(connection.recv(min(left, 65536)))
    return head
