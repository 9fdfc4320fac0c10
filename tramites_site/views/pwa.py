"""What makes the portal an app on the home screen, and the other files that a site answers by a fixed name."""

from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from foundation.pages import Page, PortalRequest, render_page
from foundation.signing import public_jwks
from tramites_site.middleware import PRIVATE

THEME = "#f7f5f0"


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    content = {
        "id": "/",
        "name": "Trámites",
        "short_name": "Trámites",
        "description": _("Los trámites de todas las administraciones, con Cl@ve PIN"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": THEME,
        "background_color": THEME,
        "categories": ["government", "utilities"],
        "icons": [{"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
        "shortcuts": [{"name": _("Descargas"), "url": "/descargas/"}, {"name": _("Buscar"), "url": "/tramites/"}],
    }
    return JsonResponse(content, content_type="application/manifest+json")


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Keeps the versioned static files and the offline page; never a page of a person."""
    response = HttpResponse(
        _WORKER.format(offline="/sin-conexion/", prefix=settings.STATIC_URL),
        content_type="text/javascript; charset=utf-8",
    )
    response["Cache-Control"] = "no-cache"
    return response


_WORKER = """\
const KEPT = "tramites-1";
const OFFLINE = "{offline}";
self.addEventListener("install", (event) => {{
  event.waitUntil(caches.open(KEPT).then((cache) => cache.add(OFFLINE)));
}});
self.addEventListener("activate", (event) => {{
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))
  );
}});
self.addEventListener("fetch", (event) => {{
  const request = event.request;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") {{
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  }} else if (new URL(request.url).pathname.startsWith("{prefix}")) {{
    event.respondWith(
      caches.match(request).then((kept) => kept || fetch(request).then((answer) => {{
        if (answer.ok) {{
          const copy = answer.clone();
          caches.open(KEPT).then((cache) => cache.put(request, copy));
        }}
        return answer;
      }}))
    );
  }}
}});
"""


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    page = Page(heading=gettext_lazy("No tienes conexión"), step="offline", private=False)
    return render_page(cast(PortalRequest, request), "offline.html", page=page)


@require_safe
def asset_links(request: HttpRequest) -> HttpResponse:
    """Android apps that may open this site's links, from the setting ``ASSET_LINKS``."""
    return JsonResponse(settings.ASSET_LINKS, safe=False)


@require_safe
def security_contact(request: HttpRequest) -> HttpResponse:
    """RFC 9116."""
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {settings.SECURITY_EXPIRES}",
        "Preferred-Languages: es, en",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The public keys of the tokens that the bodies receive."""
    return JsonResponse(public_jwks(), headers={"Cache-Control": "public, max-age=300"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
