"""Finding a procedure by the words that people use."""

import pytest
from django.utils import translation

from bench.search import LEAST_FOUND, misses_of, table
from foundation.search import MOST_WORDS, Index
from procedures.models import CatalogueStamp, ProcedureVersion, Synonym
from procedures.published_catalogue import forget_published, published
from procedures.transfer.fixtures import load_fixtures
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
    return [offer.code for offer in published().search_procedures(query)]


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

    def matches(index: Index, word: str) -> dict[int, float]:
        looked_at.append(word)
        return {}

    monkeypatch.setattr(Index, "_matches", matches)
    found("puntos " * 20)
    assert looked_at == ["puntos"]
    looked_at.clear()
    found(" ".join(f"w{number}" for number in range(60)))
    assert len(looked_at) == MOST_WORDS


# --- A slip of the finger --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_catalogue")
@pytest.mark.parametrize(
    "query",
    ["labiral", "labral", "labooral", "laobral", "LABRÁL", "vida labora", "viad laboral", "cotzación", "cotizacións"],
)
def test_one_wrong_missing_extra_or_swapped_letter_is_forgiven(query: str) -> None:
    assert found(query) == ["tgss/vida-laboral"]


@pytest.mark.usefixtures("_catalogue")
@pytest.mark.parametrize("query", ["lbrl", "vid4s", "xabxral", "dgr"])
def test_two_letters_or_a_short_word_are_not_forgiven(query: str) -> None:
    assert found(query) == []


@pytest.mark.usefixtures("_catalogue")
def test_a_word_that_is_known_is_not_taken_for_a_slip() -> None:
    a_version("dgt/multa-rara", name_es="Cosas que molan", keywords_es="mulas")
    assert found("multas") == ["dgt/multas"]
    assert found("mulas") == ["dgt/multa-rara"]


@pytest.mark.usefixtures("_catalogue")
def test_people_say_more_than_the_catalogue_knows() -> None:
    assert found("quisiera informe de vida laboral") == ["tgss/vida-laboral"]
    assert found("comprar zapatos vida") == []


@pytest.mark.usefixtures("_catalogue")
def test_a_whole_keyword_comes_before_a_part_of_a_name() -> None:
    a_version("dgt/puntos-verdes", name_es="Puntos verdes de tu ciudad", keywords_es="reciclar")
    a_version("dgt/saldo", name_es="Saldo", keywords_es="mis puntos")
    assert found("mis puntos")[0] == "dgt/saldo"


# --- What people say -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_catalogue")
def test_what_people_say_finds_what_they_mean_in_their_language_alone() -> None:
    Synonym.objects.create(language="es", said="años currados", meant="nada de nada\nvida laboral")
    Synonym.objects.create(language="es", said="zapatos", meant="puntos", is_used=False)
    CatalogueStamp.bump()
    forget_published()
    assert found("años currados") == ["tgss/vida-laboral"]
    assert found("curados") == ["tgss/vida-laboral"]
    assert found("zapatos") == []
    with translation.override("en"):
        assert found("currados") == []


@pytest.mark.usefixtures("_catalogue")
def test_a_synonym_of_what_only_a_summary_says_finds_nothing() -> None:
    Synonym.objects.create(language="es", said="zapatos", meant="quita puntos")
    CatalogueStamp.bump()
    forget_published()
    assert found("zapatos") == []


@pytest.mark.usefixtures("_catalogue")
def test_a_body_is_found_by_its_names() -> None:
    assert [listed.entity.slug for listed in published().search("trafico").entities] == ["dgt", "tgss"]
    assert [listed.entity.slug for listed in published().search("DGT").entities] == ["dgt"]
    assert not published().search("puntos").entities


# --- Nothing found ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_catalogue")
@pytest.mark.parametrize(
    ("query", "proposal"),
    [
        ("lavorales", "laboral"),
        ("vida lavorales", "vida laboral"),
        ("la vida de lavorales", "la vida de laboral"),
        ("zzzzzz", ""),
        ("qwx", ""),
        ("", ""),
    ],
)
def test_words_that_find_nothing_are_answered_with_the_likest(query: str, proposal: str) -> None:
    assert published().search(query).proposal == proposal


def test_everyday_searches_find_their_procedure_among_the_first(db: None) -> None:
    load_fixtures()
    queries = table()
    assert len(queries) >= 120
    assert sum(query.has_typo for query in queries) * 3 >= len(queries)
    assert {code for query in queries for code in query.expected} <= set(published().by_code)
    misses = misses_of(queries)
    assert len(misses) <= len(queries) * (1 - LEAST_FOUND), [(miss.query.text, miss.found) for miss in misses]
