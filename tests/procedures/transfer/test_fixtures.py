"""The fixtures agree with the bodies, are complete in both languages, and are found by everyday words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import translation

from procedures.models import (
    CatalogueStamp,
    DatumType,
    Entity,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    VersionState,
)
from procedures.published_catalogue import published
from procedures.required_data.fields import form_fields
from procedures.required_data.form import RequiredDataForm
from procedures.transfer.fixtures import load_fixtures
from procedures.transfer.formats import toml
from procedures.transfer.formats.toml import DATUM_TEXTS, ENTITY_TEXTS, VERSION_TEXTS, FixtureError
from sandbox.bodies.catalogue import ENTITY_NAMES, PROCEDURES
from sandbox.bodies.inputs import read_inputs
from tests.procedures.transfer.fixture_files import change

TODAY = "2026-05-20 12:00:00+02:00"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
EXAMPLE = re.compile(r"(?:por ejemplo|for example) ([^.,]+)[.,]")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_may() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


def versions() -> list[ProcedureVersion]:
    """Return every published version, with its required data."""
    return list(
        ProcedureVersion.objects.filter(state=VersionState.PUBLISHED)
        .select_related("procedure__entity")
        .prefetch_related("required_data")
    )


def version_of(code: str) -> ProcedureVersion:
    return next(version for version in versions() if version.procedure.code == code)


def required_by(version: ProcedureVersion) -> list[RequiredDatum]:
    return list(version.required_data.all())


def said(of: Entity | ProcedureVersion | RequiredDatum, name: str, language: str) -> str:
    """Return a text in exactly this language; ``""`` when there is none."""
    return getattr(of, f"{name}_{language}") or ""


# --- Loading ----------------------------------------------------------------------------------------------------------


def test_loading_gives_every_entity_and_procedure() -> None:
    loaded = load_fixtures()
    assert (loaded.entities, loaded.procedures, loaded.published) == (9, 38, 38)
    assert [entity.slug for entity in Entity.objects.all()] == list(ENTITY_NAMES)
    assert {version.procedure.code for version in versions()} == set(PROCEDURES)


def test_loading_again_publishes_nothing_and_leaves_the_stamp() -> None:
    load_fixtures()
    stamp = CatalogueStamp.current()
    assert load_fixtures().published == 0
    assert CatalogueStamp.current() == stamp
    assert ProcedureVersion.objects.count() == len(PROCEDURES)


def test_a_changed_text_publishes_a_second_version_and_retires_the_first(folder: Path) -> None:
    load_fixtures(folder)
    stamp = CatalogueStamp.current()
    change(folder, "dgt.toml", "Cuántos puntos te quedan en", "Los puntos que hay en")
    assert load_fixtures(folder).published == 1
    first, second = ProcedureVersion.objects.filter(procedure__slug="puntos").order_by("number")
    assert (first.number, first.state) == (1, VersionState.RETIRED)
    assert (second.number, second.state) == (2, VersionState.PUBLISHED)
    assert said(second, "summary", "es").startswith("Los puntos que hay")
    assert CatalogueStamp.current() > stamp


def test_a_changed_datum_publishes_a_second_version_with_it(folder: Path) -> None:
    load_fixtures(folder)
    change(folder, "sepe.toml", "min = -5", "min = -10")
    assert load_fixtures(folder).published == 1
    assert version_of("sepe/importes-anuales").required_data.get().minimum == "-10"


def test_a_changed_order_moves_the_procedure_without_a_new_version(folder: Path) -> None:
    load_fixtures(folder)
    stamp = CatalogueStamp.current()
    change(folder, "ine.toml", 'slug = "censo-electoral"\norder = 10', 'slug = "censo-electoral"\norder = 20')
    assert load_fixtures(folder).published == 0
    assert Procedure.objects.get(slug="censo-electoral").order == 20
    assert CatalogueStamp.current() > stamp


def test_a_changed_entity_is_saved_and_moves_the_stamp(folder: Path) -> None:
    load_fixtures(folder)
    stamp = CatalogueStamp.current()
    change(folder, "dgt.toml", 'tone = "blue"', 'tone = "sky"')
    assert load_fixtures(folder).published == 0
    assert Entity.objects.get(slug="dgt").tone == "sky"
    assert CatalogueStamp.current() > stamp


def test_what_an_editor_published_stays_until_the_file_changes(folder: Path) -> None:
    load_fixtures(folder)
    draft = version_of("dgt/puntos").copy_to_draft()
    draft.publish()
    assert load_fixtures(folder).published == 0
    assert version_of("dgt/puntos") == draft
    change(folder, "dgt.toml", "Cuántos puntos te quedan en", "Los puntos que hay en")
    assert load_fixtures(folder).published == 1
    assert version_of("dgt/puntos").number == 3


def test_a_text_that_goes_back_to_what_it_was_is_published_again(folder: Path) -> None:
    load_fixtures(folder)
    change(folder, "dgt.toml", "Cuántos puntos te quedan en", "Los puntos que hay en")
    load_fixtures(folder)
    change(folder, "dgt.toml", "Los puntos que hay en", "Cuántos puntos te quedan en")
    assert load_fixtures(folder).published == 1
    assert version_of("dgt/puntos").number == 3


def changed_meanwhile(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Have somebody change the catalogue after the files were compared with it, as many times."""
    real, left = toml.read_folder, iter(range(times))

    def read_folder(*args: Any) -> Any:
        sheets = real(*args)
        if next(left, None) is not None:
            CatalogueStamp.bump()
        return sheets

    monkeypatch.setattr(toml, "read_folder", read_folder)


