"""Measuring tools that exist for Node alone, installed into `.tools/` on first use."""

from __future__ import annotations

import shutil
import subprocess
import sys

from tools.serving import ROOT

FOLDER = ROOT / ".tools"
VERSIONS = {"lighthouse": "12.8.2", "html-validate": "9.5.1"}
"""Lighthouse 13 needs Node 22."""


class ToolMissing(Exception):
    """The tool is not here and cannot be installed; the message says what is missing."""


def tool(name: str) -> str:
    """Return the path of a tool's command, installing it with npm if need be. Raise `ToolMissing`."""
    path = FOLDER / "node_modules" / ".bin" / name
    if not path.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise ToolMissing(f"{name} needs Node 20 with npm, which is not on the PATH.")
        sys.stderr.write(f"Installing {name} {VERSIONS[name]} into {FOLDER.name}/\n")
        FOLDER.mkdir(exist_ok=True)
        wanted = [f"{tool}@{version}" for tool, version in VERSIONS.items()]
        command = [npm, "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--silent", *wanted]
        if subprocess.run(command, cwd=FOLDER, check=False).returncode or not path.exists():
            raise ToolMissing(f"npm could not install {name}; see its message above.")
    return str(path)
