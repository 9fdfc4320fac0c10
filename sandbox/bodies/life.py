"""A person's life as the public bodies record it.

Everything derives from the document number, so addresses, employers and amounts are reproducible and agree across
bodies and answers.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from sandbox.bodies.belongings import Belongings, belongings
from sandbox.bodies.places import Address, address
from sandbox.people import Person

CENT = Decimal("0.01")
EMPLOYERS = (
    ("Panificadora La Espiga, S.L.", "B00010016", "Dependienta o dependiente"),
    ("Transportes Ribera Sur, S.A.", "A00020024", "Logística"),
    ("Clínica Dental Los Olmos, S.L.P.", "B00030031", "Auxiliar"),
    ("Editorial Páramo, S.L.", "B00040048", "Edición"),
    ("Cooperativa Agraria El Molino", "F00050055", "Campo"),
    ("Instalaciones Cierzo, S.L.", "B00060062", "Montaje"),
    ("Academia Horizonte, S.L.", "B00070079", "Enseñanza"),
    ("Hotel Puerta del Mar, S.A.", "A00080085", "Recepción"),
    ("Talleres Mecánicos Sendín, S.L.", "B00090092", "Taller"),
    ("Cuidados a Domicilio Encina, S.L.", "B00100105", "Cuidados"),
)


@dataclass(frozen=True)
class Job:
    """A spell of contributions; ``end`` is None while it lasts, and ``monthly`` is the 2020 contribution base."""

    employer: str
    tax_number: str
    account: str
    start: date
    end: date | None
    regime: str
    contract: str
    group: int
    part_time: int
    """Percentage of full-time hours."""
    monthly: Decimal

    def days(self, first: date, last: date) -> int:
        """Return how many days of this job fall between ``first`` and ``last``, inclusive."""
        begins, ends = max(first, self.start), min(last, self.end or last)
        return max((ends - begins).days + 1, 0)

    def base(self, year: int, month: int, today: date) -> Decimal:
        """Return a month's contribution base, counting days only up to ``today``."""
        first, last = month_span(year, month)
        days = self.days(first, min(last, today))
        full = self.monthly * (Decimal("1.025") ** (year - 2020))
        return cents(full * days / ((last - first).days + 1))


@dataclass(frozen=True)
class Benefit:
    """An unemployment benefit of ``daily`` euros a day throughout, for at most 30 days a month."""

    kind: str
    start: date
    end: date
    daily: Decimal

    def paid(self, year: int, month: int, today: date) -> Decimal:
        """Return the amount paid for a month, or zero before the 10th of the following month, when it is paid."""
        first, last = month_span(year, month)
        if last + timedelta(days=10) > today:
            return Decimal(0)
        days = max((min(last, self.end) - max(first, self.start)).days + 1, 0)
        return cents(self.daily * min(days, 30))

    def running(self, on: date) -> bool:
        return self.start <= on <= self.end


@dataclass(frozen=True)
class Pension:
    """A retirement pension in 14 payments a year; ``monthly`` is the 2026 amount."""

    kind: str
    since: date
    monthly: Decimal

    def amount(self, year: int) -> Decimal:
        return cents(self.monthly * (Decimal("1.028") ** (year - 2026)))

    def paid(self, year: int, today: date) -> Decimal:
        """Return a year's total: twelve monthly payments plus an extra one in June and in November."""
        months = [m for m in range(1, 13) if self.since <= date(year, m, 28) and date(year, m, 1) <= today]
        return self.amount(year) * (len(months) + (6 in months) + (11 in months))