def test_loading_starts_over_when_the_catalogue_changes_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    changed_meanwhile(monkeypatch, times=1)
    assert load_fixtures().published == 38


def test_loading_gives_up_while_the_catalogue_keeps_changing(monkeypatch: pytest.MonkeyPatch) -> None:
    changed_meanwhile(monkeypatch, times=100)
    with pytest.raises(FixtureError, match="being changed by others"):
        load_fixtures()
    assert not Entity.objects.exists()


# --- What is wrong in a file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("dgt.toml", "[entity]", "[entity", ()),
        ("dgt.toml", 'slug = "dgt"\n', "", ("entity", "slug")),
        ("dgt.toml", 'slug = "dgt"', 'slug = "trafico"', ("entity", "trafico")),
        ("dgt.toml", 'tone = "blue"', 'tone = "azure"', ("entity", "tone")),
        ("dgt.toml", 'short_name.es = "Tráfico"\n', "", ("entity", "short_name")),
        ("dgt.toml", '[[procedure]]\nslug = "puntos"', '[procedure]\nslug = "puntos"', ()),
        ("dgt.toml", 'slug = "puntos"\n', "", ("procedure 1", "slug")),
        ("dgt.toml", 'slug = "permiso"', 'slug = "puntos"', ("procedure puntos", "twice")),
        ("dgt.toml", 'kind = "consultation"\n', "", ("procedure puntos", "kind")),
        ("dgt.toml", 'kind = "consultation"', 'kind = "query"', ("procedure puntos", "kind")),
        ("dgt.toml", "{sandbox}/bodies/dgt/puntos", "http://dgt/puntos", ("procedure puntos", "connector")),
        ("dgt.toml", "expected_seconds = 1", 'expected_seconds = "soon"', ("procedure puntos", "expected_seconds")),
        ("dgt.toml", "Cuántos puntos te quedan", "Cuántos " * 30, ("procedure puntos", "summary_es")),
        ("dgt.toml", "summary.es", "summary.se", ("procedure puntos", "summary", "se")),
        ("dgt.toml", "purpose.es", "porpose.es", ("procedure puntos", "porpose")),
        ("dgt.toml", 'name.es = "Mis puntos"\nname.en = "My points"', 'name = "Mis puntos"', ("puntos", "name")),
        ("dgt.toml", 'type = "plate"', 'type = "colour"', ("procedure informe-vehiculo", "datum plate", "type")),
        ("dgt.toml", 'key = "plate"', 'key = "report"', ("procedure informe-vehiculo", "datum report", "twice")),
        ("dgt.toml", 'default = "reduced"', 'default = "short"', ("informe-vehiculo", "datum report")),
        ("dgt.toml", '"reduced", label =', '"reduced", text =', ("informe-vehiculo", "datum report", "text")),
        ("tgss.toml", 'min = "1967-01-01"', 'min = "1967"', ("situacion-en-fecha", "datum date", "1967")),
        ("sepe.toml", "default = -1", "default = -9", ("importes-anuales", "datum year")),
    ],
)
def test_a_wrong_file_is_refused_whole_with_its_name_and_the_place(
    folder: Path, file: str, old: str, new: str, named: tuple[str, ...]
) -> None:
    change(folder, file, old, new)
    with pytest.raises(FixtureError) as caught:
        load_fixtures(folder)
    sentence = str(caught.value)
    assert sentence.startswith(f"{file}: ")
    assert all(part in sentence for part in named), sentence
    assert not Entity.objects.exists()
    assert not ProcedureVersion.objects.exists()
    assert CatalogueStamp.current() == 0


