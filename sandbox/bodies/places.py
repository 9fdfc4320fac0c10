"""Fictional street addresses in real towns."""

import random
from dataclasses import dataclass

TOWNS = (
    ("Madrid", "Madrid", "28", "28019"),
    ("Lugo", "Lugo", "27", "27002"),
    ("Jaén", "Jaén", "23", "23003"),
    ("Bilbao", "Bizkaia", "48", "48007"),
    ("Murcia", "Murcia", "30", "30005"),
    ("Zaragoza", "Zaragoza", "50", "50006"),
    ("Cáceres", "Cáceres", "10", "10001"),
    ("Palencia", "Palencia", "34", "34004"),
    ("València", "Valencia", "46", "46010"),
    ("Cádiz", "Cádiz", "11", "11007"),
)
STREETS = (
    "Calle de los Tilos",
    "Avenida del Mediodía",
    "Calle del Molino Viejo",
    "Plaza de la Fuente",
    "Calle Azorín",
    "Ronda de Levante",
    "Calle de la Encina",
    "Travesía del Río",
)


@dataclass(frozen=True)
class Address:
    """A postal address; ``province_code`` is the two-digit INE code."""

    street: str
    postcode: str
    town: str
    province: str
    province_code: str

    def __str__(self) -> str:
        return f"{self.street}, {self.postcode} {self.town} ({self.province})"


def address(chance: random.Random) -> Address:
    town, province, code, postcode = chance.choice(TOWNS)
    street = f"{chance.choice(STREETS)}, {chance.randrange(1, 120)}, {chance.randrange(1, 7)}.º {chance.choice('ABCD')}"
    return Address(street, postcode, town, province, code)
