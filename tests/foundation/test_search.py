"""The search index: folding, stop words, prefixes, typing mistakes, synonyms, ranking and proposals."""

import pytest

from foundation.search import (
    LONGEST_QUERY,
    MOST_WORDS,
    STOP_WORDS,
    Index,
    SearchText,
    SynonymRule,
    fold,
    significant_words,
    stop_words,
    tidy,
    tokenize,
)

NAME, KEYWORD, SUMMARY = 8, 6, 1


def a_text(name: str, *keywords: str, summary: str = "") -> SearchText:
    texts = [(name, NAME), (" ".join(keywords), KEYWORD), (summary, SUMMARY)]
    return SearchText.weigh(texts, name, *keywords)


def an_index(*rules: SynonymRule, language: str = "es", **more: SearchText) -> Index:
    texts = {
        "work": a_text("Informe de vida laboral", "cotización", "trabajos anteriores", summary="Los días cotizados"),
        "points": a_text("Puntos del carnet", summary="Cuántos te quedan para conducir"),
        "fines": a_text("Multas pendientes", "sanción", summary="Lo que te quita puntos"),
        **more,
    }
    known = {key: text.with_synonyms(rules, above=SUMMARY, at_most=5) for key, text in texts.items()}
    return Index(known, stop_words(language))


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("Cotización", "cotizacion"), ("ÑANDÚ", "nandu"), ("STRASSE ß", "strasse ss"), ("ﬁn", "fin"), ("", "")],
)
def test_accents_and_case_make_no_difference(typed: str, folded: str) -> None:
    assert fold(typed) == folded


def test_words_are_letters_and_digits() -> None:
    assert tokenize("¿Cuántos puntos_me quedan? (DGT-2)") == ["cuantos", "puntos", "me", "quedan", "dgt", "2"]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  vida \t laboral\n", "vida laboral"),
        ("a\x00b\u202ec\ud800d\ufeffe", "a bcde"),
        ("\u3000", ""),
        ("x" * 1000, "x" * LONGEST_QUERY),
    ],
)
def test_a_query_is_cut_and_kept_on_one_line_of_what_can_be_seen(typed: str, shown: str) -> None:
    assert tidy(typed) == shown


@pytest.mark.parametrize(
    ("language", "text", "significant"),
    [
        ("es", "el informe de la vida", ["informe", "vida"]),
        ("es", "how to get my points", ["points"]),
        ("en", "cómo veo mis puntos", ["veo", "puntos"]),
        ("es", "vida vida laboral", ["vida", "laboral"]),
        ("es", "para el", ["para", "el"]),
        ("xx", "de la vida", ["vida"]),
        ("es", "", []),
    ],
)
def test_words_without_meaning_are_left_out_unless_there_is_no_other(
    language: str, text: str, significant: list[str]
) -> None:
    assert significant_words(text, stop_words(language)) == significant


def test_a_language_has_stop_words_of_its_own_and_a_search_may_add_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STOP_WORDS, "ca", "amb dels això")
    assert {"amb", "dels", "aixo", "de", "the"} <= stop_words("ca")
    assert "amb" not in stop_words("es")
    assert "vull" in stop_words("ca", {"ca": "vull", "gl": "quero"})
    assert "quero" not in stop_words("ca", {"ca": "vull", "gl": "quero"})


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("vida laboral", ["work"]),
        ("VIDA", ["work"]),
        ("cotizacion", ["work"]),
        ("cotiz", ["work"]),
        ("saber mi vida laboral", ["work"]),
        ("puntos", ["points", "fines"]),
        ("puntos conducir", ["points"]),
        ("sancion", ["fines"]),
        ("vida puntos", []),
        ("zapatos", []),
        ("idalaboral", []),
        ("v", []),
        ("para el", []),
        ("", []),
        ("¿? % _ \\ '", []),
    ],
)
def test_every_significant_word_must_match_and_names_come_first(query: str, keys: list[str]) -> None:
    assert an_index().find(query) == keys


@pytest.mark.parametrize(
    "query",
    ["labiral", "labral", "labooral", "laobral", "LABRÁL", "vida labora", "viad laboral", "cotzación", "cotizacións"],
)
def test_one_wrong_missing_extra_or_swapped_letter_is_forgiven(query: str) -> None:
    assert an_index().find(query) == ["work"]


@pytest.mark.parametrize("query", ["lbrl", "vid4s", "xabxral", "vod"])
def test_two_letters_or_a_short_word_are_not_forgiven(query: str) -> None:
    assert an_index().find(query) == []


def test_a_known_word_is_not_taken_for_a_typing_mistake() -> None:
    index = an_index(other=a_text("Cosas que molan", "mulas"))
    assert index.find("multas") == ["fines"]
    assert index.find("mulas") == ["other"]


def test_more_than_half_of_the_words_are_enough_when_no_text_has_them_all() -> None:
    assert an_index().find("quisiera informe de vida laboral") == ["work"]
    assert an_index().find("comprar zapatos vida") == []


def test_a_whole_keyword_comes_before_a_part_of_a_name() -> None:
    index = an_index(green=a_text("Puntos verdes"), balance=a_text("Saldo", "mis puntos"))
    assert index.find("mis puntos")[0] == "balance"


def test_among_equals_the_order_of_the_index_decides() -> None:
    assert an_index(a=a_text("Becas"), b=a_text("Becas de estudio")).find("becas") == ["a", "b"]
    assert an_index(b=a_text("Ayudas de estudio"), a=a_text("Ayudas de comedor")).find("ayudas") == ["b", "a"]


def test_no_more_words_than_the_limit_are_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_up: list[str] = []

    def matches(index: Index, word: str) -> dict[int, float]:
        looked_up.append(word)
        return {}

    monkeypatch.setattr(Index, "_matches", matches)
    an_index().find("puntos " * 20)
    assert looked_up == ["puntos"]
    looked_up.clear()
    an_index().find(" ".join(f"w{number}" for number in range(60)))
    assert len(looked_up) == MOST_WORDS


def test_what_people_say_finds_what_they_mean() -> None:
    rule = SynonymRule.parse("años currados", ["nada de nada", "", "vida laboral"], stop_words("es"))
    assert an_index(rule).find("años currados") == ["work"]
    assert an_index(rule).find("curados") == ["work"]
    assert an_index().find("currados") == []


def test_a_synonym_of_what_only_a_summary_says_finds_nothing() -> None:
    rule = SynonymRule.parse("zapatos", ["quita puntos"], stop_words("es"))
    assert an_index(rule).find("zapatos") == []


@pytest.mark.parametrize(
    ("prefixes", "keys"),
    [
        (["pend"], ["fines"]),
        (["quita", "punto"], ["fines"]),
        (["punto"], ["points", "fines"]),
        (["p"], ["points", "fines"]),
        (["puntso"], []),
        (["vida", "puntos"], []),
        ([], ["work", "points", "fines"]),
    ],
)
def test_a_strict_search_keeps_the_order_of_the_texts_and_forgives_nothing(
    prefixes: list[str], keys: list[str]
) -> None:
    assert an_index().matching_all(prefixes) == keys


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
def test_words_that_find_nothing_are_answered_with_the_most_similar(query: str, proposal: str) -> None:
    assert an_index().proposal(query) == proposal


@pytest.mark.parametrize("query", ["\x00", "\ud800", "🙂", "a" * 5000, "ñ" * 300, "'; --", "\u202e", "🙂🙂 vida"])
def test_any_query_is_answered(query: str) -> None:
    index = an_index()
    index.find(query)
    index.proposal(query)
    assert Index({}, frozenset()).find(query) == []