def test_a_wrong_file_leaves_what_was_loaded_before(folder: Path) -> None:
    load_fixtures(folder)
    stamp = CatalogueStamp.current()
    change(folder, "aeat.toml", "Mis datos fiscales", "Los datos fiscales")
    change(folder, "dgt.toml", 'kind = "consultation"\n', "")
    with pytest.raises(FixtureError):
        load_fixtures(folder)
    assert version_of("aeat/datos-fiscales").number == 1
    assert CatalogueStamp.current() == stamp


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixtureError, match=str(tmp_path)):
        load_fixtures(tmp_path)


# --- What the files say -----------------------------------------------------------------------------------------------


def test_every_procedure_is_the_one_that_its_body_knows() -> None:
    load_fixtures()
    for version in versions():
        body = PROCEDURES[version.procedure.code]
        assert (version.kind, version.level) == (body.kind, body.level), body.code
        assert version.connector == f"{{sandbox}}/bodies/{body.code}"
        asked = [
            (datum.key, datum.type, tuple(option["value"] for option in datum.options))
            for datum in required_by(version)
        ]
        assert asked == [(datum.key, datum.kind, datum.choices) for datum in body.data], body.code
        assert version.expected_seconds >= max(body.seconds, body.stages_seconds), body.code


def test_every_text_is_there_in_every_language() -> None:
    load_fixtures()
    for language in LANGUAGES:
        for entity in Entity.objects.all():
            assert all(said(entity, name, language) for name in ENTITY_TEXTS), entity.slug
        for version in versions():
            assert all(said(version, name, language) for name in VERSION_TEXTS), version.procedure.code
            assert 6 <= len(said(version, "keywords", language).splitlines()) <= 15, version.procedure.code
            for datum in required_by(version):
                assert all(said(datum, name, language) for name in DATUM_TEXTS), version.procedure.code
                assert all(option["label"][language] for option in datum.options), version.procedure.code


def test_the_texts_of_two_languages_differ() -> None:
    load_fixtures()
    for version in versions():
        for name in VERSION_TEXTS:
            assert said(version, name, "es") != said(version, name, "en"), (version.procedure.code, name)


def test_what_was_loaded_is_what_the_back_office_would_accept() -> None:
    load_fixtures()
    for entity in Entity.objects.all():
        entity.full_clean()
    for version in versions():
        version.full_clean()
        for datum in required_by(version):
            datum.full_clean()


def test_the_entities_are_told_apart_by_monogram_and_tone() -> None:
    load_fixtures()
    entities = list(Entity.objects.all())
    for name in ("monogram", "tone", "short_name", "order"):
        assert len({getattr(entity, name) for entity in entities}) == len(entities), name


def test_needs_names_the_advanced_registration_where_it_is_needed() -> None:
    load_fixtures()
    for version in versions():
        for language, words in (("es", "registro avanzado"), ("en", "advanced registration")):
            assert (words in said(version, "needs", language)) == version.needs_advanced, version.procedure.code


# --- What they ask for ------------------------------------------------------------------------------------------------


def sample_of(required: list[RequiredDatum]) -> dict[str, Any]:
    """Return what somebody types who follows the hints: their examples, the default, or the first option."""
    typed: dict[str, Any] = {}
    for datum in required:
        for name, field in form_fields(datum).items():
            if datum.type in (DatumType.YEAR, DatumType.CHOICE):
                first = next(value for value, _label in field.choices if value)  # type: ignore[attr-defined]  # a choice field
                typed[name] = str(field.initial or first)
            else:
                example = EXAMPLE.search(datum.hint)
                assert example, f"{datum.key} has no example"
                typed[name] = example[1]
    return typed


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_takes_the_examples_of_its_hints_and_its_body_reads_them(language: str) -> None:
    load_fixtures()
    for version in versions():
        with translation.override(language):
            required = required_by(version)
            form = RequiredDataForm(required, sample_of(required))
            assert form.is_valid(), (version.procedure.code, form.errors)
            assert all(str(field.label).strip() for field in form), version.procedure.code
        read_inputs(PROCEDURES[version.procedure.code].data, form.inputs)


