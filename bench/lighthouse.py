"""`make lighthouse`: Lighthouse's mobile scores of the public pages, and of a step, a result and Downloads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench.node_tools import ToolMissing, tool
from bench.personal_pages import citizen, cookie_header, visit_steps
from tools.browser import ARGUMENTS, chromium, chromium_path
from tools.console import say
from tools.serving import Portal, serving

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PUBLIC = {"performance": 99, "accessibility": 100, "best-practices": 100, "seo": 100}
PRIVATE = {"accessibility": 100, "best-practices": 100}
"""Personal pages are in no search engine; `make bench` measures their speed."""


@dataclass(frozen=True)
class AuditedPage:
    """One page, the cookies to open it with, and the least scores to reach."""

    name: str
    url: str
    cookies: str
    least: dict[str, int]


def pages(portal: Portal) -> list[AuditedPage]:
    public = {
        "home": "/",
        "entities": "/tramites/",
        "procedure": "/tramites/tgss/vida-laboral/",
        "guide": "/ayuda/sms/",
    }
    found = [AuditedPage(name, portal.url + path, "", PUBLIC) for name, path in public.items()]
    with chromium() as browser:
        person = citizen(browser, portal)
        steps = visit_steps(person)
        cookies = cookie_header(person)
    personal = {"step": steps["contrast"], "result": steps["result: consultation"]}
    personal["downloads"] = f"{portal.url}/descargas/"
    return found + [AuditedPage(name, url, cookies, PRIVATE) for name, url in personal.items()]


class LighthouseCrashed(Exception):
    """Lighthouse ended without scores; the message is its output."""


def scores(page: AuditedPage, folder: Path) -> tuple[dict[str, int], list[str]]:
    """Return the scores, 0 to 100, and the names of failed audits. Raise `LighthouseCrashed`."""
    report = folder / f"{page.name}.json"
    headers = folder / "headers.json"
    headers.write_text(json.dumps({"Cookie": page.cookies} if page.cookies else {}))
    command = [tool("lighthouse"), page.url, "--quiet", "--output=json", f"--output-path={report}"]
    command += [f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={headers}"]
    command += [f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}"]
    environment = os.environ | {"CHROME_PATH": chromium_path()}
    ended = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if ended.returncode:
        raise LighthouseCrashed(f"Lighthouse ended with {ended.returncode}:\n{ended.stderr.strip()}")
    result = json.loads(report.read_text())
    failed = [
        audit["id"]
        for name in page.least
        for reference in result["categories"][name]["auditRefs"]
        if reference["weight"] and (audit := result["audits"][reference["id"]])["score"] not in (1, None)
    ]
    return {name: round(result["categories"][name]["score"] * 100) for name in CATEGORIES}, failed


def scores_with_retry(page: AuditedPage, folder: Path) -> tuple[dict[str, int], list[str]]:
    """Return `scores`, with a second try: Chromium may crash, but a faulty page fails twice."""
    try:
        return scores(page, folder)
    except LighthouseCrashed as crash:
        sys.stderr.write(f"{page.name}: {crash}\nTrying {page.name} once more.\n")
        return scores(page, folder)


def main() -> int:
    say(f"{'page':12}" + "".join(f"{name:>16}" for name in CATEGORIES))
    held = True
    try:
        with tempfile.TemporaryDirectory() as folder, serving() as portal:
            for page in pages(portal):
                found, failed = scores_with_retry(page, Path(folder))
                right = all(found[name] >= least for name, least in page.least.items())
                held = held and right
                line = f"{page.name:12}" + "".join(f"{found[name]:16}" for name in CATEGORIES)
                say(f"{line}  {'✓' if right else '✗ ' + ', '.join(failed)}")
    except (LighthouseCrashed, ToolMissing) as error:
        sys.exit(str(error))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
