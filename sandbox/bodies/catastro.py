"""Cadastre procedures: own properties, and certificates of description, of ownership and of owning no property."""

from sandbox.bodies.aeat import holder
from sandbox.bodies.belongings import Property, property_with
from sandbox.bodies.content import Content, Section, day, euros, rows, table
from sandbox.bodies.inputs import Datum, Values
from sandbox.bodies.life import Life
from sandbox.bodies.procedure import Procedure


def _description(item: Property) -> Section:
    return rows(
        f"Inmueble {item.reference}",
        ("Referencia catastral", item.reference),
        ("Localización", item.location),
        ("Clase", "Urbano"),
        ("Uso principal", item.use),
        ("Superficie construida", f"{item.built} m²"),
        ("Año de construcción", str(item.year)),
    )


def _list(life: Life) -> Section:
    lines = [(item.reference, item.location, item.use, f"{item.share} %") for item in life.owns.properties]
    return table("Inmuebles", ("Referencia catastral", "Localización", "Uso", "Titularidad"), list(lines))


def properties(life: Life, _: Values) -> Content:
    return Content("Tus inmuebles", tuple(_description(item) for item in life.owns.properties))


def descriptive_certificate(life: Life, values: Values) -> Content:
    reference = values["cadastral_reference"]
    own = {item.reference: item for item in life.owns.properties}
    item = own.get(reference) or property_with(reference, life.address.town)
    sections = [_description(item)]
    if reference in own:
        value = rows("Valor y titularidad", ("Valor catastral", euros(item.value)), ("Titularidad", f"{item.share} %"))
        sections += [holder(life), value]
    return Content(
        "Certificación catastral descriptiva y gráfica",
        tuple(sections),
        statement="Que en la base de datos del Catastro Inmobiliario consta el inmueble que se describe.",
        notice="" if reference in own else "Sin datos protegidos: no consta que seas titular de este inmueble.",
    )


def ownership_certificate(life: Life, _: Values) -> Content:
    return Content(
        "Certificado catastral de titularidad",
        (holder(life), _list(life)),
        statement=f"Que, a {day(life.today)}, la persona titular figura en el Catastro con los inmuebles que siguen.",
    )


def certificate_of_nothing(life: Life, _: Values) -> Content:
    count = len(life.owns.properties)
    return Content(
        "Certificado negativo de bienes inmuebles",
        (
            holder(life),
            rows(
                "Resultado", ("Inmuebles que constan", str(count)), ("Carácter", "NO PROCEDE" if count else "NEGATIVO")
            ),
        ),
        statement="Que, consultada la base de datos del Catastro Inmobiliario, el resultado es el que sigue.",
    )


PROCEDURES = (
    Procedure("catastro/mis-inmuebles", "Tus inmuebles", "consultation", properties),
    Procedure(
        "catastro/certificado-descriptivo",
        "Certificado descriptivo",
        "document",
        descriptive_certificate,
        (Datum("cadastral_reference", "cadastral_reference"),),
        seconds=2.0,
    ),
    Procedure("catastro/certificado-titularidad", "Certificado de titularidad", "document", ownership_certificate),
    Procedure("catastro/certificado-negativo", "Certificado negativo", "document", certificate_of_nothing),
)
