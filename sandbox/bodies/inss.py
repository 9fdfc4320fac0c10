"""Social security institute (INSS) procedures: benefits certificate, pension, provisional health card, healthcare."""

from decimal import Decimal

from sandbox.bodies.aeat import holder
from sandbox.bodies.content import Content, Section, day, euros, rows
from sandbox.bodies.inputs import Datum, Values
from sandbox.bodies.life import Life
from sandbox.bodies.procedure import Procedure


def _pension(life: Life) -> Section:
    if life.pension is None:
        return rows("Prestaciones", ("Pensiones y prestaciones en vigor", "Ninguna"), ("Importe", euros(Decimal(0))))
    monthly = life.pension.amount(life.today.year)
    return rows(
        "Pensión en vigor",
        ("Clase", life.pension.kind),
        ("Desde", day(life.pension.since)),
        ("Importe mensual íntegro", euros(monthly)),
        ("Pagas al año", "14"),
        ("Importe anual", euros(monthly * 14)),
    )


def benefits_certificate(life: Life, _: Values) -> Content:
    what = "percibe la pensión que sigue" if life.pension else "no percibe ninguna prestación de este Instituto"
    return Content(
        "Certificado de prestaciones",
        (holder(life), _pension(life)),
        statement=f"Que, a {day(life.today)}, la persona titular {what}.",
    )


def pension_amount(life: Life, _: Values) -> Content:
    notice = "El importe se revisa en enero de cada año." if life.pension else ""
    return Content("Importe de tu pensión", (_pension(life),), notice=notice)


def provisional_health_card(life: Life, values: Values) -> Content:
    known = values["social_security_number"] == life.social_security_number
    notice = "" if known else "El número escrito no es el que consta: se expide con el que consta."
    return Content(
        "Certificado provisional sustitutorio de la tarjeta sanitaria europea",
        (
            holder(life),
            rows(
                "Cobertura",
                ("Número de la Seguridad Social", life.social_security_number),
                ("Fecha de nacimiento", day(life.born)),
                ("Institución", "INSS · 1080000"),
                ("Válido desde", day(life.today)),
                ("Validez", "90 días"),
            ),
        ),
        notice=notice,
        statement="Que la persona titular tiene derecho a asistencia sanitaria en estancias temporales en otro Estado.",
    )


def healthcare_entitlement(life: Life, _: Values) -> Content:
    because = "Pensionista" if life.pension else "Persona trabajadora o asimilada"
    return Content(
        "Derecho a asistencia sanitaria",
        (
            rows(
                "Tu derecho",
                ("Situación", "Con derecho, como titular"),
                ("Motivo", because),
                ("Número de la Seguridad Social", life.social_security_number),
                ("Personas beneficiarias", "Ninguna"),
            ),
        ),
    )


PROCEDURES = (
    Procedure("inss/certificado-prestaciones", "Certificado de prestaciones", "document", benefits_certificate),
    Procedure("inss/importe-pension", "Importe de la pensión", "consultation", pension_amount),
    Procedure(
        "inss/tarjeta-sanitaria-provisional",
        "Tarjeta sanitaria provisional",
        "document",
        provisional_health_card,
        (Datum("social_security_number", "social_security_number"),),
    ),
    Procedure(
        "inss/derecho-asistencia-sanitaria", "Derecho a asistencia sanitaria", "consultation", healthcare_entitlement
    ),
)
