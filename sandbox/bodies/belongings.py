"""A person's vehicles, driving licence, fines, properties and qualifications."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from stdnum.es import referenciacatastral

from sandbox.bodies.places import Address

MODELS = (
    ("Seat", "León", "Gasolina", "C"),
    ("Renault", "Clio", "Gasolina", "B"),
    ("Toyota", "Yaris", "Híbrido", "ECO"),
    ("Citroën", "C3", "Diésel", "B"),
    ("Kia", "Niro", "Eléctrico", "0"),
    ("Dacia", "Sandero", "GLP", "ECO"),
)
CONSONANTS = "BCDFGHJKLMNPRSTVWXYZ"
DEGREES = (
    ("Graduada o graduado en Enfermería", "Universidad de Jaén"),
    ("Graduada o graduado en Derecho", "Universidad de Oviedo"),
    ("Graduada o graduado en Ingeniería Informática", "Universidad de Murcia"),
    ("Graduada o graduado en Historia", "Universidad de Salamanca"),
    ("Graduada o graduado en Economía", "Universidad de Zaragoza"),
)
TRAINING = (
    ("Técnica o técnico superior en Administración y Finanzas", "IES La Ribera"),
    ("Técnica o técnico en Cuidados Auxiliares de Enfermería", "IES Los Cerros"),
    ("Bachiller en Ciencias Sociales", "IES Antonio Machado"),
    ("Técnica o técnico superior en Automoción", "CIFP Poniente"),
)


@dataclass(frozen=True)
class Vehicle:
    plate: str
    make: str
    model: str
    fuel: str
    badge: str
    registered: date
    inspection: date
    chassis: str


@dataclass(frozen=True)
class Licence:
    classes: tuple[str, ...]
    since: date
    expires: date
    points: int


@dataclass(frozen=True)
class Fine:
    file: str
    plate: str
    when: date
    place: str
    what: str
    amount: Decimal
    paid: bool


@dataclass(frozen=True)
class Property:
    """A real-estate property: ``built`` in square metres, ``share`` of ownership in per cent."""

    reference: str
    location: str
    use: str
    built: int
    year: int
    share: int
    value: Decimal


@dataclass(frozen=True)
class Diploma:
    name: str
    place: str
    when: date
    register: str


@dataclass(frozen=True)
class Belongings:
    vehicles: tuple[Vehicle, ...]
    licence: Licence
    fines: tuple[Fine, ...]
    properties: tuple[Property, ...]
    degrees: tuple[Diploma, ...]
    training: tuple[Diploma, ...]


def belongings(chance: random.Random, home: Address, born: date) -> Belongings:
    """Return made-up belongings consistent with a person's date of birth and home address."""
    vehicles = tuple(vehicle(chance, _plate(chance)) for _ in range(chance.choice((1, 1, 2))))
    properties = [a_property(chance, str(home), "Residencial", reference(chance))]
    if chance.random() < 0.6:
        place = f"Sótano -1, plaza {chance.randrange(1, 90)}, {home.town} ({home.province})"
        properties.append(a_property(chance, place, "Almacén-estacionamiento", reference(chance)))
    since = born.replace(day=1, year=born.year + chance.randrange(18, 25))
    points = chance.choice((15, 15, 14, 12, 10))
    licence = Licence(chance.choice((("B",), ("AM", "B"), ("A2", "B"))), since, date(2031, 3, 14), points)
    fines = tuple(_fine(chance, vehicles[0].plate, home) for _ in range(0 if points == 15 else 1))
    return Belongings(
        vehicles=vehicles,
        licence=licence,
        fines=fines,
        properties=tuple(properties),
        degrees=(_diploma(chance, DEGREES, born, 22),),
        training=(_diploma(chance, TRAINING, born, 18),),
    )


def vehicle(chance: random.Random, plate: str) -> Vehicle:
    make, model, fuel, badge = chance.choice(MODELS)
    registered = date(chance.randrange(2014, 2024), chance.randrange(1, 13), chance.randrange(1, 28))
    inspection = date(2027, registered.month, registered.day)
    chassis = "VSS" + "".join(chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(14))
    return Vehicle(plate, make, model, fuel, badge, registered, inspection, chassis)


def vehicle_with(plate: str) -> Vehicle:
    """Return the vehicle with this plate, regardless of owner; the same plate always gives the same vehicle."""
    return vehicle(random.Random(plate), plate)  # noqa: S311 - fictional, reproducible data


def property_with(cadastral_reference: str, town: str) -> Property:
    """Return the property with this reference, regardless of owner; the same arguments always give the same one."""
    chance = random.Random(cadastral_reference)  # noqa: S311 - fictional, reproducible data
    return a_property(chance, f"Calle Mayor, {chance.randrange(1, 90)}, {town}", "Residencial", cadastral_reference)


def reference(chance: random.Random) -> str:
    """Return a cadastral reference for an urban property: 18 characters followed by two check letters."""
    parcel = f"{chance.randrange(1_000_000, 9_999_999)}"
    sheet = "".join(chance.choice("VTUX") + chance.choice("HKLM")) + f"{chance.randrange(1000, 9999)}"
    body = f"{parcel}{sheet}{chance.choice('ANSD')}{chance.randrange(1, 60):04d}"
    return body + str(referenciacatastral.calc_check_digits(body + "AA"))


def a_property(chance: random.Random, location: str, use: str, cadastral_reference: str) -> Property:
    home = use == "Residencial"
    built = chance.randrange(58, 145) if home else chance.randrange(11, 26)
    value = Decimal(built * chance.randrange(420, 980))
    year = chance.randrange(1958, 2015)
    return Property(cadastral_reference, location, use, built, year, chance.choice((100, 50)), value)


def _plate(chance: random.Random) -> str:
    letters = chance.choice("HJKLM") + chance.choice(CONSONANTS) + chance.choice(CONSONANTS)
    return f"{chance.randrange(10000):04d}{letters}"


def _fine(chance: random.Random, plate: str, home: Address) -> Fine:
    what = chance.choice(("Exceso de velocidad (86 km/h donde el límite es 70)", "Estacionar en carga y descarga"))
    when = date(2026, chance.randrange(1, 10), chance.randrange(1, 28))
    file = f"{home.province_code}-{chance.randrange(100, 999)}.{chance.randrange(100, 999)}-7"
    return Fine(file, plate, when, f"A-{chance.randrange(1, 92)}, {home.province}", what, Decimal(100), False)


def _diploma(chance: random.Random, offered: tuple[tuple[str, str], ...], born: date, age: int) -> Diploma:
    name, place = chance.choice(offered)
    when = date(born.year + age, 7, chance.randrange(1, 30)) + timedelta(days=chance.randrange(60))
    return Diploma(name, place, when, f"{chance.randrange(2_000_000, 9_999_999)}")
