"""Checks of a version's connector: its address, and the names under which the body gets the data."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from foundation.http.addresses import AddressRefused, origin_of, resolve_urls
from procedures.required_data.checks import Datum, field_names

SANDBOX = "{sandbox}/"
MAX_NAME_LENGTH = 60
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def address_error(connector: str) -> str:
    """Return a sentence when the form of the address rules it out, else ``""``.

    No name is looked up, so this is safe in a transaction; ``resolve_addresses`` must run before one.
    """
    if not _is_address(connector.replace(SANDBOX, "https://sandbox/", 1)):
        return _("Escribe la dirección entera, sin espacios ni acentos")
    if connector.startswith(SANDBOX):
        return ""
    try:
        origin_of(connector)
    except AddressRefused as refused:
        return str(refused)
    return ""


def resolve_addresses(connectors: Iterable[str]) -> dict[str, str]:
    """Return a sentence for each connector whose host resolves to a private network now.

    Takes ``RESOLVE_SECONDS`` at most, however many there are. Raises ``CalledInTransaction``.
    """
    return resolve_urls(connector for connector in connectors if not connector.startswith(SANDBOX))


def _is_address(text: str) -> bool:
    """Whether the text is printable ASCII and names a host."""
    try:
        return bool(re.fullmatch(r"[!-~]+", text) and urlsplit(text).hostname)
    except ValueError:
        return False


def mapping_shape_error(mapping: Any) -> str:
    """Return a sentence when it is no mapping of keys to distinct names, else ``""``."""
    if not isinstance(mapping, Mapping) or not all(_is_name(name) for name in mapping.values()):
        return _("Escribe con qué nombre se envía cada dato, sin espacios: %(example)s") % {
            "example": "year = ejercicio"
        }
    names = list(mapping.values())
    if len(set(names)) < len(names):
        return _("Dos datos no pueden enviarse con el mismo nombre")
    return ""


def mapping_error(mapping: Any, data: Iterable[Datum]) -> str:
    """Return a sentence when a mapping of the right shape does not match the required data, else ``""``."""
    if mapping_shape_error(mapping):
        return ""
    keys = {name for datum in data for name in field_names(datum)}
    if unknown := sorted(set(mapping) - keys):
        return _("«%(keys)s» no es ningún dato de este trámite; un periodo son dos: %(example)s") % {
            "keys": ", ".join(unknown),
            "example": "periodo_from, periodo_to",
        }
    sent = [mapping.get(key, key) for key in keys]
    if len(set(sent)) < len(sent):
        return _("Dos datos no pueden enviarse con el mismo nombre")
    return ""


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and len(name) <= MAX_NAME_LENGTH and bool(_NAME.fullmatch(name))
