"""Finding an interpreter that really starts."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def find_python(**environment: str) -> "subprocess.CompletedProcess[str]":
    clean = {"PATH": os.defpath, "HOME": "/nonexistent"}
    command = [str(ROOT / "bin" / "find-python")]
    return subprocess.run(command, env=clean | environment, capture_output=True, text=True, check=False)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_shim_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    for name in ("python3.13", "python3"):
        script(tmp_path / "shims" / name, "exit 127")
    script(tmp_path / "pyenv" / "versions" / "3.13.99" / "bin" / "python", f'exec "{sys.executable}" "$@"')
    path = f"{tmp_path / 'shims'}{os.pathsep}{os.defpath}"
    found = find_python(PATH=path, PYENV_ROOT=str(tmp_path / "pyenv"))
    assert found.returncode == 0
    assert Path(found.stdout.strip()).samefile(getattr(sys, "_base_executable", sys.executable))


def test_the_interpreter_that_is_named_is_taken_or_refused_by_name(tmp_path: Path) -> None:
    assert find_python(PYTHON=sys.executable).returncode == 0
    refused = find_python(PYTHON=str(script(tmp_path / "old", "exit 1")))
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith(f"PYTHON={tmp_path / 'old'} does not start, is older than 3.12")


def test_an_environment_in_use_is_never_what_the_next_one_is_made_of() -> None:
    found = find_python(PYTHON=sys.executable).stdout.strip()
    assert not found.startswith(sys.prefix + os.sep) or sys.prefix == sys.base_prefix
