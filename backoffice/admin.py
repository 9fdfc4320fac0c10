"""Every page of the back office, registered: Django looks here."""

from backoffice import questions, staff
from backoffice.catalogue import entities, life_events, procedures, versions, words

__all__ = ["entities", "life_events", "procedures", "questions", "staff", "versions", "words"]
