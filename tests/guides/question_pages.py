"""What tests of the question form send."""

from typing import Any

from tests.pages import PageClient

PATH = "/ayuda/preguntar/"
TEXT = "¿Cuánto tarda en llegar\r\nel certificado de la renta?"
TYPED: dict[str, Any] = {"topic": "procedure", "text": TEXT, "email": "Ana@ejemplo.es"}


def ask(client: PageClient, **changes: Any) -> Any:
    """Open the form, fill it in and send it."""
    return client.submit(client.get(PATH), **(TYPED | changes))
