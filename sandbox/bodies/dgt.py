"""Traffic authority (DGT) procedures: points, licence, vehicles, vehicle report, environmental badge, fines."""

from sandbox.bodies.belongings import Vehicle, vehicle_with
from sandbox.bodies.content import Content, Section, day, euros, rows, table
from sandbox.bodies.inputs import Datum, Values, choice
from sandbox.bodies.life import Life
from sandbox.bodies.procedure import Procedure

BADGES = {"0": "0 emisiones (azul)", "ECO": "ECO (verde y azul)", "C": "C (verde)", "B": "B (amarilla)"}


def _vehicle(life: Life, plate: str) -> Vehicle:
    own = {vehicle.plate: vehicle for vehicle in life.owns.vehicles}
    return own.get(plate) or vehicle_with(plate)


def points(life: Life, _: Values) -> Content:
    licence = life.owns.licence
    return Content(
        "Tus puntos",
        (
            rows(
                "Saldo",
                ("Puntos", f"{licence.points} de 15"),
                ("Permiso", ", ".join(licence.classes)),
                ("Caduca", day(licence.expires)),
                ("Sanciones firmes", "Ninguna" if licence.points >= 12 else "1"),
            ),
        ),
    )


def licence(life: Life, _: Values) -> Content:
    held = life.owns.licence
    lines = [(name, day(held.since), day(held.expires)) for name in held.classes]
    state = rows("Permiso de conducción", ("Número", life.person.document_number), ("Estado", "En vigor"))
    return Content("Tu permiso de conducción", (state, table("Clases", ("Clase", "Desde", "Hasta"), list(lines))))


def vehicles(life: Life, _: Values) -> Content:
    lines = [(v.plate, f"{v.make} {v.model}", day(v.registered), day(v.inspection)) for v in life.owns.vehicles]
    columns = ("Matrícula", "Modelo", "Matriculado", "ITV hasta")
    return Content("Tus vehículos", (table("A tu nombre", columns, list(lines)),))


def _technical(vehicle: Vehicle) -> Section:
    return rows(
        "Vehículo",
        ("Matrícula", vehicle.plate),
        ("Marca y modelo", f"{vehicle.make} {vehicle.model}"),
        ("Combustible", vehicle.fuel),
        ("Primera matriculación", day(vehicle.registered)),
        ("ITV en vigor hasta", day(vehicle.inspection)),
    )


def vehicle_report(life: Life, values: Values) -> Content:
    vehicle = _vehicle(life, values["plate"])
    sections = [_technical(vehicle), rows("Incidencias", ("Precintos o embargos", "Ninguno"), ("Puede circular", "Sí"))]
    if values["report"] == "full":
        own = vehicle in life.owns.vehicles
        sections += [
            rows(
                "Titularidad", ("Titular", life.person.full_name if own else "Otra persona"), ("Cotitulares", "Ninguno")
            ),
            rows("Datos técnicos", ("Bastidor", vehicle.chassis), ("Distintivo", BADGES[vehicle.badge])),
            table(
                "Historial de ITV", ("Fecha", "Resultado"), [(day(vehicle.inspection.replace(year=2025)), "Favorable")]
            ),
        ]
    kind = "completo" if values["report"] == "full" else "reducido"
    return Content(
        f"Informe {kind} del vehículo {vehicle.plate}",
        tuple(sections),
        statement="Que en el Registro de Vehículos consta lo que sigue.",
    )


def environmental_badge(life: Life, values: Values) -> Content:
    vehicle = _vehicle(life, values["plate"])
    return Content(
        "Distintivo ambiental",
        (
            rows(
                "Vehículo",
                ("Matrícula", vehicle.plate),
                ("Distintivo", BADGES[vehicle.badge]),
                ("Combustible", vehicle.fuel),
            ),
        ),
    )


def fines(life: Life, _: Values) -> Content:
    if not life.owns.fines:
        return Content("Tus multas", (rows("Multas", ("Pendientes", "Ninguna")),))
    sections = tuple(
        rows(
            f"Expediente {fine.file}",
            ("Fecha", day(fine.when)),
            ("Matrícula", fine.plate),
            ("Lugar", fine.place),
            ("Hecho", fine.what),
            ("Importe", euros(fine.amount)),
            ("Con reducción del 50 %", euros(fine.amount / 2)),
        )
        for fine in life.owns.fines
    )
    return Content("Tus multas", sections)


PROCEDURES = (
    Procedure("dgt/puntos", "Tus puntos", "consultation", points),
    Procedure("dgt/permiso", "Permiso de conducción", "consultation", licence),
    Procedure("dgt/mis-vehiculos", "Tus vehículos", "consultation", vehicles),
    Procedure(
        "dgt/informe-vehiculo",
        "Informe de vehículo",
        "document",
        vehicle_report,
        (Datum("plate", "plate"), choice("report", "reduced", "full")),
    ),
    Procedure(
        "dgt/distintivo-ambiental",
        "Distintivo ambiental",
        "consultation",
        environmental_badge,
        (Datum("plate", "plate"),),
    ),
    Procedure("dgt/multas", "Tus multas", "consultation", fines),
)
