"""Reading the tables of the catalogue's files strictly, and saying what is wrong with the place where it stands."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


class CatalogueError(ValueError):
    """A file does not say what a catalogue file must; the message names the file, the place in it and what is wrong."""


def texts(content: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """The translated fields by their columns: ``name_es``, ``name_en``."""
    return {
        f"{name}_{language}": str(translated(content, name).get(language, "")).strip()
        for name in names
        for language in languages()
    }


def translated(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What stands under this name for each language; nothing when it is not there."""
    with within(name):
        return table(content.get(name, {}), set(languages()))


def languages() -> list[str]:
    return [code.replace("-", "_") for code, _name in settings.LANGUAGES]


def digest_of(content: Any) -> str:
    """Equal for what says the same."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


@contextmanager
def within(place: str) -> Iterator[None]:
    """Say what is wrong inside with the place before it."""
    try:
        yield
    except KeyError as error:
        raise CatalogueError(f"{place}: {error.args[0]} is missing") from error
    except ValidationError as error:
        raise CatalogueError(f"{place}: {_sentence(error)}") from error
    except (TypeError, ValueError) as error:  # what is no TOML, no UTF-8, no number or no date; or a place inside
        raise CatalogueError(f"{place}: {error}") from error


def _sentence(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    wrong = [(name, " ".join(messages)) for name, messages in error.message_dict.items()]
    return "; ".join(message if name == NON_FIELD_ERRORS else f"{name}: {message}" for name, message in wrong)


def table(content: Any, keys: set[str]) -> Mapping[str, Any]:
    """The content if it is a table with no other keys than these; a misspelt one would be passed over in silence."""
    if not isinstance(content, Mapping):
        raise CatalogueError("must be a table")
    if unknown := sorted(set(content) - keys):
        raise CatalogueError(f"{', '.join(unknown)} is not known")
    return content


def tables(content: Any, name: str, keys: set[str], *, named_by: str) -> list[Mapping[str, Any]]:
    """The tables of a list, each of which bears another name under the key ``named_by``."""
    if not isinstance(content, list):
        raise CatalogueError(f"{name}: must be a list of tables")
    listed: dict[str, Mapping[str, Any]] = {}
    for number, one in enumerate(content, start=1):
        place = one.get(named_by, number) if isinstance(one, Mapping) else number
        with within(f"{name} {place}"):
            called = table(one, keys)[named_by]
            if called in listed:
                raise CatalogueError(f"{called} stands there twice")
            listed[called] = one
    return list(listed.values())
