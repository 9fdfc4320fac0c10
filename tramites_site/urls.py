"""Every path of the portal; each app maps its own Spanish paths in its ``urls.py``."""

from django.contrib import admin
from django.urls import include, path

from accesses.views.home import home
from tramites_site.views import health, language, pwa

urlpatterns = [
    path("", home, name="home"),
    path("", include("procedures.urls")),
    path("", include("accesses.urls")),
    path("", include("clave.urls")),
    path("", include("documents.urls")),
    path("", include("accounts.urls")),
    path("", include("guides.urls")),
    path("idioma/", language.language, name="language"),
    path("gestion/", include("backoffice.sign_in.urls")),
    path("gestion/", admin.site.urls),
    path("salud/vivo", health.live, name="live"),
    path("salud/listo", health.ready, name="ready"),
    path("manifest.webmanifest", pwa.manifest, name="manifest"),
    path("sw.js", pwa.service_worker, name="service_worker"),
    path("sin-conexion/", pwa.offline, name="offline"),
    path("aplicacion/", pwa.app, name="app"),
    path("robots.txt", pwa.robots, name="robots"),
    path(".well-known/assetlinks.json", pwa.asset_links, name="asset_links"),
    path(".well-known/security.txt", pwa.security_contact, name="security_contact"),
    path(".well-known/jwks.json", pwa.keys, name="keys"),
]

handler400 = "tramites_site.errors.bad_request"
handler403 = "tramites_site.errors.forbidden"
handler404 = "tramites_site.errors.not_found"
handler500 = "tramites_site.errors.server_error"
handler429 = "backoffice.sign_in.views.too_many_requests"  # called by allauth, at the staff's sign-in
