"""Statistics institute (INE) procedures: electoral roll entry."""

from sandbox.bodies.content import Content, rows
from sandbox.bodies.inputs import Values
from sandbox.bodies.life import Life
from sandbox.bodies.procedure import Procedure


def electoral_roll(life: Life, _: Values) -> Content:
    where = life.address
    section, board = int(where.postcode) % 40 + 1, "ABC"[int(where.postcode) % 3]
    which = "Todas" if life.person.nationality == "España" else "Las que permitan los tratados con tu país"
    return Content(
        "Inscripción en el censo electoral",
        (
            rows(
                "Inscripción",
                ("Nombre y apellidos", life.person.full_name),
                ("Dirección", where.street),
                ("Elecciones", which),
            ),
            rows(
                "Dónde votas",
                ("Municipio", f"{where.town} ({where.province})"),
                ("Distrito y sección", f"{int(where.postcode) % 9 + 1:02d}-{section:03d}"),
                ("Mesa", board),
                ("Colegio electoral", f"Colegio público de {where.town}"),
            ),
        ),
    )


PROCEDURES = (Procedure("ine/censo-electoral", "Censo electoral", "consultation", electoral_roll),)
