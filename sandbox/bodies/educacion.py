"""Ministry of Education procedures: university degrees and other qualifications."""

from sandbox.bodies.belongings import Diploma
from sandbox.bodies.content import Content, Section, day, rows
from sandbox.bodies.inputs import Values
from sandbox.bodies.life import Life
from sandbox.bodies.procedure import Procedure


def _section(diploma: Diploma) -> Section:
    return rows(
        diploma.name,
        ("Centro", diploma.place),
        ("Fecha de expedición", day(diploma.when)),
        ("Número de registro", diploma.register),
    )


def degrees(life: Life, _: Values) -> Content:
    return Content("Títulos universitarios", tuple(_section(item) for item in life.owns.degrees))


def training(life: Life, _: Values) -> Content:
    return Content("Títulos no universitarios", tuple(_section(item) for item in life.owns.training))


PROCEDURES = (
    Procedure("educacion/titulos-universitarios", "Títulos universitarios", "consultation", degrees),
    Procedure("educacion/otros-titulos", "Títulos no universitarios", "consultation", training),
)
