"""A catalogue of hostile texts, and shortcuts to export and import it."""

import io
from typing import Any

from procedures.models import (
    Entity,
    LifeEvent,
    LifeEventStep,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    Synonym,
)
from procedures.transfer import export
from procedures.transfer.apply import apply
from procedures.transfer.export import Format
from procedures.transfer.plan import Plan
from procedures.transfer.planner.planning import plan_import
from procedures.transfer.resources import RESOURCES
from procedures.transfer.upload import read

KINDS = list(RESOURCES)
HOSTILE = [
    "=1+1",
    '=HYPERLINK("http://evil";"x")',
    "+34 600",
    "-5",
    "@SUM(A1)",
    "\tcon tabulador",
    "\rcon retorno",
    "'comillas al principio",
    "'=ya defusado",
    "''=dos veces",
    "una\nlínea\r\ny otra\rmás",
    "👩‍🚀 ñandú €",
    "00123",
    "2024-01-02",
    "01/02/2024",
    "1E5",
    "true",
    "FALSO",
    "sí",
    "null",
    "  con espacios  ",
    '"entre, comillas"; y punto',
    "_x000D_ y _x0041_",
    "\x01\x1f\x0b control",
    "largo " * 5000,
]
CONTENT = {"kind": "consultation", "connector": "{sandbox}/bodies/dgt/x"}


def an_entity(slug: str = "dgt", **fields: Any) -> Entity:
    usual = {"name_es": "Dirección", "short_name_es": "Tráfico", "monogram": "DGT"}
    return Entity.objects.create(slug=slug, **{**usual, **fields})


def a_content(procedure: Procedure, **fields: Any) -> ProcedureVersion:
    """Return a draft with every Spanish text filled in."""
    names = ("name", "summary", "purpose", "needs", "gets", "duration", "legal_basis")
    texts = {f"{name}_es": f"Texto de {name}" for name in names}
    return ProcedureVersion.objects.create(procedure=procedure, **{**CONTENT, **texts, **fields})


def a_hostile_catalogue() -> None:
    """Create a catalogue with every hostile text, with translations missing here and there, published or not."""
    first, second = an_entity("dgt", contact="=cmd|'/c calc'!A0", name_en=None), an_entity("aeat", short_name_en="+Tax")
    previous = None
    for number, text in enumerate(HOSTILE):
        procedure = Procedure.objects.create(
            entity=first if number % 2 else second, slug=f"t{number}", order=number, replaced_by=previous
        )
        english = {"purpose_en": text} if number % 3 else {}
        version = a_content(procedure, purpose_es=text, keywords_es=text, name_es=text[:100], **english)
        if number % 4 == 0:
            version.methods = ["sms"]
            version.mapping = {"year": "ejercicio", "z": "a.b-c_1"}
            version.save()
        RequiredDatum.objects.create(
            version=version, key="year", type="year", minimum="-5", maximum="+1", label_es=text[:100]
        )
        options = [
            {"value": text[:40].strip() or "a", "label": {"es": "=A1", "en": ""}},
            {"value": "00", "label": {"es": "x"}},
        ]
        if not any(ord(letter) < 32 for letter in text):
            RequiredDatum.objects.create(version=version, key="which", type="choice", label_es="Cuál", options=options)
        if number % 2:
            version.publish()
            previous = procedure
    event = LifeEvent.objects.create(slug="me-mudo", icon="truck", name_es="=Me mudo", summary_es="@x", is_shown=False)
    for procedure in Procedure.objects.all()[:3]:
        LifeEventStep.objects.create(life_event=event, procedure=procedure, note_es="-nota", note_en=None)
    Synonym.objects.create(language="es", said="=fisco", meant="+a\n-b", is_used=False)


def export_file(format: Format, *kinds: str, entities: tuple[str, ...] = ()) -> bytes:
    stream = io.BytesIO()
    export.write(stream, format, kinds or KINDS, entities)
    return stream.getvalue()


def plan_file(content: bytes) -> Plan:
    return plan_import(read(content))


def import_file(content: bytes) -> Plan:
    """Plan a file without errors, and apply it."""
    plan = plan_file(content)
    assert not plan.errors, plan.errors[:3]
    apply(plan)
    return plan


def exported_data(*kinds: str) -> dict[str, list[dict[str, Any]]]:
    """Return the exported rows by kind, without the number and state of versions."""
    found = {}
    for dataset in export.datasets(kinds or KINDS, native=True):
        rows = [dict(zip(dataset.headers, row, strict=True)) for row in dataset]
        found[str(dataset.title)] = [
            {key: value for key, value in row.items() if key not in ("state", "number")} for row in rows
        ]
    return found


def delete_catalogue() -> None:
    LifeEvent.objects.all().delete()
    Synonym.objects.all().delete()
    Entity.objects.all().delete()


def sentences(plan: Plan) -> str:
    """Return the errors of a plan, one per line, each with its place."""
    return "\n".join(
        f"{error.kind} {error.row.number if error.row else '-'} {error.column}: {error.sentence}"
        for error in plan.errors
    )
