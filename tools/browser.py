"""Find a Chromium, or install one: `python -m tools.browser` prints its path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tools.debian import install

PHONE, DESKTOP = ViewportSize(width=360, height=800), ViewportSize(width=1280, height=800)
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


class BrowserMissing(Exception):
    """No Chromium starts here and none could be installed; the message says how to get one."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a headless Chromium. Raise `BrowserMissing`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(ARGUMENTS))
        yield browser
        browser.close()


def chromium_path() -> str:
    """Return the path of a Chromium that starts, installing one if there is none. Raise `BrowserMissing`.

    The environment's `CHROMIUM` goes before those on the PATH and Playwright's own.
    """
    installers = (partial(install, *DEBIAN_PACKAGES), _install_with_playwright)
    for make_available in (None, *installers):
        if make_available:
            make_available()
        if found := next(filter(_starts, _possible_paths()), None):
            return found
    raise BrowserMissing(
        "Chromium is needed and could not be installed. Install it (Debian: apt-get install "
        f"{' '.join(DEBIAN_PACKAGES)}) or name one: make journeys CHROMIUM=/path/to/chromium"
    )


def _possible_paths() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
    yield from (found for name in NAMES if (found := shutil.which(name)))
    root = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    of_playwright = (str(path) for path in root.glob("chromium-*/chrome-*/chrome") if os.access(path, os.X_OK))
    yield from sorted(of_playwright, reverse=True)


def _starts(path: str) -> bool:
    try:
        result = subprocess.run([path, "--version", "--no-sandbox"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


def _install_with_playwright() -> None:
    sys.stderr.write("Installing Chromium with Playwright\n")
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    try:
        subprocess.run(command, stdout=sys.stderr, timeout=600, check=False)
    except subprocess.TimeoutExpired:
        sys.stderr.write("Playwright's installer did not finish within ten minutes\n")


if __name__ == "__main__":
    try:
        sys.stdout.write(chromium_path() + "\n")
    except BrowserMissing as error:
        sys.exit(str(error))
