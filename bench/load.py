"""Put load on one page with wrk."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

from tools.debian import program

CONNECTIONS = 16


class LoadFailed(Exception):
    """Not every response was a 200; the message says what came instead."""


@dataclass(frozen=True)
class Target:
    """A page and the headers to request it with."""

    url: str
    headers: Mapping[str, str]


def requests_per_second(target: Target, seconds: float) -> float:
    """Return how many requests per second a page serves. Raise `LoadFailed`, or `ProgramMissing` without wrk."""
    headers = [part for name, value in target.headers.items() for part in ("-H", f"{name}: {value}")]
    command = [program("wrk", package="wrk"), "-t2", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", *headers, target.url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if failure := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", output):
        raise LoadFailed(f"{target.url}: {failure[0]}")
    speed = re.search(r"Requests/sec:\s+([\d.]+)", output)
    if speed is None:
        raise LoadFailed(f"unexpected output: {output[-300:]}")
    return float(speed[1])
