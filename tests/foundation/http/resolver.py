"""Names that resolve to what a test says."""

import socket
from typing import Any

import pytest

from foundation.http.addresses import literal_ip


def resolves_to(monkeypatch: pytest.MonkeyPatch, names: dict[str, str]) -> list[str]:
    """Have these names, and no others, resolve to these addresses; the names that are looked up from now on."""
    real, asked = socket.getaddrinfo, []

    def answer(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        plain = host.decode() if isinstance(host, bytes) else str(host)
        if literal_ip(plain):
            return real(host, port, *args, **options)
        asked.append(plain)
        if plain in names:
            return real(names[plain], port, *args, **options)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked
