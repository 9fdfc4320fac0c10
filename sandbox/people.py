"""Fictional people of the sandbox. Their numbers have valid check letters, but they represent nobody real.

``docs/sandbox.md`` explains the purpose of each one; ``bodies/life.py`` derives their income and property.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Person:
    """A fictional citizen; ``contrast`` is a DNI's issue date (ISO 8601) or a NIE's support number."""

    document_number: str
    given_name: str
    surnames: str
    phone: str
    contrast: str
    work: str = "employee"
    """employee | self-employed | retired | unemployed"""
    born: str = "1984-05-17"
    birth_place: str = "Madrid"
    nationality: str = "España"
    level: str = "advanced"
    registered: bool = True
    blocked: bool = False
    has_data: bool = True
    note: str = ""
    """The purpose of this person, shown on the sandbox's home page."""

    @property
    def kind(self) -> str:
        return "nie" if self.document_number[0] in "XYZ" else "dni"

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.surnames}"

    @property
    def contrast_kinds(self) -> dict[str, str]:
        """Return every contrast datum that Cl@ve holds for this person, by kind."""
        if self.kind == "nie":
            return {"support_number": self.contrast}
        issued = date.fromisoformat(self.contrast)
        return {"issue_date": self.contrast, "expiry_date": issued.replace(year=issued.year + 10).isoformat()}

    def as_json(self) -> dict[str, Any]:
        """Return this person as listed by ``GET /api/people``."""
        return {
            "document_number": self.document_number,
            "kind": self.kind,
            "given_name": self.given_name,
            "surnames": self.surnames,
            "phone": self.phone,
            "support_number" if self.kind == "nie" else "issue_date": self.contrast,
            "level": self.level,
            "registered": self.registered,
            "blocked": self.blocked,
            "has_data": self.has_data,
        }


PEOPLE = (
    Person(
        "12345678Z",
        "Ana",
        "García Lorenzo",
        "+34600000189",
        "2021-03-14",
        "employee",
        "1987-09-02",
        note="Por ella se empieza: trabaja, tiene coche y piso",
    ),
    Person(
        "X1234567L",
        "Yasmin",
        "El Amrani Haddad",
        "+34611000140",
        "E12345678",
        "employee",
        "1992-01-25",
        "Tetuán",
        "Marruecos",
        note="NIE con soporte E (TIE)",
    ),
    Person(
        "01234567L",
        "Manuel",
        "Ortega Ruiz",
        "+34622000114",
        "2018-11-05",
        "retired",
        "1953-06-30",
        "Jaén",
        note="DNI con cero delante; jubilado",
    ),
    Person(
        "23456789D",
        "Lucía",
        "Fernández Castro",
        "+34633000127",
        "2022-07-21",
        "self-employed",
        "1990-12-11",
        "Lugo",
        note="Autónoma, con facturas del IVA",
    ),
    Person(
        "34567812P",
        "Javier",
        "Iglesias Vidal",
        "+34711000135",
        "2019-02-28",
        "unemployed",
        "1979-03-08",
        "Oviedo",
        note="Cobra el paro; móvil que empieza por 71",
    ),
    Person(
        "45678123P",
        "Nerea",
        "Etxeberria Aguirre",
        "+34644000162",
        "2023-10-02",
        "employee",
        "1995-07-19",
        "Bilbao",
        note="Varios empleos y multas",
    ),
    Person(
        "Y1234567X",
        "Giulia",
        "Rossi",
        "+34655000158",
        "C01234567",
        "self-employed",
        "1988-04-04",
        "Bolonia",
        "Italia",
        note="NIE con soporte C (UE), con un cero delante",
    ),
    Person(
        "Z1234567R",
        "Oleksandr",
        "Kovalenko",
        "+34666000171",
        "E87654321",
        "employee",
        "1983-10-16",
        "Járkov",
        "Ucrania",
        note="NIE que empieza por Z",
    ),
    Person(
        "X7654321J",
        "Maria",
        "Popescu Ionescu",
        "+34677000196",
        "C76543210",
        "retired",
        "1955-08-23",
        "Cluj-Napoca",
        "Rumanía",
        note="NIE con soporte C; pensionista",
    ),
    Person(
        "Y2345678Z",
        "Ngozi",
        "Okafor",
        "+34688000103",
        "E00456789",
        "unemployed",
        "1986-02-13",
        "Lagos",
        "Nigeria",
        note="NIE con soporte E que empieza por ceros",
    ),
    Person(
        "56781234F",
        "Inês",
        "Carvalho Pinto",
        "+351910000143",
        "2020-05-29",
        "employee",
        "1991-11-27",
        "Badajoz",
        note="Móvil extranjero (+351)",
    ),
    Person(
        "67812345L",
        "Pedro",
        "Molina Santos",
        "+34699000176",
        "2017-09-12",
        "employee",
        "1981-01-15",
        "Murcia",
        registered=False,
        note="No está registrado en Cl@ve",
    ),
    Person(
        "71234568A",
        "Rosa",
        "Delgado Peña",
        "+34600100154",
        "2021-12-01",
        "employee",
        "1976-05-05",
        "Cádiz",
        blocked=True,
        note="Bloqueada en Cl@ve",
    ),
    Person(
        "78123456T",
        "Elena",
        "Prieto Marín",
        "+34611100132",
        "2024-01-18",
        "unemployed",
        "1999-08-08",
        "Soria",
        level="basic",
        note="Registro de nivel básico",
    ),
    Person(
        "05678901V",
        "Iker",
        "Sanz Otero",
        "+34622100119",
        "2022-04-07",
        "unemployed",
        "2006-10-20",
        "Teruel",
        has_data=False,
        note="No tiene nada en ningún organismo",
    ),
    Person(
        "Z7654321H",
        "Liu",
        "Wei Chen",
        "+34633100107",
        "E23456789",
        "self-employed",
        "1980-12-31",
        "Qingtian",
        "China",
        level="basic",
        note="NIE de nivel básico",
    ),
    Person(
        "Y8642097E",
        "Diego",
        "Quispe Mamani",
        "+34644100165",
        "E34567890",
        "employee",
        "1994-03-21",
        "Arequipa",
        "Perú",
        registered=False,
        note="NIE sin registrar en Cl@ve",
    ),
    Person(
        "31415926L",
        "Marta",
        "Soler Bonet",
        "+34655100181",
        "2019-06-16",
        "employee",
        "1968-02-29",
        "Valencia",
        note="Móvil y datos de lo más corriente",
    ),
)

BY_NUMBER = {person.document_number: person for person in PEOPLE}
