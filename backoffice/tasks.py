"""The back office's work in the background; the schedule looks here."""

from backoffice.exchange import tasks as exchange

__all__ = ["exchange"]
