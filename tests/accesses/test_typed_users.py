"""Numbers and names as people type and paste them into the pages of the saved users: what is kept, or answered."""

import pytest
from django.urls import reverse

from accounts.models import ClaveUser
from procedures.models import ProcedureVersion
from tests.factories import a_device, a_user, a_version, an_access
from tests.pages import PageClient, errors_of, main_of
from tests.pasted import INVISIBLE, variants

pytestmark = pytest.mark.django_db


def save(client: PageClient, **typed: str) -> list[str]:
    """Save a new user from the page of an access; return what the page answers to correct."""
    access = an_access(a_device(client), ProcedureVersion.objects.first() or a_version())
    values = {"document_number": "12345678Z", "alias": "Ana", "phone": "", **typed}
    page = client.post(f"/accesos/{access.pk}/usuario/nuevo/", values)
    return errors_of(page) if page.content else []


NUMBERS = [
    *((typed, "12345678Z") for typed in [*variants("12.345.678-z"), *variants("12345678 Z")]),
    *((typed, "X1234567L") for typed in [*variants("x-01234567-l"), *variants("X 0123 4567 L"), "X01234567L"]),
    ("x:1234567/l", "X1234567L"),
    ("Y01234567X", "Y1234567X"),
    ("Z01234567R", "Z1234567R"),
    ("1234567L", "01234567L"),
]


def test_every_way_to_type_or_paste_an_identity_number_is_kept_compact(client: PageClient) -> None:
    for typed, number in NUMBERS:
        assert save(client, document_number=typed) == [], typed
        assert ClaveUser.objects.get().document_number == number, typed
        ClaveUser.objects.all().delete()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("12345678A", "Ese DNI no es correcto. Revisa el número y la letra"),
        ("X1234567A", "Ese NIE no es correcto. Revisa el número y las letras"),
        ("X11234567L", "Escribe un DNI (8 números y una letra, como 12345678Z) o un NIE (como X1234567L)"),
        ("X001234567L", "Escribe un DNI (8 números y una letra, como 12345678Z) o un NIE (como X1234567L)"),
        ("\u200b\u2060", "Escribe el DNI o NIE"),
    ],
)
def test_a_wrong_identity_number_gets_a_sentence_that_does_not_tell_the_right_one(
    client: PageClient, typed: str, sentence: str
) -> None:
    assert save(client, document_number=typed) == [sentence]


WALES, FAMILY = "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("typed", "alias"),
    [
        ("Ana 🇪🇸", "Ana 🇪🇸"),
        (f"{WALES} Rhys", f"{WALES} Rhys"),
        (FAMILY, FAMILY),
        ("Ana \U0001fae9", "Ana \U0001fae9"),  # Unicode 16
        ("Ana \U0001f6d8", "Ana \U0001f6d8"),  # Unicode 17
        ("❤️ Ana 👩🏽‍🦰", "❤️ Ana 👩🏽‍🦰"),
        ("\u2066Ana\u2069", "Ana"),
        ("A\u202ena", "Ana"),
        ("\u200fأنا\u200f", "أنا"),
        ("Ana\x07\x00", "Ana"),
        ("Ana\U000e0068\U000e0069", "Ana"),
        *(
            (f"{mark}A{mark}na{mark}", "Ana")
            for name, mark in INVISIBLE.items()
            if name not in ("zero width joiner", "variation selector")
        ),
    ],
)
def test_an_alias_keeps_its_emoji_and_loses_what_cannot_be_seen(client: PageClient, typed: str, alias: str) -> None:
    assert save(client, alias=typed) == []
    user = ClaveUser.objects.get()
    assert user.alias == alias
    client.post(reverse("accounts:user", args=[user.pk]), {"alias": f"!{typed}", "phone": ""})
    assert ClaveUser.objects.get().alias == f"!{alias}"


@pytest.mark.parametrize("typed", ["", " ", "\u200b", "\u202e", "\u200d", "\ufe0f", "\u3164", "\u2800", "\x00"])
def test_an_alias_of_nothing_is_asked_for(client: PageClient, typed: str) -> None:
    assert save(client, alias=typed) == ["Escribe un nombre para reconocerlo, por ejemplo Ana"]


def test_every_way_to_type_or_paste_a_mobile_is_kept(client: PageClient) -> None:
    for typed in [*variants("+34 612-345-678"), *variants("612.34.56.78"), "0034 612345678"]:
        assert save(client, phone=typed) == [], typed
        assert ClaveUser.objects.get().phone == "+34612345678", typed
        ClaveUser.objects.all().delete()


def test_no_field_of_a_saved_user_cuts_what_is_pasted(client: PageClient) -> None:
    user = a_user(a_device(client))
    page = client.get(reverse("accounts:user", args=[user.pk]))
    assert main_of(page).xpath("//input[@maxlength]") == []
