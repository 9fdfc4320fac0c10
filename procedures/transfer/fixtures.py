"""Loading the catalogue's own files and publishing what changed in them.

A procedure gets a new version when its file says something else than when it was last loaded: loading the same files
again changes nothing, and what editors have published since stays until the file changes. A procedure that a file no
longer names stays as it is.
"""

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from procedures.models import CatalogueStamp, ExternalService, LifeEvent, ProcedureVersion, Synonym
from procedures.transfer.apply import CatalogueChanged, apply
from procedures.transfer.formats import toml
from procedures.transfer.formats.toml import FixtureError
from procedures.transfer.plan import ImportMode, Plan
from procedures.transfer.planner.planning import plan_import
from procedures.transfer.sheets import RowError

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
ATTEMPTS = 3


@dataclass(frozen=True)
class LoadResult:
    """The numbers of entities and procedures read, versions published, and other rows changed."""

    entities: int = 0
    procedures: int = 0
    published: int = 0
    life_events: int = 0
    synonyms: int = 0
    external_services: int = 0


def load_fixtures(folder: Path = FIXTURES) -> LoadResult:
    """Load every file of the folder, all or nothing; raise ``FixtureError``."""
    for _attempt in range(ATTEMPTS):
        stamp = CatalogueStamp.current()
        sheets = toml.read_folder(folder, _loaded_digests())
        plan = plan_import(sheets, ImportMode.PUBLISH)
        if plan.stamp != stamp:  # the digests may be older than what the plan was made from
            continue
        if plan.errors:
            raise FixtureError(_sentence(plan.errors[0]))
        try:
            with transaction.atomic():
                published, external_services = _publish(plan), _load_external_services(folder)
        except CatalogueChanged:
            continue
        counts = {sheet.kind: len(sheet.rows) for sheet in sheets}
        kinds = ("entities", "procedures", "life_events", "synonyms")
        rows = {kind: counts.get(kind, 0) for kind in kinds}
        return LoadResult(published=published, external_services=external_services, **rows)
    raise FixtureError(f"{folder}: the catalogue is being changed by others; try again")


def _publish(plan: Plan) -> int:
    """Write the plan and publish its versions; return how many."""
    versions = apply(plan)
    for version in versions:
        with toml.within(f"{version.procedure.entity.slug}.toml: procedure {version.procedure.slug}"):
            version.publish()
    return len(versions)


def _load_external_services(folder: Path) -> int:
    """Save the services of other sites that the file describes otherwise than when last loaded; return how many."""
    existing = {service.slug: service for service in ExternalService.objects.all()}
    changed = 0
    for place, columns in toml.read_external_services(folder):
        service = existing.get(columns["slug"]) or ExternalService()
        if service.digest == columns["digest"]:
            continue
        for column, value in columns.items():
            setattr(service, column, value)
        with toml.within(place):
            service.full_clean()
        service.save()
        changed += 1
    if changed:
        CatalogueStamp.bump()
    return changed


def _sentence(error: RowError) -> str:
    places = [error.row.place if error.row else "", error.column, error.sentence]
    return ": ".join(place for place in places if place)


def _loaded_digests() -> dict[tuple[str, ...], str]:
    versions = ProcedureVersion.objects.exclude(digest="").order_by("number")
    loaded: dict[tuple[str, ...], str] = {}
    for entity, slug, digest in versions.values_list("procedure__entity__slug", "procedure__slug", "digest"):
        loaded["versions", f"{entity}/{slug}"] = digest
    for slug, digest in LifeEvent.objects.values_list("slug", "digest"):
        loaded["life_events", slug] = digest
    for language, said, digest in Synonym.objects.values_list("language", "said", "digest"):
        loaded["synonyms", language, said] = digest
    return loaded
