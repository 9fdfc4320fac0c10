"""Errors as RFC 9457 problems: type ``urn:tramites:problem:<name>``, title, status, detail and extension members."""

import json
from typing import Any

from sandbox.wire import Response

PREFIX = "urn:tramites:problem:"

TITLES = {
    "bad-request": "Petición incorrecta",
    "unauthorized": "Credenciales no válidas",
    "forbidden": "No permitido",
    "not-found": "No existe",
    "method-not-allowed": "Método no permitido",
    "never-arrived": "Ninguna operación con esa clave",
    "key-reused": "Clave de idempotencia ya usada con otro contenido",
    "invalid-input": "Dato no válido",
    "insufficient-level": "Nivel de registro insuficiente",
    "wrong-pin": "PIN incorrecto",
    "expired": "Código o PIN caducado",
    "contrast-mismatch": "El dato de contraste no coincide",
    "not-registered": "No consta en Cl@ve",
    "blocked": "Bloqueado en Cl@ve",
    "rate-limited": "Demasiadas peticiones",
    "unavailable": "Servicio no disponible",
}


class Problem(Exception):
    """An error response; ``members`` holds ``tries_left``, ``until`` and ``retry_after`` where they apply."""

    def __init__(self, status: int, name: str, detail: str, **members: Any) -> None:
        super().__init__(name)
        self.status, self.name, self.detail, self.members = status, name, detail, members

    def response(self) -> Response:
        content = {
            "type": PREFIX + self.name,
            "title": TITLES[self.name],
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        headers = {"Cache-Control": "no-store"}
        if "retry_after" in self.members:
            headers["Retry-After"] = str(self.members["retry_after"])
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        body = json.dumps(content, ensure_ascii=False).encode()
        return Response(self.status, body, "application/problem+json", headers)


def not_found() -> Problem:
    return Problem(404, "not-found", "El sandbox no tiene nada en esta dirección.")
