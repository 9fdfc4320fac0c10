"""The commands that the Makefile starts can be loaded without the portal's settings in the environment."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_every_command_of_the_makefile_can_be_loaded() -> None:
    names = set(re.findall(r"-m ((?:tools|bench)[\w.]*)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    assert {"bench", "tools.screens", "tools.tutorials"} <= names
    modules = [f"{name}.__main__" if (ROOT / name.replace(".", "/")).is_dir() else name for name in sorted(names)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", "\n".join(f"import {module}" for module in modules)]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
