"""Social security treasury (TGSS) procedures: working life, bases, current and past status, certificate, number."""

from datetime import date

from sandbox.bodies.aeat import holder
from sandbox.bodies.content import Content, Section, day, euros, month, rows, table
from sandbox.bodies.inputs import Datum, Values
from sandbox.bodies.life import Job, Life
from sandbox.bodies.procedure import Procedure


def months_between(first: date, last: date) -> list[tuple[int, int]]:
    """Return the (year, month) pairs that a period overlaps, at most 600."""
    start, end = first.year * 12 + first.month - 1, last.year * 12 + last.month - 1
    return [(number // 12, number % 12 + 1) for number in range(start, min(end, start + 599) + 1)]


def _spell(days: int) -> str:
    years, rest = divmod(days, 365)
    months, days = divmod(rest, 30)
    names = (("año", "años"), ("mes", "meses"), ("día", "días"))
    spoken = [f"{count} {pair[count != 1]}" for count, pair in zip((years, months, days), names, strict=True)]
    return f"{spoken[0]}, {spoken[1]} y {spoken[2]}"


def _situations(life: Life) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = [
        (
            job.regime,
            job.employer,
            day(job.start),
            day(job.end) if job.end else "En alta",
            f"{job.group:02d}",
            f"{job.days(job.start, life.today)}",
        )
        for job in reversed(life.jobs)
    ]
    if life.benefit:
        end = min(life.benefit.end, life.today)
        days = (end - life.benefit.start).days + 1
        lines.insert(0, ("General", "Prestación por desempleo", day(life.benefit.start), day(end), "—", str(days)))
    return lines


def _job_details(job: Job) -> Section:
    return rows(
        job.employer,
        ("Régimen", job.regime),
        ("Código de cuenta de cotización", job.account),
        ("Contrato", job.contract),
        ("Jornada", f"{job.part_time} %"),
        ("Grupo de cotización", f"{job.group:02d}"),
        ("Alta", day(job.start)),
        ("Baja", day(job.end) if job.end else "Sigue en alta"),
    )


def _recent_bases(life: Life) -> Section:
    last = life.jobs[-1].end or life.today
    lines = _bases(life, date(last.year - 4, 1, 1), last)
    return table("Últimas bases de cotización", ("Mes", "Empresa", "Base"), lines)


def working_life(life: Life, _: Values) -> Content:
    days = life.contributed_days()
    return Content(
        "Informe de vida laboral",
        (
            rows(
                "Datos de la persona",
                ("Nombre y apellidos", life.person.full_name),
                ("DNI o NIE", life.person.document_number),
                ("Número de la Seguridad Social", life.social_security_number),
                ("Fecha de nacimiento", day(life.born)),
                ("Domicilio", str(life.address)),
            ),
            rows(
                "Resumen",
                ("Días en alta", f"{days}"),
                ("Equivalen a", _spell(days)),
                ("Situaciones", str(len(life.jobs))),
            ),
            table("Situaciones", ("Régimen", "Empresa", "Alta", "Baja", "Grupo", "Días"), _situations(life)),
            *(_job_details(job) for job in reversed(life.jobs)),
            _recent_bases(life),
        ),
        notice="Los días en pluriempleo o pluriactividad se cuentan una sola vez.",
        statement=f"Que, a {day(life.today)}, la persona titular ha figurado en situación de alta durante {days} días.",
    )


def _bases(life: Life, first: date, last: date) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for year, number in months_between(first, min(last, life.today)):
        for job in life.jobs:
            base = job.base(year, number, life.today)
            if base:
                lines.append((month(year, number).capitalize(), job.employer, euros(base)))
    return lines


def contribution_bases(life: Life, values: Values) -> Content:
    first, last = values["period_from"], values["period_to"]
    lines = _bases(life, first, last) or [("—", "Sin cotizaciones en el periodo", "—")]
    return Content(
        "Informe de bases de cotización",
        (
            holder(life),
            rows("Periodo", ("Desde", day(first)), ("Hasta", day(last))),
            table("Bases por contingencias comunes", ("Mes", "Empresa", "Base"), lines),
        ),
        statement="Que en el periodo pedido constan las bases de cotización que siguen.",
    )


def current_status(life: Life, _: Values) -> Content:
    sections = tuple(_job_details(job) for job in life.current_jobs)
    if sections:
        return Content("Situación actual", (rows("Hoy", ("Situación", "En alta")), *sections))
    if life.benefit and life.benefit.running(life.today):
        return Content("Situación actual", (rows("Hoy", ("Situación", "Asimilada al alta"), ("Por", "Desempleo")),))
    reason = "Pensionista" if life.pension else "Sin actividad"
    return Content("Situación actual", (rows("Hoy", ("Situación", "No está en alta"), ("Motivo", reason)),))


def up_to_date_certificate(life: Life, _: Values) -> Content:
    return Content(
        "Certificado de estar al corriente en las obligaciones de Seguridad Social",
        (holder(life), rows("Resultado", ("Deuda pendiente", "Ninguna"), ("A fecha", day(life.today)))),
        statement="Que la persona titular no tiene pendiente de ingreso ninguna reclamación por deudas ya vencidas.",
    )


def number(life: Life, _: Values) -> Content:
    digits = life.social_security_number
    spaced = f"{digits[:2]} {digits[2:10]} {digits[10:]}"
    return Content(
        "Número de la Seguridad Social", (rows("Tu número", ("NUSS", spaced), ("Nombre", life.person.full_name)),)
    )


def status_on(life: Life, values: Values) -> Content:
    on: date = values["date"]
    lines = [job for job in life.jobs if job.days(on, on)]
    asked = rows("Fecha consultada", ("Fecha", day(on)), ("Situación", "En alta" if lines else "No consta alta"))
    return Content(f"Situación a {day(on)}", (asked, *(_job_details(job) for job in lines)))


PROCEDURES = (
    Procedure("tgss/vida-laboral", "Informe de vida laboral", "document", working_life, stages_seconds=3.0),
    Procedure(
        "tgss/bases-cotizacion", "Bases de cotización", "document", contribution_bases, (Datum("period", "period"),)
    ),
    Procedure("tgss/situacion-actual", "Situación actual", "consultation", current_status),
    Procedure(
        "tgss/certificado-corriente-pago", "Certificado de estar al corriente", "document", up_to_date_certificate
    ),
    Procedure("tgss/numero-seguridad-social", "Número de la Seguridad Social", "consultation", number),
    Procedure("tgss/situacion-en-fecha", "Situación en una fecha", "consultation", status_on, (Datum("date", "date"),)),
)
