"""Tax agency (AEAT) procedures: tax data, income and tax-compliance certificates, census, refund, address, debts."""

from datetime import date
from decimal import Decimal

from sandbox.bodies.content import Content, Row, Section, day, euros, rows, table
from sandbox.bodies.inputs import Values, choice, year
from sandbox.bodies.life import Life, cents
from sandbox.bodies.procedure import Procedure

PURPOSES = {
    "generic": "Con carácter general",
    "contracts": "Para contratar con el sector público",
    "subsidies": "Para obtener subvenciones públicas",
    "foreigners": "Para autorizaciones de trabajo y residencia",
}
MINIMUM = Decimal("5550")


def holder(life: Life) -> Section:
    return rows("Titular", ("Nombre y apellidos", life.person.full_name), ("DNI o NIE", life.person.document_number))


def _income_table(life: Life, of: int) -> Section:
    lines = []
    for job in life.jobs:
        earned = life.earned(job, of)
        if earned:
            lines.append(
                (job.employer, "Trabajo" if job.tax_number else "Actividad", euros(earned), _withholding(life, earned))
            )
    benefits, pension = life.benefits(of), life.pension_paid(of)
    if benefits:
        lines.append(("Servicio Público de Empleo Estatal", "Prestación", euros(benefits), euros(Decimal(0))))
    if pension:
        lines.append(
            ("Instituto Nacional de la Seguridad Social", "Pensión", euros(pension), _withholding(life, pension))
        )
    if not lines:
        lines.append(("Sin rendimientos comunicados", "—", euros(Decimal(0)), euros(Decimal(0))))
    return table("Rendimientos", ("Pagador", "Clase", "Importe íntegro", "Retenciones"), lines)


def _withholding(life: Life, amount: Decimal) -> str:
    return euros(life.withheld(amount))


def _withheld(life: Life, of: int) -> Decimal:
    parts = [life.earned(job, of) for job in life.jobs] + [life.pension_paid(of)]
    return sum((life.withheld(part) for part in parts if part), Decimal(0))


def _result(life: Life, of: int) -> Decimal:
    """Return the balance of the tax return: payable if positive, refundable if negative."""
    return cents(max(life.income(of) - MINIMUM, Decimal(0)) * Decimal("0.11")) - _withheld(life, of)


def tax_data(life: Life, values: Values) -> Content:
    of = values["year"]
    owned = [
        (item.reference, item.use, f"{item.share} %", euros(item.value))
        for item in life.owns.properties
        if of >= item.year
    ] or [("Ninguno", "—", "—", "—")]
    return Content(
        f"Datos fiscales de {of}",
        (
            _income_table(life, of),
            table("Inmuebles", ("Referencia catastral", "Uso", "Titularidad", "Valor catastral"), owned),
            rows("Domicilio fiscal", ("Dirección", str(life.address))),
        ),
        notice="Son los datos que terceros han comunicado a la Agencia Tributaria; repásalos antes de declarar.",
    )


def income_certificate(life: Life, values: Values) -> Content:
    of = values["year"]
    income, withheld, result = life.income(of), _withheld(life, of), _result(life, of)
    return Content(
        f"Certificado de renta del ejercicio {of}",
        (
            holder(life),
            _income_table(life, of),
            rows(
                "Impuesto sobre la Renta de las Personas Físicas",
                ("Ejercicio", str(of)),
                ("Rendimientos íntegros", euros(income)),
                ("Mínimo personal", euros(MINIMUM)),
                ("Base liquidable general", euros(max(income - MINIMUM, Decimal(0)))),
                ("Retenciones e ingresos a cuenta", euros(withheld)),
                ("Resultado de la declaración", euros(result)),
            ),
        ),
        statement=f"Que, según los datos que constan en esta Agencia, la persona titular declaró en {of} lo que sigue.",
    )


def up_to_date_certificate(life: Life, values: Values) -> Content:
    return Content(
        "Certificado de estar al corriente de las obligaciones tributarias",
        (
            holder(life),
            rows(
                "Resultado",
                ("Carácter", "POSITIVO"),
                ("Finalidad", PURPOSES[values["purpose"]]),
                ("Validez", "Doce meses"),
            ),
        ),
        statement="Que la persona titular se encuentra al corriente de sus obligaciones tributarias.",
    )


def census_status(life: Life, _: Values) -> Content:
    census: list[Row] = [("Situación", "Alta en el censo"), ("Domicilio fiscal", str(life.address))]
    if life.person.work == "self-employed":
        census += [
            ("Actividad", "Epígrafe 899, otros profesionales"),
            ("Alta en la actividad", day(life.jobs[-1].start)),
            ("IVA", "Régimen general, trimestral"),
        ]
    else:
        census += [("Actividades económicas", "Ninguna")]
    return Content("Situación censal", (holder(life), rows("Censo de obligados tributarios", *census)))


def refund_status(life: Life, values: Values) -> Content:
    of, result = values["year"], _result(life, values["year"])
    if date(of + 1, 4, 10) > life.today:
        state: list[Row] = [("Estado", "Aún no ha empezado la campaña de este ejercicio")]
    elif result < 0:
        state = [("Estado", "Devolución emitida"), ("Importe", euros(-result)), ("Fecha de pago", f"18/06/{of + 1}")]
    else:
        state = [("Estado", "Declaración a ingresar, pagada"), ("Importe", euros(result)), ("Fecha", f"30/06/{of + 1}")]
    return Content(f"Devolución de la renta de {of}", (rows("Tu declaración", ("Ejercicio", str(of)), *state),))


def tax_address(life: Life, _: Values) -> Content:
    where = life.address
    return Content(
        "Domicilio fiscal",
        (
            rows(
                "Domicilio que consta",
                ("Dirección", where.street),
                ("Código postal", where.postcode),
                ("Municipio", where.town),
                ("Provincia", where.province),
            ),
        ),
        notice="Si te has mudado, comunícalo con el modelo 030.",
    )


def debts(life: Life, _: Values) -> Content:
    return Content(
        "Deudas con la Agencia Tributaria",
        (
            rows(
                "Deudas",
                ("Pendientes de pago", "Ninguna"),
                ("Importe total", euros(Decimal(0))),
                ("A fecha", day(life.today)),
            ),
        ),
    )


PROCEDURES = (
    Procedure("aeat/datos-fiscales", "Datos fiscales", "consultation", tax_data, (year(),)),
    Procedure("aeat/certificado-renta", "Certificado de renta", "document", income_certificate, (year(),)),
    Procedure(
        "aeat/certificado-corriente-pago",
        "Certificado de estar al corriente",
        "document",
        up_to_date_certificate,
        (choice("purpose", *PURPOSES),),
    ),
    Procedure("aeat/situacion-censal", "Situación censal", "consultation", census_status),
    Procedure("aeat/estado-devolucion", "Estado de la devolución", "consultation", refund_status, (year(),)),
    Procedure("aeat/domicilio-fiscal", "Domicilio fiscal", "consultation", tax_address),
    Procedure("aeat/deudas", "Deudas", "consultation", debts),
)
