"""Counting the searches that find nothing, which must never be in the way of their answer."""

import logging

from django.db import DatabaseError, transaction

from foundation import languages
from procedures.models import ZeroResultSearch

logger = logging.getLogger(__name__)


def count_zero_results(query: str) -> None:
    """Count a tidied query in the language in use; the person gets an answer even when the database is away."""
    try:
        with transaction.atomic():
            ZeroResultSearch.objects.count_one(query, languages.current())
    except DatabaseError as error:
        logger.warning("A search without result was not counted: %s", type(error).__name__)
