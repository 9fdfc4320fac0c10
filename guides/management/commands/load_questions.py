from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation import audit
from guides.question_files import QuestionFileError, load


class Command(BaseCommand):
    """Load the files of questions; what did not change stays as it is."""

    help = "Load the questions and answers of guides/questions/"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            saved = load()
        except QuestionFileError as error:
            raise CommandError(str(error)) from error
        audit.record("questions.loaded", saved=saved)
        if options["verbosity"]:
            self.stdout.write(f"{saved} questions new or changed")
