"""The stages in which a draft is written, one page each, and what each of them lacks.

A stage is chosen with ``?stage=`` on the pages of Django's admin; without it, the whole form stands on one page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import get_translation_fields

from backoffice.catalogue.translation_progress import missing_translations
from foundation.pages import Text
from procedures.completeness import Gap
from procedures.models import ProcedureVersion

PARAMETER = "stage"
NAME = "procedures_procedureversion"
DATA = "data"


@dataclass(frozen=True)
class Stage:
    """``texts`` have a column in each language; a stage without fields is a page of its own."""

    key: str
    label: Text
    help: Text
    texts: tuple[str, ...] = ()
    fields: tuple[Any, ...] = ()

    @property
    def has_form(self) -> bool:
        return bool(self.texts or self.fields or self.key == DATA)

    def columns(self) -> set[str]:
        names = {name for row in self.fields for name in (row if isinstance(row, tuple) else (row,))}
        return names | {column for name in self.texts for column in get_translation_fields(name)}


STAGES = (
    Stage(
        "identity",
        _("Identidad"),
        _("Cómo se llama, qué da y cómo se identifica la gente."),
        ("name", "summary"),
        (("kind", "level"), "methods"),
    ),
    Stage(
        "texts",
        _("Textos"),
        _("Lo que la gente lee antes de empezar, en frases cortas y de tú."),
        ("purpose", "needs", "gets", "duration", "legal_basis", "keywords"),
    ),
    Stage(DATA, _("Datos"), _("Lo que se pregunta antes de identificarse. Si no hace falta nada, sigue adelante.")),
    Stage(
        "connector",
        _("Conexión"),
        _("Adónde se envía la petición: la dirección https:// del organismo, o {sandbox}/… mientras pruebas."),
        (),
        ("connector", "honours_idempotency_key", "mapping", ("retention_days", "expected_seconds")),
    ),
    Stage("preview", _("Vista previa"), _("Así lo verá la gente.")),
    Stage("review", _("Revisión"), _("Lo que falta, y el envío a quien lo aprueba.")),
)
BY_KEY = {stage.key: stage for stage in STAGES}


@dataclass(frozen=True)
class ListedGap:
    """A gap as the list of what is missing shows it, with the address of its field."""

    sentence: str
    url: str


@dataclass(frozen=True)
class Step:
    """A stage in the stepper; ``url`` is empty while there is no draft yet."""

    stage: Stage
    url: str
    is_current: bool
    missing: int

    @property
    def is_done(self) -> bool:
        return bool(self.url) and not self.missing and self.stage.has_form


def chosen_stage(request: HttpRequest) -> Stage | None:
    """Return the stage that the address asks for; None for the whole form."""
    found = BY_KEY.get(request.GET.get(PARAMETER, ""))
    return found if found and found.has_form else None


def stage_url(version: ProcedureVersion, stage: Stage) -> str:
    if stage.has_form:
        return f"{reverse(f'admin:{NAME}_change', args=[version.pk])}?{PARAMETER}={stage.key}"
    return reverse(f"admin:{NAME}_{stage.key}", args=[version.pk])


def following(stage: Stage) -> Stage | None:
    """Return the stage after this one."""
    rest = STAGES[STAGES.index(stage) + 1 :]
    return rest[0] if rest else None


def stepper(version: ProcedureVersion | None, current: str, gaps: Iterable[Gap] = ()) -> list[Step]:
    """Return all stages; without a version, only the first can be reached."""
    lacking = [_stage_of(gap).key for gap in gaps]
    return [
        Step(stage, stage_url(version, stage) if version else "", stage.key == current, lacking.count(stage.key))
        for stage in STAGES
    ]


def listed(version: ProcedureVersion, gaps: Iterable[Gap]) -> list[ListedGap]:
    """Return the gaps in the order of the stages, each with the address of its field."""
    order = [stage.key for stage in STAGES]
    in_order = sorted(gaps, key=lambda gap: order.index(_stage_of(gap).key))
    return [ListedGap(gap.sentence, f"{stage_url(version, _stage_of(gap))}#{_element(gap)}") for gap in in_order]


def completeness(version: ProcedureVersion) -> dict[str, Any]:
    """Return what a page shows of what is missing: what keeps the version from review, and translations."""
    gaps = version.gaps()
    untranslated = missing_translations(version, version.required_data.all())
    return {"gaps": gaps, "missing": listed(version, gaps), "untranslated": listed(version, untranslated)}


def _stage_of(gap: Gap) -> Stage:
    if gap.datum is not None:
        return BY_KEY[DATA]
    return next((stage for stage in STAGES if gap.field in stage.columns()), STAGES[0])


def _element(gap: Gap) -> str:
    """Return the id of the field, or of the part of the page that it is in."""
    if gap.datum is None:
        return "id_methods_0" if gap.field == "methods" else f"id_{gap.field}"
    return f"id_required_data-{gap.datum}-{gap.field}"
