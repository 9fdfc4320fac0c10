"""What staff did and what befell the portal's security, written down for good."""

import logging

logger = logging.getLogger(__name__)


def record(action: str, *, actor: str = "", target: str = "", **detail: str | int | bool | None) -> None:
    """Write one entry: ``action`` as ``catalogue.version_published``, ``actor`` a staff user's name or ``""`` for the
    portal itself, ``target`` as ``procedures.procedureversion:12``; never a citizen's data."""
    logger.info("%s %s", action, target)
