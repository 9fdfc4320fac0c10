"""Checks of a version's connector: its address, and the names under which the body gets the data."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from foundation.http.addresses import AddressRefused, origin_of, resolve_urls
from procedures.datum_checks import Datum, names_of

SANDBOX = "{sandbox}/"
LONGEST_NAME = 60
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


def address_error(connector: str) -> str:
    """Return a sentence when the address cannot be one of a connector by its form alone, else ``""``.

    Nothing is looked up, so that models may ask inside a transaction: ``resolve_addresses`` asks before one.
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
    """Return a sentence for each connector whose host leads into a private network now.

    Takes ``RESOLVE_SECONDS`` at most, however many there are; raise ``CalledInTransaction`` inside a transaction.
    """
    return resolve_urls(connector for connector in connectors if not connector.startswith(SANDBOX))


def _is_address(text: str) -> bool:
    """Return whether the text is printable ASCII that names a host."""
    try:
        return bool(re.fullmatch(r"[!-~]+", text) and urlsplit(text).hostname)
    except ValueError:
        return False


def mapping_shape_error(mapping: Any) -> str:
    """Return a sentence when the value is no mapping of names, else ``""``."""
    if not isinstance(mapping, Mapping) or not all(_is_name(name) for name in mapping.values()):
        return _("Escribe con qué nombre se envía cada dato, sin espacios: %(example)s") % {
            "example": "year = ejercicio"
        }
    names = list(mapping.values())
    if len(set(names)) < len(names):
        return _("Dos datos no pueden enviarse con el mismo nombre")
    return ""


def mapping_error(mapping: Any, data: Iterable[Datum]) -> str:
    """Return a sentence when a mapping of the right shape does not fit the required data, else ``""``."""
    if mapping_shape_error(mapping):
        return ""
    keys = {name for datum in data for name in names_of(datum)}
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
    return isinstance(name, str) and len(name) <= LONGEST_NAME and bool(_NAME.fullmatch(name))
