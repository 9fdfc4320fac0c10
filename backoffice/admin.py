"""Every page of the back office, registered: Django looks here."""

from backoffice import audit, questions
from backoffice.catalogue import entities, life_events, procedures, versions, words

__all__ = ["audit", "entities", "life_events", "procedures", "questions", "versions", "words"]
