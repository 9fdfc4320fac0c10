"""Finding a procedure by the words that people use."""

import pytest
from django.utils import translation

from procedures.models import ProcedureVersion
from procedures.published import forget_published, published
from procedures.search import LONGEST_QUERY, fold, tidy, words
from tests.factories import a_version


@pytest.fixture
def _catalogue(db: None) -> None:
    a_version(
        "tgss/vida-laboral",
        name_es="Informe de vida laboral",
        name_en="Employment history report",
        summary_es="Los días que has cotizado",
        keywords_es="cotización\ntrabajos anteriores",
        keywords_en="jobs\nwork record",
    )
    a_version("dgt/puntos", name_es="Puntos del carnet", summary_es="Cuántos puntos te quedan para conducir")
    a_version("dgt/multas", name_es="Multas pendientes", summary_es="Lo que te quita puntos", keywords_es="sanción")


def found(query: str) -> list[str]:
    return [offer.code for offer in published().search(query)]


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Cotización", "cotizacion"), ("ÑANDÚ", "nandu"), ("STRASSE ß", "strasse ss"), ("ﬁn", "fin"), ("", "")],
)
def test_accents_and_case_make_no_difference(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_words_are_letters_and_digits() -> None:
    assert words("¿Cuántos puntos_me quedan? (DGT-2)") == ["cuantos", "puntos", "me", "quedan", "dgt", "2"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  vida \t laboral\n", "vida laboral"),
        ("a\x00b\u202ec\ud800d\ufeffe", "a b c d e"),
        ("\u3000", ""),
        ("x" * 1000, "x" * LONGEST_QUERY),
    ],
)
def test_a_query_is_cut_and_kept_on_one_line_of_what_can_be_seen(typed: str, shown: str) -> None:
    assert tidy(typed) == shown


@pytest.mark.usefixtures("_catalogue")
@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("vida laboral", ["tgss/vida-laboral"]),
        ("VIDA", ["tgss/vida-laboral"]),
        ("cotizacion", ["tgss/vida-laboral"]),
        ("cotiz", ["tgss/vida-laboral"]),
        ("quiero saber mi vida laboral", ["tgss/vida-laboral"]),
        ("tgss", ["tgss/vida-laboral"]),
        ("puntos", ["dgt/puntos", "dgt/multas"]),
        ("puntos conducir", ["dgt/puntos"]),
        ("sancion", ["dgt/multas"]),
        ("vida puntos", []),
        ("zapatos", []),
        ("idalaboral", []),
        ("v", []),
        ("para el", []),
        ("", []),
        ("¿? % _ \\ '", []),
    ],
)
def test_every_word_that_counts_must_match_and_names_come_first(query: str, codes: list[str]) -> None:
    assert found(query) == codes


@pytest.mark.usefixtures("_catalogue")
def test_each_language_is_searched_in_its_own_words() -> None:
    with translation.override("en"):
        assert found("employment") == ["tgss/vida-laboral"]
        assert found("jobs") == ["tgss/vida-laboral"]
        assert found("cotizacion") == []
        assert "dgt/puntos" in found("puntos"), "what is not translated is found as it is shown"
    assert found("employment") == []


@pytest.mark.usefixtures("_catalogue")
def test_a_changed_catalogue_is_searched_anew() -> None:
    assert found("radares") == []
    draft = ProcedureVersion.objects.get(procedure__slug="multas").copy_to_draft()
    ProcedureVersion.objects.filter(pk=draft.pk).update(keywords_es="radares")
    draft.publish()
    forget_published()
    assert found("radares") == ["dgt/multas"]


@pytest.mark.usefixtures("_catalogue")
def test_the_same_word_many_times_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    def worth(asked: str, known: str, weight: int) -> float:
        looked_at.append(asked)
        return 1.0

    monkeypatch.setattr("procedures.search._worth", worth)
    found("puntos " * 20)
    many_times = len(looked_at)
    looked_at.clear()
    found("puntos")
    assert many_times == len(looked_at)
