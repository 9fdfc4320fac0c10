"""What the app keeps on a device, so that it opens without a network: files that are the same for everybody.

Each is named by the digest of its content, so a kept one is never out of date. No page of a person is among them.
"""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext_lazy

from foundation import languages
from foundation.pages import Page
from tramites_site.context import portal

OFFLINE = Page(heading=gettext_lazy("No tienes conexión"), step="offline", private=False)
OFFLINE_PATH = "/sin-conexion/"
LANGUAGE_FIELD = "idioma"
KEPT = re.compile(r"css/portal\.css|js/[^/]+\.js|img/[^/]+\.svg|django_htmx/htmx-2\.min\.js")
WORKER = Path(__file__).with_name("app_worker.js")


def kept_files() -> list[str]:
    """The addresses of the static files that pages of citizens use, as the pages name them."""
    return [static(name) for name in sorted(_names()) if KEPT.fullmatch(name)]


def _names() -> set[str]:
    manifest: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    return set(manifest) or {name for finder in get_finders() for name, _ in finder.list([])}


def offline_pages() -> dict[str, str]:
    """The address of the page without a network, by language."""
    return {code: f"{OFFLINE_PATH}?{LANGUAGE_FIELD}={code}" for code in languages.codes()}


def version(files: list[str]) -> str:
    """Changes exactly when something that the app keeps, or what it does with it, changes."""
    digest = hashlib.sha256(json.dumps([settings.APP_SALT, files]).encode() + WORKER.read_bytes())
    for code in languages.codes():
        with translation.override(code):
            context = {"page": OFFLINE, "layout": "layouts/page.html", **portal(None)}
            digest.update(render_to_string("offline.html", context).encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def worker() -> str:
    """The service worker's source, for this process' files and languages."""
    files = kept_files()
    told = {"VERSION": version(files), "FILES": files, "PAGES": offline_pages(), "LANGUAGE": languages.default()}
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in told.items()]
    return "".join(lines) + WORKER.read_text(encoding="utf-8")