@dataclass(frozen=True)
class Life:
    """Everything the bodies hold about a person."""

    person: Person
    today: date
    born: date
    address: Address
    social_security_number: str
    jobs: tuple[Job, ...]
    """Oldest first."""
    benefit: Benefit | None
    pension: Pension | None
    owns: Belongings

    @property
    def current_jobs(self) -> list[Job]:
        return [job for job in self.jobs if job.end is None]

    def earned(self, job: Job, year: int) -> Decimal:
        """Return a year's gross pay from a job: the sum of its bases, so that TGSS and AEAT agree to the cent."""
        return sum((job.base(year, month, self.today) for month in range(1, 13)), Decimal(0))

    def benefits(self, year: int) -> Decimal:
        if self.benefit is None:
            return Decimal(0)
        return sum((self.benefit.paid(year, month, self.today) for month in range(1, 13)), Decimal(0))

    def pension_paid(self, year: int) -> Decimal:
        return self.pension.paid(year, self.today) if self.pension else Decimal(0)

    def income(self, year: int) -> Decimal:
        """Return a year's pre-tax income from work, business, benefits and pension."""
        work = sum((self.earned(job, year) for job in self.jobs), Decimal(0))
        return work + self.benefits(year) + self.pension_paid(year)

    def withheld(self, amount: Decimal) -> Decimal:
        """Return the tax withheld from an amount, at a rate that rises with it (from 2 % up to 24 %)."""
        share = Decimal(2) if amount < 15000 else min(Decimal(24), 2 + (amount - 15000) / 1500)
        return cents(amount * share / 100)

    def contributed_days(self) -> int:
        return sum(job.days(job.start, self.today) for job in self.jobs)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def month_span(year: int, month: int) -> tuple[date, date]:
    """Return the first and last days of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), following - timedelta(days=1)


def social_security_number(chance: random.Random, province: str) -> str:
    """Return twelve digits: province, serial number and check digits (the first ten digits modulo 97)."""
    body = f"{province}{chance.randrange(10_000_000, 99_999_999)}"
    return f"{body}{int(body) % 97:02d}"


@lru_cache(maxsize=256)
def life_of(person: Person, today: date) -> Life:
    """Return a person's life as of ``today``."""
    chance = random.Random(person.document_number)  # noqa: S311 - fictional, reproducible data
    home = address(chance)
    number = social_security_number(chance, home.province_code)
    born = date.fromisoformat(person.born)
    jobs = _jobs(chance, person, born, today, home.province_code)
    return Life(
        person=person,
        today=today,
        born=born,
        address=home,
        social_security_number=number,
        jobs=jobs,
        benefit=_benefit(person, jobs, today),
        pension=_pension(chance, person, born),
        owns=belongings(chance, home, born),
    )


def _jobs(chance: random.Random, person: Person, born: date, today: date, province: str) -> tuple[Job, ...]:
    """Return a career with gaps from about the age of twenty; the last job matches the person's current work status."""
    limit = {"retired": born.replace(year=born.year + 65, day=1), "unemployed": today - timedelta(days=260)}
    until = min(limit.get(person.work, today), today)
    start = born.replace(day=1, year=born.year + chance.randrange(18, 23))
    pay = Decimal(chance.randrange(950, 1250))
    made: list[Job] = []
    for employer in chance.sample(EMPLOYERS, 6):
        end = start + timedelta(days=chance.randrange(400, 2600))
        if end >= until - timedelta(days=600) or len(made) == 5:
            break
        made.append(_job(chance, employer, start, end, pay, province))
        start, pay = end + timedelta(days=chance.randrange(5, 190)), pay + chance.randrange(80, 320)
    last = chance.choice([employer for employer in EMPLOYERS if employer[0] not in {job.employer for job in made}])
    ongoing = until == today
    made.append(_job(chance, last, start, None if ongoing else until, pay, province, person.work == "self-employed"))
    return tuple(made)


def _job(
    chance: random.Random,
    employer: tuple[str, str, str],
    start: date,
    end: date | None,
    pay: Decimal,
    province: str,
    own: bool = False,
) -> Job:
    account = f"{province}{chance.randrange(100_000_000, 999_999_999)}"
    regime = "Trabajadores autónomos" if own else "General"
    name, tax_number = ("Actividad por cuenta propia", "") if own else employer[:2]
    part_time = chance.choice((100, 100, 100, 75, 50)) if not own and end else 100
    contract = (
        "—" if own else ("100 · Indefinido" if end is None else chance.choice(("401 · Obra", "189 · Indefinido")))
    )
    monthly = cents(pay * part_time / 100)
    return Job(name, tax_number, account, start, end, regime, contract, chance.randrange(2, 9), part_time, monthly)


def _benefit(person: Person, jobs: tuple[Job, ...], today: date) -> Benefit | None:
    if person.work != "unemployed" or jobs[-1].end is None:
        return None
    start = jobs[-1].end + timedelta(days=1)
    daily = cents(jobs[-1].base(jobs[-1].end.year, max(jobs[-1].end.month - 1, 1), today) * Decimal("0.7") / 30)
    return Benefit("Prestación contributiva", start, start + timedelta(days=539), daily)


def _pension(chance: random.Random, person: Person, born: date) -> Pension | None:
    if person.work != "retired":
        return None
    since = born.replace(year=born.year + 65, day=1) + timedelta(days=31)
    return Pension("Jubilación", since.replace(day=1), Decimal(chance.randrange(98000, 189000)) / 100)
