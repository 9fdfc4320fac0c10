"""Comparing two versions, word by word."""

import time

import pytest

from backoffice.catalogue.comparison import compare_versions
from backoffice.catalogue.text_diff import MAX_WORDS, Part, diff_texts
from procedures.models import ProcedureVersion
from tests.backoffice.catalogue_pages import VERSIONS, a_draft, an_editor
from tests.factories import a_datum
from tests.pages import parse


def test_words_that_stay_appear_once() -> None:
    assert diff_texts("Las multas por pagar", "Las multas ya pagadas por ti") == [
        Part("same", "Las multas "),
        Part("new", "ya pagadas "),
        Part("same", "por "),
        Part("gone", "pagar"),
        Part("new", "ti"),
    ]


@pytest.mark.parametrize(
    ("older", "newer", "kinds"), [("", "", []), ("", "a", ["new"]), ("a", "", ["gone"]), ("a", "a", ["same"])]
)
def test_an_empty_text_is_compared_too(older: str, newer: str, kinds: list[str]) -> None:
    assert [part.kind for part in diff_texts(older, newer)] == kinds


@pytest.mark.parametrize("between", [" ", "\n"])
def test_very_long_texts_are_compared_quickly(between: str) -> None:
    older, newer = (between.join(f"{mark}{number}" for number in range(MAX_WORDS * 4)) for mark in "ab")
    began = time.perf_counter()
    assert [part.kind for part in diff_texts(older, newer)] == ["gone", "new"]
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(("older", "newer"), [("uno dos tres", "uno tres"), ("a\n\nb", "a b c"), ("ñ  x", "x  ñ")])
def test_the_parts_add_up_to_both_texts(older: str, newer: str) -> None:
    found = diff_texts(older, newer)
    assert "".join(part.text for part in found if part.kind != "new") == older
    assert "".join(part.text for part in found if part.kind != "gone") == newer


def two_versions() -> tuple[ProcedureVersion, ProcedureVersion]:
    older = a_draft()
    a_datum(older, "plate", "plate", label_es="Matrícula")
    a_datum(older, "gone", "year", label_es="Año")
    newer = older.copy_to_draft()
    ProcedureVersion.objects.filter(pk=newer.pk).update(
        summary_es="Las que te quedan", summary_en="Those left", level="advanced"
    )
    newer.refresh_from_db()
    newer.required_data.filter(key="gone").delete()
    newer.required_data.filter(key="plate").update(label_es="Tu matrícula", required=False)
    a_datum(newer, "since", "date", label_es="Desde")
    return older, newer


@pytest.mark.django_db
def test_texts_rules_and_data_are_compared() -> None:
    found = compare_versions(*two_versions())
    assert [(str(one.label), bool(one.language)) for one in found.differences] == [
        ("resumen", True),
        ("resumen", True),
        ("nivel de registro en Cl@ve", False),
    ]
    assert [(datum.key, datum.kind) for datum in found.data] == [
        ("gone", "gone"),
        ("plate", "changed"),
        ("since", "new"),
    ]
    changed = found.data[1].differences
    assert [str(one.label) for one in changed] == ["pregunta", "obligatorio"]
    assert [part.text for part in changed[1].parts] == ["sí", "no"]


@pytest.mark.django_db
def test_the_page_marks_what_is_gone_and_what_is_new() -> None:
    older, newer = two_versions()
    page = parse(an_editor().get(f"{VERSIONS}{newer.pk}/compare/"))
    assert " por pagar" in [mark.text_content() for mark in page.iter("del")]
    assert "Those left" in [mark.text_content() for mark in page.iter("ins")]
    same = an_editor("otra").get(f"{VERSIONS}{older.pk}/compare/?with={newer.pk}")
    assert " por pagar" in [mark.text_content() for mark in parse(same).iter("del")], "the older is always the first"


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", ["abc", "-1", "99999", "%00"])
def test_an_unknown_version_to_compare_with_is_ignored(chosen: str) -> None:
    older, _newer = two_versions()
    assert an_editor().get(f"{VERSIONS}{older.pk}/compare/?with={chosen}").status_code == 200


@pytest.mark.django_db
def test_a_version_of_another_procedure_is_not_compared() -> None:
    older, _newer = two_versions()
    other = a_draft("puntos", name_es="Otra cosa distinta")
    assert "Otra cosa distinta" not in an_editor().get(f"{VERSIONS}{older.pk}/compare/?with={other.pk}").text


@pytest.mark.django_db
def test_a_markup_in_a_text_is_a_text() -> None:
    older = a_draft(gets_es="<b>uno</b>")
    newer = older.copy_to_draft()
    ProcedureVersion.objects.filter(pk=newer.pk).update(gets_es="<script>alert(1)</script>")
    assert "<script>alert" not in an_editor().get(f"{VERSIONS}{newer.pk}/compare/").text
