"""The languages of the portal, and the columns of a translated text.

A language is a code of ``LANGUAGES``, such as ``ca-valencia``. A text has a column in each, named by
django-modeltranslation: ``name_es``, ``name_ca_valencia``. Every text is written in the default language.
"""

from collections.abc import Mapping

from django.conf import settings
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname


def codes() -> list[str]:
    """Return the code of every language, in the order of ``LANGUAGES``."""
    return [code for code, _name in settings.LANGUAGES]


def names() -> dict[str, str]:
    """Return each language's name, in the language in use, by its code."""
    return {code: str(name) for code, name in settings.LANGUAGES}


def name_in_sentence(code: str) -> str:
    """Return the name as it stands within a sentence: in lower case, but for English."""
    return names()[code] if current() == "en" else names()[code].lower()


def default() -> str:
    return str(settings.LANGUAGE_CODE)


def current() -> str:
    """Return the language in use; the default one where translation is off."""
    return get_language() or default()


def known_or_default(code: str | None) -> str:
    """Return the code if it is one of the portal's languages, else the default one."""
    return code if code in codes() else default()


def column(field: str, language: str | None = None) -> str:
    """Return the column of the field in a language, the default one unless it is given."""
    return str(build_localized_fieldname(field, language or default()))


def columns(*fields: str) -> list[str]:
    """Return the columns of the fields in every language, field by field."""
    return [column(field, code) for field in fields for code in codes()]


def in_current(texts: Mapping[str, str]) -> str:
    """Return the text of the language in use, or else of the default one; ``texts`` has them by code."""
    return texts.get(current()) or texts.get(default(), "")
