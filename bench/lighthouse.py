"""`make lighthouse`: Lighthouse's mobile scores of the public pages, and of a step, a result and Downloads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.citizen import Citizen
from bench.node_tools import NoTool, tool
from tests.journeys.browser import ARGUMENTS, chromium_path
from tests.journeys.serving import Portal, serving

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PUBLIC = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
PRIVATE = {"accessibility": 100, "best-practices": 100}
"""Pages of one person are in no search engine, and are measured for speed by their own bench."""


@dataclass(frozen=True)
class Audited:
    """One page, the cookies to open it with, and the least scores."""

    name: str
    url: str
    cookies: str
    least: dict[str, int]


def pages(portal: Portal) -> list[Audited]:
    public = {
        "home": "/",
        "entities": "/tramites/",
        "procedure": "/tramites/tgss/vida-laboral/",
        "guide": "/ayuda/sms/",
    }
    found = [Audited(name, portal.url + path, "", PUBLIC) for name, path in public.items()]
    citizen = Citizen(portal.url, portal.sandbox.url)
    step = citizen.walk("dgt/puntos", until="contrast").url
    result = citizen.walk("tgss/situacion-actual", until="result").url
    citizen.walk("sepe/certificado-situacion", until="result")
    personal = {"step": step, "result": result, "downloads": f"{portal.url}/descargas/"}
    return found + [Audited(name, url, citizen.cookies(), PRIVATE) for name, url in personal.items()]


class Crashed(Exception):
    """Lighthouse ended without scores; the message is what it said, which is about Chromium or about the page."""


def scores(page: Audited, folder: Path) -> tuple[dict[str, int], list[str]]:
    """The scores from 0 to 100, and the names of the audits that failed; raises `Crashed`."""
    report = folder / f"{page.name}.json"
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": page.cookies} if page.cookies else {}))
    command = [tool("lighthouse"), page.url, "--quiet", "--output=json", f"--output-path={report}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={headers}"]
    command += [f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}"]
    environment = os.environ | {"CHROME_PATH": chromium_path()}
    ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if ended.returncode:
        raise Crashed(f"Lighthouse ended with {ended.returncode}:\n{ended.stderr.strip()}")
    told = json.loads(report.read_text())
    failed = [
        audit["id"]
        for name in page.least
        for reference in told["categories"][name]["auditRefs"]
        if reference["weight"] and (audit := told["audits"][reference["id"]])["score"] not in (1, None)
    ]
    return {name: round(told["categories"][name]["score"] * 100) for name in CATEGORIES}, failed


def scores_at_last(page: Audited, folder: Path) -> tuple[dict[str, int], list[str]]:
    """The same, asked for twice if need be: Chromium may crash, a page that is at fault fails again."""
    try:
        return scores(page, folder)
    except Crashed as crash:
        sys.stderr.write(f"{page.name}: {crash}\nTrying {page.name} once more.\n")
        return scores(page, folder)


def main() -> int:
    sys.stdout.write(f"{'page':12}" + "".join(f"{name:>16}" for name in CATEGORIES) + "\n")
    held = True
    try:
        with tempfile.TemporaryDirectory() as data, serving(Path(data)) as portal:
            for page in pages(portal):
                found, failed = scores_at_last(page, Path(data))
                right = all(found[name] >= least for name, least in page.least.items())
                held = held and right
                line = f"{page.name:12}" + "".join(f"{found[name]:16}" for name in CATEGORIES)
                sys.stdout.write(f"{line}  {'✓' if right else '✗ ' + ', '.join(failed)}\n")
                sys.stdout.flush()
    except (Crashed, NoTool) as error:
        sys.exit(str(error))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
