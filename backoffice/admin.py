"""Every page of the back office, registered: Django looks here."""

from backoffice import audit, questions, staff
from backoffice.catalogue import entities, life_events, procedures, versions, words
from backoffice.operation import banners, connectors

__all__ = [
    "audit",
    "banners",
    "connectors",
    "entities",
    "life_events",
    "procedures",
    "questions",
    "staff",
    "versions",
    "words",
]
