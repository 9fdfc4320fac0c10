"""The web app manifest, the service worker and the other files that a site serves under fixed names."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language_bidi, gettext_lazy, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from foundation import languages
from foundation.pages import Page, PortalRequest, render_page
from foundation.signing import public_jwks
from tramites_site import precache
from tramites_site.middleware import PRIVATE

THEME, DARK_THEME = "#f7f5f0", "#0f1416"
"""The paper of the stylesheet, as the pages say it too (`partials/head.html`)."""


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the app in the person's language."""
    language = languages.current()
    content = {
        "id": "/",
        "name": "Trámites",
        "short_name": "Trámites",
        "description": _("Los trámites de todas las administraciones, con Cl@ve PIN"),
        "lang": language,
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "display_override": ["standalone", "minimal-ui"],
        "orientation": "any",
        "theme_color": THEME,
        "background_color": THEME,
        "user_preferences": {"color_scheme": {"dark": {"theme_color": DARK_THEME, "background_color": DARK_THEME}}},
        "categories": ["government", "utilities"],
        "prefer_related_applications": False,
        "icons": _icons(),
        "screenshots": _screenshots(),
        "shortcuts": _shortcuts(),
    }
    return JsonResponse(content, content_type="application/manifest+json")


def _icons() -> list[dict[str, Any]]:
    return [
        _picture("icon-192", "192x192", purpose="any"),
        _picture("icon-512", "512x512", purpose="any"),
        _picture("maskable-512", "512x512", purpose="maskable"),
        _picture("monochrome-512", "512x512", purpose="monochrome"),
        {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
    ]


def _screenshots() -> list[dict[str, Any]]:
    return [
        _screenshot("narrow-1", "720x1600", _("Los trámites, por organismo")),
        _screenshot("narrow-2", "720x1600", _("Qué hace falta, antes de identificarte")),
        _screenshot("narrow-3", "720x1600", _("El resultado, en la pantalla")),
        _screenshot("wide-1", "1280x800", _("Los trámites, por organismo")),
    ]


def _shortcuts() -> list[dict[str, Any]]:
    return [
        {
            "name": _("Sin terminar"),
            "url": "/accesos/",
            "icons": [_picture("unfinished-96", "96x96", purpose="any")],
        },
        {"name": _("Descargas"), "url": "/descargas/", "icons": [_picture("downloads-96", "96x96", purpose="any")]},
        {"name": _("Buscar"), "url": "/tramites/", "icons": [_picture("search-96", "96x96", purpose="any")]},
    ]


def _screenshot(name: str, sizes: str, label: str) -> dict[str, str]:
    """Describe a picture of `make app-pictures`; its name begins with its form factor."""
    return _picture(name, sizes, form_factor=name.partition("-")[0], label=label)


def _picture(name: str, sizes: str, **more: str) -> dict[str, str]:
    return {"src": static(f"img/app/{name}.png"), "sizes": sizes, "type": "image/png", **more}


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Serve the script that caches static files and the offline page, never a personal page."""
    return HttpResponse(
        precache.service_worker(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Show the offline page in ``?idioma=``, which the app caches in each language, else in the person's language."""
    wanted = request.GET.get(precache.LANGUAGE_FIELD, "")
    language = wanted if wanted in languages.codes() else languages.current()
    with override(language):
        response = render_page(cast(PortalRequest, request), "offline.html", page=precache.OFFLINE)
    response["Content-Language"] = language
    return response


@require_safe
def app(request: HttpRequest) -> HttpResponse:
    """Explain how to add the portal to the home screen, and what it stores there."""
    page = Page(
        heading=gettext_lazy("Trámites en tu pantalla de inicio"),
        step="app",
        back=reverse("guides:index"),
        back_label=gettext_lazy("Ayuda"),
        section="help",
        private=False,
    )
    return render_page(cast(PortalRequest, request), "app.html", page=page)


@require_safe
def asset_links(request: HttpRequest) -> HttpResponse:
    """List the Android apps that may open this site's links (``ASSET_LINKS``)."""
    return JsonResponse(settings.ASSET_LINKS, safe=False)


@require_safe
def security_contact(request: HttpRequest) -> HttpResponse:
    """Serve ``security.txt`` (RFC 9116)."""
    text = f"Contact: {settings.SECURITY_CONTACT}\nExpires: {settings.SECURITY_EXPIRES}\nPreferred-Languages: es, en\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Serve the public keys that verify our tokens to the bodies."""
    return JsonResponse(public_jwks(), headers={"Cache-Control": "public, max-age=300"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
