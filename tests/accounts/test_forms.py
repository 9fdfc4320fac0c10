"""What the forms of the saved users accept, refuse and say."""

import pytest

from accounts.forms import ALIAS_LENGTH, ChooseUserForm, NewUserForm, RenameUserForm
from foundation.forms.identity_numbers import IdentityNumber
from tests.accounts.factories import a_device, a_dni, a_user


def new_user(**typed: str) -> NewUserForm:
    return NewUserForm({"document_number": "12345678Z", "alias": "Ana", "phone": "", **typed})


def test_the_fields_stand_in_the_order_in_which_people_think_of_them() -> None:
    assert list(NewUserForm().fields) == ["document_number", "alias", "phone"]


def test_what_is_typed_is_cleaned_to_what_is_kept() -> None:
    form = new_user(document_number=" 1234567-l", alias="  Ana \n Belén ", phone="612 34 56 78")
    assert form.is_valid()
    assert form.cleaned_data == {
        "document_number": IdentityNumber("01234567L", "dni"),
        "alias": "Ana Belén",
        "phone": "+34612345678",
    }


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("document_number", "", "Escribe el DNI o NIE"),
        ("document_number", "12345678A", "Revisa el número y la letra"),
        ("document_number", "9" * 400, "Escribe un DNI"),
        ("document_number", "1234\x005678Z", ""),
        ("document_number", "\u200b", "Escribe el DNI o NIE"),
        ("alias", "", "Escribe un nombre"),
        ("alias", "   ", "Escribe un nombre"),
        ("alias", "a" * (ALIAS_LENGTH + 1), "40 caracteres como máximo"),
        ("alias", "\u0315\u0300" * 300_000, "40 caracteres como máximo"),
        ("alias", "\u200b", "Escribe un nombre"),
        ("alias", "\u200d\ufe0f", "Escribe un nombre"),
        ("alias", "\u3164", "Escribe un nombre"),
        ("phone", "912345678", "no es un móvil"),
        ("phone", "6" * 300, "demasiado largo"),
        ("phone", "patata", "Escribe un móvil"),
    ],
)
def test_each_mistake_gets_its_sentence(field: str, typed: str, said: str) -> None:
    form = new_user(**{field: typed})
    assert list(form.errors) == [field]
    assert said in form.errors[field][0]


@pytest.mark.parametrize("alias", ["Ñandú", "李雷", "👩‍👧 Ana", "O'Higgins <3", "a" * ALIAS_LENGTH])
def test_an_alias_may_be_written_in_any_script(alias: str) -> None:
    assert new_user(alias=alias).is_valid()


@pytest.mark.parametrize("alias", ["❤️ Ana", "👨‍👩‍👧‍👦", "می\u200cخواهم", "Ana\u00a0Belén", "Papá–Mamá", "1ª"])
def test_an_alias_is_kept_as_it_is_spelled(alias: str) -> None:
    form = new_user(alias=alias)
    assert form.is_valid()
    assert form.cleaned_data["alias"] == alias.replace("\u00a0", " ")


def test_a_phone_of_nothing_that_can_be_seen_is_none() -> None:
    form = new_user(phone="\u200b \u2060")
    assert form.is_valid()
    assert form.cleaned_data["phone"] == ""


@pytest.mark.django_db
def test_saving_answers_the_user_and_whether_it_is_new() -> None:
    device, form = a_device(), new_user()
    assert form.is_valid()
    first, second = form.save(device), form.save(device)
    assert first is not None
    assert second is not None
    assert (first[1], second[1]) == (True, False)
    assert first[0] == second[0]


@pytest.mark.django_db
def test_without_a_free_slot_the_form_says_to_remove_one() -> None:
    device, form = a_device(), new_user()
    for number in range(20):
        a_user(device, number=a_dni(number))
    assert form.is_valid()
    assert form.save(device) is None
    assert "Quita uno" in form.non_field_errors()[0]


@pytest.mark.django_db
def test_only_a_user_of_the_list_can_be_chosen() -> None:
    device = a_device()
    mine, other = a_user(device), a_user(a_device())
    chosen = ChooseUserForm([mine], {"user": str(mine.pk)})
    assert chosen.is_valid()
    assert chosen.cleaned_data["user"] == mine
    for wrong in (str(other.pk), "", "1", "x" * 500):
        assert "user" in ChooseUserForm([mine], {"user": wrong}).errors


@pytest.mark.django_db
def test_an_edited_user_keeps_its_number() -> None:
    user = a_user(a_device(), phone="+34612345678")
    form = RenameUserForm({"alias": "Anita", "phone": "", "document_number": "X1234567L"})
    assert form.is_valid()
    form.save(user)
    user.refresh_from_db()
    assert (user.alias, user.phone, user.document_number) == ("Anita", "", "12345678Z")
