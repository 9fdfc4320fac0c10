"""Tests of the people's properties that other tests rely on."""

from datetime import date
from pathlib import Path

import phonenumbers
from stdnum.es import dni, nie

from sandbox.people import PEOPLE, Person


def _ordinary(kind: str) -> list[Person]:
    return [
        person
        for person in PEOPLE
        if person.kind == kind
        and (person.level, person.registered, person.blocked, person.has_data) == ("advanced", True, False, True)
    ]


def test_four_of_each_kind_have_no_peculiarity_and_stand_first() -> None:
    for kind, first in (("dni", "12345678Z"), ("nie", "X1234567L")):
        assert len(_ordinary(kind)) >= 4
        assert next(person for person in PEOPLE if person.kind == kind) is _ordinary(kind)[0]
        assert _ordinary(kind)[0].document_number == first


def test_every_peculiarity_has_its_person() -> None:
    assert len(PEOPLE) >= 14
    assert any(not person.registered for person in PEOPLE)
    assert any(person.blocked for person in PEOPLE)
    assert any(not person.has_data for person in PEOPLE)
    assert any(person.level == "basic" and person.registered for person in PEOPLE)
    assert any(not person.phone.startswith("+34") for person in PEOPLE)
    assert any(person.document_number.startswith("0") for person in PEOPLE)
    assert {person.document_number[0] for person in PEOPLE if person.kind == "nie"} == set("XYZ")
    assert {person.contrast[0] for person in PEOPLE if person.kind == "nie"} == set("EC")


def test_numbers_letters_and_phones_are_right() -> None:
    assert len({person.document_number for person in PEOPLE}) == len({person.phone for person in PEOPLE}) == len(PEOPLE)
    for person in PEOPLE:
        assert (dni if person.kind == "dni" else nie).is_valid(person.document_number)
        number = phonenumbers.parse(person.phone)
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE


def test_dnis_were_issued_before_today_and_are_not_out_of_date() -> None:
    for person in PEOPLE:
        if person.kind == "dni":
            assert date.fromisoformat(person.contrast) < date(2026, 11, 1)
            assert date.fromisoformat(person.contrast_kinds["expiry_date"]) > date(2026, 12, 31)


def test_the_page_for_developers_lists_everybody() -> None:
    page = (Path(__file__).resolve().parent.parent.parent / "docs" / "sandbox.md").read_text(encoding="utf-8")
    for person in PEOPLE:
        shown = person.contrast if person.kind == "nie" else "/".join(reversed(person.contrast.split("-")))
        assert f"| `{person.document_number}` | {person.full_name} | {shown} | {person.phone} |" in page
