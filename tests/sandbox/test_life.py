"""Tests that each person's data is well formed and consistent across bodies."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from stdnum.es import referenciacatastral

from sandbox.bodies.catalogue import PROCEDURES
from sandbox.bodies.inputs import read_inputs
from sandbox.bodies.life import Life, life_of
from sandbox.people import PEOPLE, Person
from tests.sandbox.calls import ANA, INPUTS

TODAY = date(2026, 11, 24)
WITH_DATA = [person for person in PEOPLE if person.has_data]
everybody = pytest.mark.parametrize("person", WITH_DATA, ids=lambda person: person.given_name)


def _content(code: str, life: Life, **inputs: Any) -> dict[str, Any]:
    procedure = PROCEDURES[code]
    given = INPUTS | {"purpose": "generic" if procedure.entity == "aeat" else "work"} | inputs
    return procedure.build(life, read_inputs(procedure.data, given)).as_json("2026-11-24T10:00:00Z")


def _amount(text: str) -> Decimal:
    return Decimal(text.removesuffix(" €").replace(".", "").replace(",", "."))


@everybody
def test_every_procedure_has_something_for_everybody(person: Person) -> None:
    life = life_of(person, TODAY)
    for code in PROCEDURES:
        sections = _content(code, life)["sections"]
        assert sections, code
        assert all(section.get("rows") or section.get("table") for section in sections), code


@everybody
def test_numbers_have_the_right_form(person: Person) -> None:
    life = life_of(person, TODAY)
    number = life.social_security_number
    assert len(number) == 12
    assert int(number[:10]) % 97 == int(number[10:])
    assert all(referenciacatastral.is_valid(item.reference) for item in life.owns.properties)
    assert all(re.fullmatch(r"\d{4}[BCDFGHJKLMNPRSTVWXYZ]{3}", vehicle.plate) for vehicle in life.owns.vehicles)


@everybody
def test_a_life_has_its_order(person: Person) -> None:
    life = life_of(person, TODAY)
    for earlier, later in zip(life.jobs, life.jobs[1:], strict=False):
        assert earlier.end is not None
        assert earlier.end < later.start
    assert life.jobs[0].start.year - life.born.year >= 16
    assert (person.work in ("employee", "self-employed")) == bool(life.current_jobs)
    assert (person.work == "retired") == (life.pension is not None)
    assert (person.work == "unemployed") == (life.benefit is not None)


@everybody
def test_what_the_tax_agency_knows_is_what_the_others_say(person: Person) -> None:
    life = life_of(person, TODAY)
    told = _content("aeat/datos-fiscales", life, year=2025)["sections"][0]["table"]
    by_payer = {line[0]: _amount(line[2]) for line in told}
    period = {"period_from": "2025-01-01", "period_to": "2025-12-31"}
    contributed: dict[str, Decimal] = {}
    for _, employer, base in _content("tgss/bases-cotizacion", life, **period)["sections"][2]["table"]:
        if base != "—":
            contributed[employer] = contributed.get(employer, Decimal(0)) + _amount(base)
    assert contributed.items() <= by_payer.items()
    yearly = _content("sepe/importes-anuales", life, year=2026)["sections"][-1]["rows"][0]["value"]
    assert _amount(yearly) == life.benefits(2026)


def test_addresses_agree() -> None:
    for person in WITH_DATA:
        life = life_of(person, TODAY)
        street = life.address.street
        for code in ("aeat/domicilio-fiscal", "ine/censo-electoral", "tgss/vida-laboral"):
            assert street in str(_content(code, life)), code


def test_required_data_change_the_answer() -> None:
    life = life_of(next(person for person in PEOPLE if person.document_number == ANA), TODAY)
    assert "2023" in _content("aeat/datos-fiscales", life, year=2023)["title"]
    assert _content("aeat/datos-fiscales", life, year=2023) != _content("aeat/datos-fiscales", life, year=2025)
    assert "4321CBB" in _content("dgt/informe-vehiculo", life, plate="4321-cbb")["title"]
    full, reduced = (_content("dgt/informe-vehiculo", life, report=kind) for kind in ("full", "reduced"))
    assert len(full["sections"]) > len(reduced["sections"])
    month = {"period_from": "2025-03-01", "period_to": "2025-03-31"}
    assert len(_content("tgss/bases-cotizacion", life, **month)["sections"][2]["table"]) == 1
    before = _content("tgss/situacion-en-fecha", life, date="1990-01-01")["sections"]
    assert before[0]["rows"][1]["value"] == "No consta alta"


def test_the_future_and_the_distant_past_are_no_error() -> None:
    life = life_of(PEOPLE[0], TODAY)
    ages = {"period_from": "1900-01-01", "period_to": "2099-12-31"}
    for year in (1900, 2100):
        assert all(
            section.get("rows") or section["table"]
            for section in _content("aeat/datos-fiscales", life, year=year)["sections"]
        )
        assert _content("aeat/certificado-renta", life, year=year)["sections"]
        assert _content("aeat/estado-devolucion", life, year=year)["sections"]
        assert _content("sepe/importes-anuales", life, year=year)["sections"]
    assert _content("tgss/bases-cotizacion", life, **ages)["sections"]
    assert _content("sepe/importes-periodo", life, **ages)["sections"]
