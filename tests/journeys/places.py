"""Where people come to, and what can go wrong there: shared by what inspects the pages and what pictures them."""

from typing import Any

PUBLIC = (
    ("/", "home"),
    ("/identificacion/", "identification"),
    ("/tramites/", "entities"),
    ("/tramites/?q=paro", "search"),
    ("/tramites/?q=vida+lavoral", "search-slip"),
    ("/tramites/?q=zzz", "search-nothing"),
    ("/situaciones/", "life-events"),
    ("/situaciones/me-mudo/", "life-event"),
    ("/tramites/tgss/", "entity"),
    ("/tramites/dgt/puntos/", "procedure"),
    ("/tramites/dgt/puntos/favorito/", "favourite"),
    ("/tramites/justicia/certificado-nacimiento/", "procedure-advanced"),
    ("/descargas/", "downloads-empty"),
    ("/usuarios/", "users-empty"),
    ("/accesos/", "accesses-empty"),
    ("/dispositivo/", "device-empty"),
    ("/aplicacion/", "app"),
    ("/sin-conexion/", "offline"),
    ("/nada/", "not-found"),
    ("/c/nada/", "shared-gone"),
)
"""Path and name of what anybody can look at who has saved nothing yet."""
GUIDES = (
    ("/ayuda/", "guides"),
    ("/ayuda/clave-pin/", "guide-clave-pin"),
    ("/ayuda/app-clave-pin/", "guide-app-clave-pin"),
    ("/ayuda/sms/", "guide-sms"),
    ("/ayuda/numero-de-soporte/", "guide-numero-de-soporte"),
    ("/ayuda/fecha-de-expedicion/", "guide-fecha-de-expedicion"),
    ("/ayuda/identificacion/", "guide-identificacion"),
    ("/ayuda/documentos/", "guide-documentos"),
    ("/ayuda/si-algo-falla/", "guide-si-algo-falla"),
    ("/ayuda/otra-persona/", "guide-otra-persona"),
    ("/ayuda/preguntas/", "guide-preguntas"),
    ("/ayuda/preguntas/?q=pin", "guide-preguntas-search"),
    ("/ayuda/accesibilidad/", "guide-accesibilidad"),
    ("/ayuda/privacidad/", "guide-privacidad"),
    ("/ayuda/acerca-de/", "guide-acerca-de"),
    ("/ayuda/videos/", "videos"),
    ("/ayuda/preguntar/", "question"),
)
REFUSED: dict[str, Any] = {
    "status": 422,
    "headers": {"Content-Type": "application/problem+json"},
    "body_base64": "eyJkZXRhaWwiOiAiTGEgbWF0csOtY3VsYSBubyBjb25zdGEgZW4gZWwgUmVnaXN0cm8uIn0=",
}
"""A body's problem with a `detail` to show, for the sandbox's fault *answer*."""
