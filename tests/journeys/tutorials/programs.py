"""The programs that recording needs beside Chromium: found, or installed with apt-get."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

DEBIAN_PACKAGES = {"ffmpeg": "ffmpeg", "pdftoppm": "poppler-utils"}


class NoProgram(Exception):
    """It is not here and could not be installed; the message says how to get it."""


def program(name: str) -> str:
    """The path of ``ffmpeg`` or ``pdftoppm``. Raises `NoProgram`."""
    if found := shutil.which(name):
        return found
    _install(DEBIAN_PACKAGES[name])
    if found := shutil.which(name):
        return found
    raise NoProgram(f"Recording needs {name}. Install it (Debian: apt-get install {DEBIAN_PACKAGES[name]})")


def _install(package: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", package]
    sys.stderr.write(f"Installing {package} with apt-get\n")
    for one in (command, ["apt-get", "update", "-qq"], command):  # without package lists only the second time works
        answer = subprocess.run(one, env=environment, capture_output=True, text=True, check=False)
        if answer.returncode == 0 and one is command:
            return
    sys.stderr.write(answer.stderr)