def test_a_year_and_a_period_end_when_they_can_be_known() -> None:
    load_fixtures()
    years = form_fields(version_of("aeat/datos-fiscales").required_data.get())["year"].choices  # type: ignore[attr-defined]  # a choice field
    assert [year for year, _label in years if year] == [2025, 2024, 2023, 2022, 2021]
    required = required_by(version_of("tgss/bases-cotizacion"))
    assert RequiredDataForm(required, {"period_from": "01/06/1977", "period_to": "20/05/2026"}).is_valid()
    assert not RequiredDataForm(required, {"period_from": "01/06/1976", "period_to": "20/05/2026"}).is_valid()
    assert not RequiredDataForm(required, {"period_from": "01/06/1977", "period_to": "21/05/2026"}).is_valid()


# --- Finding them -----------------------------------------------------------------------------------------------------


FOUND_FIRST = {
    "es": {
        "paro": "sepe/prestacion-actual",
        "me quedé sin trabajo": "sepe/prestacion-actual",
        "certificado del paro": "sepe/certificado-situacion",
        "cuando cobro": "sepe/ultimo-pago",
        "vida laboral": "tgss/vida-laboral",
        "bases de cotización": "tgss/bases-cotizacion",
        "número de afiliación": "tgss/numero-seguridad-social",
        "nuss": "tgss/numero-seguridad-social",
        "puntos": "dgt/puntos",
        "puntos del carnet": "dgt/puntos",
        "carnet": "dgt/permiso",
        "carné de conducir": "dgt/permiso",
        "permiso de conducción": "dgt/permiso",
        "multa": "dgt/multas",
        "coche": "dgt/mis-vehiculos",
        "compré un coche": "dgt/informe-vehiculo",
        "pegatina": "dgt/distintivo-ambiental",
        "penales": "justicia/antecedentes-penales",
        "trabajar con menores": "justicia/delitos-sexuales",
        "partida de nacimiento": "justicia/certificado-nacimiento",
        "renta": "aeat/certificado-renta",
        "borrador": "aeat/datos-fiscales",
        "devolución": "aeat/estado-devolucion",
        "autónomo": "aeat/situacion-censal",
        "deudas hacienda": "aeat/deudas",
        "IBI": "catastro/mis-inmuebles",
        "recibo de la contribución": "catastro/mis-inmuebles",
        "referencia catastral": "catastro/mis-inmuebles",
        "certificado negativo": "catastro/certificado-negativo",
        "pensión": "inss/importe-pension",
        "médico": "inss/derecho-asistencia-sanitaria",
        "tarjeta sanitaria": "inss/tarjeta-sanitaria-provisional",
        "he tenido un hijo": "inss/derecho-asistencia-sanitaria",
        "titulo": "educacion/titulos-universitarios",
        "bachillerato": "educacion/otros-titulos",
        "censo electoral": "ine/censo-electoral",
        "padron electoral": "ine/censo-electoral",
        "dónde voto": "ine/censo-electoral",
    },
    "en": {
        "points": "dgt/puntos",
        "driving license": "dgt/permiso",
        "fine": "dgt/multas",
        "buy a car": "dgt/informe-vehiculo",
        "unemployment": "sepe/prestacion-actual",
        "lost my job": "sepe/prestacion-actual",
        "vida laboral": "tgss/vida-laboral",
        "work history": "tgss/vida-laboral",
        "social security number": "tgss/numero-seguridad-social",
        "tax return": "aeat/datos-fiscales",
        "refund": "aeat/estado-devolucion",
        "criminal record": "justicia/antecedentes-penales",
        "birth certificate": "justicia/certificado-nacimiento",
        "doctor": "inss/derecho-asistencia-sanitaria",
        "health card": "inss/tarjeta-sanitaria-provisional",
        "pension": "inss/importe-pension",
        "my house": "catastro/mis-inmuebles",
        "degree": "educacion/titulos-universitarios",
        "vote": "ine/censo-electoral",
    },
}


@pytest.mark.parametrize("language", FOUND_FIRST)
def test_everyday_words_find_the_procedure_first(language: str) -> None:
    load_fixtures()
    with translation.override(language):
        found = {
            query: [offer.code for offer in published().search_procedures(query)] for query in FOUND_FIRST[language]
        }
    missed = {query: found[query][:3] for query, code in FOUND_FIRST[language].items() if found[query][:1] != [code]}
    assert missed == {}


@pytest.mark.parametrize(
    ("query", "entity"),
    [
        ("hacienda", "aeat"),
        ("seguridad social", "tgss"),
        ("inem", "sepe"),
        ("tráfico", "dgt"),
        ("catastro", "catastro"),
        ("ine", "ine"),
    ],
)
def test_the_name_of_a_body_finds_its_procedures(query: str, entity: str) -> None:
    load_fixtures()
    assert published().search_procedures(query)[0].entity.slug == entity
