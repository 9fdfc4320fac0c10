from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from foundation.audit.chain import is_authentic
from foundation.audit.verification import Checkpoint, verify
from foundation.models.audit import AuditHead


class Command(BaseCommand):
    """Verify the chain of the audit log; exit with code 1 at the first fault."""

    help = "Verify the audit log: no entry altered, deleted, inserted or moved"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", action="store_true", help="Print number:hash of the last entry, a checkpoint to keep elsewhere"
        )
        parser.add_argument("--since", default="", metavar="NUMBER:HASH", help="Verify against such a checkpoint")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["head"]:
                self.stdout.write(_head())
                return
            found = verify(Checkpoint.parse(options["since"]) if options["since"] else None)
        except (ImproperlyConfigured, ValueError) as error:
            raise CommandError(str(error)) from error
        if found.fault:
            raise CommandError(f"{found.fault}. {found.checked} entries before it are whole.")
        if options["verbosity"]:
            self.stdout.write(f"{found.checked} entries, all as they were written ({found.seconds:.1f} s)")


def _head() -> str:
    """Return the head as a checkpoint; raise ``CommandError`` for a forged one, which nobody should keep."""
    head = AuditHead.current()
    if head is None:
        raise CommandError("The audit log is empty.")
    if not is_authentic(head):
        raise CommandError("The head of the audit log is not as it was written.")
    return str(head)
