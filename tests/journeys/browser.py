"""Finding a Chromium for the journeys, or installing one: `python -m tests.journeys.browser` prints its path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-liberation", "fonts-dejavu-core")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(Exception):
    """No Chromium starts here and none could be installed; the message says how to get one."""


def chromium_path() -> str:
    """The path of a Chromium that starts: `CHROMIUM`, one on the PATH, Playwright's, else one that is installed now.

    Raises `NoBrowser`.
    """
    for candidate in _candidates():
        if _starts(candidate):
            return candidate
    for install in (_install_with_apt, _install_with_playwright):
        install()
        for candidate in _candidates():
            if _starts(candidate):
                return candidate
    raise NoBrowser(
        "The journeys need Chromium and none could be installed. Install it (Debian: apt-get install "
        f"{' '.join(DEBIAN_PACKAGES)}) or name one: make journeys CHROMIUM=/path/to/chromium"
    )


def _candidates() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
    yield from (found for name in NAMES if (found := shutil.which(name)))
    if own := _of_playwright():
        yield own


def _starts(path: str) -> bool:
    try:
        answer = subprocess.run([path, "--version", "--no-sandbox"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _of_playwright() -> str:
    """Where Playwright keeps the Chromium that it installs itself; empty when there is none."""
    root = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return max((str(path) for path in root.glob("chromium-*/chrome-*/chrome") if os.access(path, os.X_OK)), default="")


def _install_with_apt() -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN_PACKAGES]
    sys.stderr.write("Installing Chromium with apt-get (half a minute)\n")
    for commands in ([command], [["apt-get", "update", "-qq"], command]):  # without package lists only the second works
        answers = [
            subprocess.run(one, env=environment, capture_output=True, text=True, check=False) for one in commands
        ]
        if answers[-1].returncode == 0:
            return
    sys.stderr.write(answers[-1].stderr)


def _install_with_playwright() -> None:
    sys.stderr.write("Installing Chromium with Playwright\n")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, stdout=sys.stderr, timeout=600, check=False)
    except subprocess.TimeoutExpired:
        sys.stderr.write("Playwright's installer did not end within ten minutes\n")


if __name__ == "__main__":
    try:
        sys.stdout.write(chromium_path() + "\n")
    except NoBrowser as error:
        sys.exit(str(error))
