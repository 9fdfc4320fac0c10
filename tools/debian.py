"""Programs that the tools need and Python packages do not bring: found, or installed with apt-get."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


class ProgramMissing(Exception):
    """The program is not here and could not be installed; the message says how to get it."""


def program(name: str, package: str) -> str:
    """Return the path of a program, installing its Debian package if need be. Raise `ProgramMissing`."""
    if not shutil.which(name):
        install(package)
    if found := shutil.which(name):
        return found
    raise ProgramMissing(f"{name} is needed. Install it (Debian: apt-get install {package})")


def install(*packages: str) -> None:
    """Install Debian packages; do nothing without root rights or apt-get."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    sys.stderr.write(f"Installing {', '.join(packages)} with apt-get\n")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for step in (command, ["apt-get", "update", "-qq"], command):  # a fresh machine has no package lists
        result = subprocess.run(step, env=environment, capture_output=True, text=True, check=False)
        if step is command and result.returncode == 0:
            return
    sys.stderr.write(result.stderr)
