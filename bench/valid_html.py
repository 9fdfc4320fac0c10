"""`make html`: validate every kind of page with html-validate; fails when one is not valid."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import requests

from bench.node_tools import ToolMissing, tool
from bench.personal_pages import citizen, visit_steps
from tools.browser import chromium
from tools.citizen_pages import GUIDES, PUBLIC
from tools.console import say
from tools.serving import Portal, serving

MORE_PUBLIC = (("/tramites/dgt/", "entity-dgt"), ("/tramites/sepe/importes-periodo/empezar/", "start"))
RULES = {
    "doctype-style": "off",
    "long-title": "off",  # a title begins with the heading, which can be a document's name
    "no-redundant-for": "off",  # for assistive technology that knows the attribute alone
    "no-redundant-role": "off",  # a table laid out as blocks loses its implicit roles
    "prefer-native-element": "off",
    "no-trailing-whitespace": "off",
}


def pages(portal: Portal) -> Iterator[tuple[str, str]]:
    """Yield the name and the HTML of each page, as the server sends it."""
    for path, name in (*PUBLIC, *GUIDES, *MORE_PUBLIC):
        yield name, requests.get(portal.url + path, timeout=30).text
    with chromium() as browser:
        person = citizen(browser, portal)
        personal = visit_steps(person)
        document = personal["document"]
        person.starts("aeat/datos-fiscales", year=str(date.today().year - 1))
        person.validates_by_app(person.somebody())
        person.sees_result("consultation")
        personal["result: tables"] = f"{portal.url}{person.path}"
        personal |= {name: f"{document}{name}/" for name in ("nombre", "borrar", "compartir")}
        personal |= {name: f"{portal.url}/{name}/" for name in ("usuarios", "accesos", "descargas", "dispositivo")}
        for name, url in personal.items():
            yield f"own-{name.replace(': ', '-').replace(' ', '-')}", person.page.request.get(url).text()


def main() -> int:
    with tempfile.TemporaryDirectory() as data:
        folder = Path(data)
        with serving() as portal:
            for name, text in pages(portal):
                (folder / f"{name}.html").write_text(text, encoding="utf-8")
        configuration = {"extends": ["html-validate:recommended"], "rules": RULES}
        (folder / ".htmlvalidate.json").write_text(json.dumps(configuration))
        try:
            result = subprocess.run([tool("html-validate"), *map(str, sorted(folder.glob("*.html")))], check=False)
        except ToolMissing as error:
            sys.exit(str(error))
        say(f"{len(list(folder.glob('*.html')))} pages validated")
    return result.returncode


if __name__ == "__main__":
    sys.exit(main())
