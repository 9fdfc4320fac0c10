"""What the service worker caches so that the app opens offline: files that are the same for everybody.

Each is named by the digest of its content, so a cached one is never out of date. Once somebody reads the help or begins
a procedure, the guides are cached too. No personal page is among them.
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
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy

from foundation import languages
from foundation.pages import Page
from guides.topics import TOPICS
from tramites_site.context import portal

OFFLINE = Page(heading=gettext_lazy("No tienes conexión"), step="offline", private=False)
OFFLINE_PATH = "/sin-conexion/"
LANGUAGE_FIELD = "idioma"
GUIDES_APART = ("questions", "privacy")
"""Pages of the help that are not read offline: one has forms, the other is long and official."""
GUIDE_PICTURE = re.compile(r"img/clave-app/[^/]+\.svg")
CACHED = re.compile(r"css/portal\.css|js/[^/]+\.js|img/[^/]+\.svg|django_htmx/htmx-2\.min\.js")
SCRIPT = Path(__file__).with_name("service_worker.js")


def static_urls() -> list[str]:
    """Return the URLs of the static files that citizens' pages use, as the pages name them."""
    return [static(name) for name in sorted(_static_names()) if CACHED.fullmatch(name)]


def guide_urls() -> list[str]:
    """Return the guides that can be read offline, and their pictures; they are the same for everybody."""
    paths = [reverse("guides:index"), *(topic.path for topic in TOPICS if topic.key not in GUIDES_APART)]
    return paths + [static(name) for name in sorted(_static_names()) if GUIDE_PICTURE.fullmatch(name)]


def _static_names() -> set[str]:
    manifest: dict[str, str] = getattr(staticfiles_storage, "hashed_files", {})
    return set(manifest) or {name for finder in get_finders() for name, _ in finder.list([])}


def offline_urls() -> dict[str, str]:
    """Return the URL of the offline page, by language."""
    return {code: f"{OFFLINE_PATH}?{LANGUAGE_FIELD}={code}" for code in languages.codes()}


def version(files: list[str]) -> str:
    """Return a digest that changes exactly when something cached, or the script itself, changes."""
    digest = hashlib.sha256(json.dumps([settings.APP_SALT, files]).encode() + SCRIPT.read_bytes())
    for code in languages.codes():
        with translation.override(code):
            context = {"page": OFFLINE, "layout": "layouts/page.html", **portal(None)}
            digest.update(render_to_string("offline.html", context).encode())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=1)
def service_worker() -> str:
    """Return the script, with the files and languages of this process defined above it."""
    files = static_urls()
    guides = guide_urls()
    constants = {"VERSION": version(files + guides), "FILES": files, "PAGES": offline_urls(), "GUIDES": guides}
    constants["LANGUAGE"] = languages.default()
    lines = [f"const {name} = {json.dumps(value)};\n" for name, value in constants.items()]
    return "".join(lines) + SCRIPT.read_text(encoding="utf-8")
