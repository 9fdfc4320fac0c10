from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation import audit
from procedures.transfer.fixtures import load_fixtures
from procedures.transfer.formats.toml import FixtureError


class Command(BaseCommand):
    """Load the catalogue's files; what did not change stays as it is."""

    help = "Load the entities and procedures of procedures/fixtures/, publishing new versions of what changed"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = load_fixtures()
        except FixtureError as error:
            raise CommandError(str(error)) from error
        audit.record(
            "catalogue.loaded",
            entities=loaded.entities,
            procedures=loaded.procedures,
            published=loaded.published,
            life_events=loaded.life_events,
            synonyms=loaded.synonyms,
            external_services=loaded.external_services,
        )
        if options["verbosity"]:
            self.stdout.write(
                f"{loaded.entities} entities, {loaded.procedures} procedures, {loaded.published} new versions, "
                f"{loaded.life_events} changed life events, {loaded.synonyms} changed synonyms, "
                f"{loaded.external_services} changed services of other sites"
            )
