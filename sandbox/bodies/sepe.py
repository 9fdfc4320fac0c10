"""Employment service (SEPE) procedures: current benefit, certificate, yearly and period amounts, last payment."""

from datetime import date, timedelta
from decimal import Decimal

from sandbox.bodies.aeat import holder
from sandbox.bodies.content import Content, Section, day, euros, month, rows, table
from sandbox.bodies.inputs import Datum, Values, year
from sandbox.bodies.life import Life, month_span
from sandbox.bodies.procedure import Procedure
from sandbox.bodies.tgss import months_between

NONE = rows("Prestaciones", ("Situación", "No cobras ninguna prestación ni subsidio"))


def _benefit(life: Life) -> Section:
    benefit = life.benefit
    if benefit is None or not benefit.running(life.today):
        return NONE
    return rows(
        "Prestación",
        ("Clase", benefit.kind),
        ("Desde", day(benefit.start)),
        ("Hasta", day(benefit.end)),
        ("Importe diario", euros(benefit.daily)),
        ("Días que quedan", str((benefit.end - life.today).days)),
    )


def _payments(life: Life, first: date, last: date) -> list[tuple[date, tuple[int, int], Decimal]]:
    """Return the payment date, (year, month) and amount of each payment for a month in the period."""
    if life.benefit is None:
        return []
    paid = []
    for of, number in months_between(max(first, life.benefit.start), min(last, life.today)):
        amount = life.benefit.paid(of, number, life.today)
        if amount:
            paid.append((month_span(of, number)[1] + timedelta(days=10), (of, number), amount))
    return paid


def _amounts(life: Life, first: date, last: date) -> tuple[Section, ...]:
    paid = _payments(life, first, last)
    if not paid:
        return (rows("Importes", ("Importe cobrado", euros(Decimal(0)))),)
    lines = [(month(*of).capitalize(), day(when), euros(amount)) for when, of, amount in paid]
    total = sum((amount for _, _, amount in paid), Decimal(0))
    return table("Importes", ("Mes", "Pagado el", "Importe"), list(lines)), rows("Total", ("Cobrado", euros(total)))


def current_benefit(life: Life, _: Values) -> Content:
    return Content("Tu prestación actual", (_benefit(life),))


def situation_certificate(life: Life, _: Values) -> Content:
    what = "percibe la prestación que sigue" if _benefit(life) is not NONE else "no percibe prestación ni subsidio"
    return Content(
        "Certificado de situación",
        (holder(life), _benefit(life)),
        statement=f"Que, a {day(life.today)}, la persona titular {what} por desempleo.",
    )


def yearly_amounts(life: Life, values: Values) -> Content:
    of = values["year"]
    return Content(
        f"Certificado de importes de {of}",
        (holder(life), *_amounts(life, date(of, 1, 1), date(of, 12, 31))),
        statement=f"Que en {of} se han abonado a la persona titular los importes que siguen.",
    )


def amounts_of_period(life: Life, values: Values) -> Content:
    first, last = values["period_from"], values["period_to"]
    asked = rows("Periodo", ("Desde", day(first)), ("Hasta", day(last)))
    return Content("Importes de un periodo", (asked, *_amounts(life, first, last)))


def last_payment(life: Life, _: Values) -> Content:
    paid = _payments(life, date(life.today.year - 3, 1, 1), life.today)
    if not paid:
        return Content("Último pago", (NONE,))
    when, of, amount = paid[-1]
    account = f"ES·· ···· ···· {life.social_security_number[-4:]}"
    section = rows(
        "Último pago", ("Mes", month(*of)), ("Pagado el", day(when)), ("Importe", euros(amount)), ("Cuenta", account)
    )
    return Content("Último pago", (section,))


PROCEDURES = (
    Procedure("sepe/prestacion-actual", "Prestación actual", "consultation", current_benefit),
    Procedure("sepe/certificado-situacion", "Certificado de situación", "document", situation_certificate),
    Procedure("sepe/importes-anuales", "Certificado de importes anuales", "document", yearly_amounts, (year(),)),
    Procedure(
        "sepe/importes-periodo",
        "Importes de un periodo",
        "consultation",
        amounts_of_period,
        (Datum("period", "period"),),
        seconds=1.5,
    ),
    Procedure("sepe/ultimo-pago", "Último pago", "consultation", last_payment),
)
