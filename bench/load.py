"""Put load on one page with wrk."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping

from tools.debian import program

CONNECTIONS = 16


class LoadFailed(Exception):
    """Not every response was a 200; the message says what came instead."""


def put_load(*arguments: str, result: str) -> re.Match[str]:
    """Run wrk and return what matches in its output. Raise `LoadFailed`, or `ProgramMissing` without wrk."""
    command = [program("wrk", package="wrk"), *arguments]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if failure := re.search(r"Non-2xx or 3xx responses: \d+|Socket errors: .*", output):
        raise LoadFailed(f"{arguments[-1]}: {failure[0]}")
    if found := re.search(result, output):
        return found
    raise LoadFailed(f"unexpected output: {output[-300:]}")


def requests_per_second(url: str, headers: Mapping[str, str], seconds: float) -> float:
    """Return how many requests per second a page serves. Raise what `put_load` does."""
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    load = ("-t2", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s")
    return float(put_load(*load, *options, url, result=r"Requests/sec:\s+([\d.]+)")[1])
