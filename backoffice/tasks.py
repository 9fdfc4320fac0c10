"""The back office's work in the background; the schedule looks here."""

from backoffice.operation import link_checks

__all__ = ["link_checks"]
