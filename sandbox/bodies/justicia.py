"""Ministry of Justice procedures: certificates of criminal record, of sexual offences and of birth."""

from sandbox.bodies.aeat import holder
from sandbox.bodies.content import Content, day, rows
from sandbox.bodies.inputs import Datum, Values, choice
from sandbox.bodies.life import Life
from sandbox.bodies.procedure import Procedure

PURPOSES = {
    "work": "Trabajo",
    "visa": "Visado",
    "nationality": "Nacionalidad",
    "adoption": "Adopción",
    "other": "Otra",
}
CERTIFICATES = {"literal": "literal", "extract": "en extracto", "multilingual": "en extracto plurilingüe"}


def criminal_record(life: Life, values: Values) -> Content:
    return Content(
        "Certificado de antecedentes penales",
        (
            holder(life),
            rows(
                "Nacimiento y nacionalidad",
                ("Fecha de nacimiento", day(life.born)),
                ("Lugar de nacimiento", life.person.birth_place),
                ("Nacionalidad", life.person.nationality),
            ),
            rows("Resultado", ("Antecedentes", "NO CONSTAN"), ("Finalidad", PURPOSES[values["purpose"]])),
        ),
        statement="Que, consultado el Registro Central de Penados, no constan antecedentes de la persona titular.",
        notice="Validez: tres meses desde su expedición.",
    )


def sexual_offences(life: Life, _: Values) -> Content:
    return Content(
        "Certificado de delitos de naturaleza sexual",
        (holder(life), rows("Resultado", ("Información penal", "NO CONSTA"), ("A fecha", day(life.today)))),
        statement="Que en el Registro Central de Delincuentes Sexuales no consta información de la persona titular.",
    )


def birth_certificate(life: Life, values: Values) -> Content:
    known = values["birth_date"] == life.born
    return Content(
        f"Certificado {CERTIFICATES[values['certificate']]} de nacimiento",
        (
            rows(
                "Inscripción",
                ("Nombre", life.person.given_name),
                ("Apellidos", life.person.surnames),
                ("Fecha de nacimiento", day(life.born)),
                ("Lugar de nacimiento", life.person.birth_place),
                ("Nacionalidad", life.person.nationality),
            ),
            rows(
                "Registro Civil",
                ("Oficina", f"Registro Civil de {life.address.town}"),
                ("Tomo", life.social_security_number[2:5]),
                ("Página", life.social_security_number[5:8]),
            ),
            rows("Datos de la solicitud", ("Fecha", day(values["birth_date"])), ("Lugar", values["birth_place"])),
        ),
        statement="Que en el Registro Civil consta la inscripción de nacimiento que sigue.",
        notice="" if known else "La fecha escrita en la solicitud no es la inscrita: vale la inscrita.",
    )


PROCEDURES = (
    Procedure(
        "justicia/antecedentes-penales",
        "Certificado de antecedentes penales",
        "document",
        criminal_record,
        (choice("purpose", *PURPOSES),),
    ),
    Procedure("justicia/delitos-sexuales", "Certificado de delitos sexuales", "document", sexual_offences),
    Procedure(
        "justicia/certificado-nacimiento",
        "Certificado de nacimiento",
        "document",
        birth_certificate,
        (Datum("birth_date", "date"), Datum("birth_place", "text"), choice("certificate", *CERTIFICATES)),
        level="advanced",
        stages_seconds=3.0,
    ),
)
