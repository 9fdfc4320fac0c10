from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from foundation.audit.entries import AuditHead
from foundation.audit.verification import Kept, verify


class Command(BaseCommand):
    """Check the chain of the audit log; exit code 1 at the first entry that is not as it was written."""

    help = "Verify the audit log: no entry altered, dropped, put in or moved"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", action="store_true", help="Print number:hash of the last entry, to keep outside")
        parser.add_argument("--since", default="", metavar="NUMBER:HASH", help="Check against what was kept outside")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["head"]:
                self.stdout.write(_head())
                return
            found = verify(Kept.read(options["since"]) if options["since"] else None)
        except (ImproperlyConfigured, ValueError) as error:
            raise CommandError(str(error)) from error
        if found.fault:
            raise CommandError(f"{found.fault}. {found.checked} entries before it are whole.")
        if options["verbosity"]:
            self.stdout.write(f"{found.checked} entries, all as they were written ({found.seconds:.1f} s)")


def _head() -> str:
    """The head, which must be whole itself: nobody keeps a forged one outside."""
    head = AuditHead.current()
    if head is None:
        raise CommandError("The audit log is empty.")
    if not head.is_believed:
        raise CommandError("The head of the audit log is not as it was written.")
    return str(head)
