"""Installs hashed requirements into the environment whose Python runs this: with uv, else with pip.

Each machine decides where packages come from. uv does not read pip's configuration, so it is passed on.
"""

import os
import subprocess
import sys
from pathlib import Path

PASSED_ON = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
}


def pip(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]


def pip_configuration() -> dict[str, str]:
    """Return pip's options from its files and the environment; the more specific source wins, as in pip."""
    options: dict[str, str] = {}
    out = subprocess.run(pip("config", "list"), capture_output=True, text=True, check=False).stdout
    lines = [line for line in out.splitlines() if "=" in line]
    for line in sorted(lines, key=lambda line: (line.startswith(":env:"), not line.startswith("global."))):
        name, _, value = line.partition("=")
        options[name.rpartition(".")[2]] = " ".join(value.strip("'\"").replace("\\n", " ").split())
    return options


def uv_environment() -> dict[str, str]:
    # The hashes decide what is installed, so every index may be searched.
    environment = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_NO_PROGRESS": "1", "UV_LINK_MODE": "copy"}
    for name, value in pip_configuration().items():
        if name in PASSED_ON:
            environment[PASSED_ON[name]] = value.replace(" ", ",") if name == "find-links" else value
    return environment | dict(os.environ)


def main(files: list[str]) -> int:
    requirements = [argument for file in files for argument in ("-r", file)]
    hashed = pip("install", "-qq", "--require-hashes")
    if subprocess.run([*hashed, "-r", "requirements-install.txt"], check=False).returncode == 0:
        uv = [str(Path(sys.executable).with_name("uv")), "pip", "install", "--quiet", "--require-hashes"]
        uv += ["--python", sys.executable, *requirements]
        if subprocess.run(uv, env=uv_environment(), check=False).returncode == 0:
            return 0
    sys.stderr.write("uv could not install them; trying pip.\n")
    return subprocess.run([*hashed, *requirements], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
