"""Output of the command-line tools and benchmarks."""

import sys


def say(line: str) -> None:
    """Write a line to standard output at once, so that it also shows while output goes to a file or a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
