"""The guides: every page in every form, what they say of this portal's limits, and where their links lead."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import resolve, reverse
from pytest_django.fixtures import DjangoAssertNumQueries, Settings

from accesses.identification import IDENTIFICATIONS, Identification
from guides.topics import TOPICS, Topic
from tests.pages import PageClient, main_of, parse, step_of, text_of

pytestmark = pytest.mark.django_db

INDEX = "/ayuda/"
PATHS = [INDEX, *(f"/ayuda/{topic.slug}/" for topic in TOPICS)]
HTMX = {"HX-Request": "true"}
RESTORE = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
EXTERNAL = ("https://clave.gob.es/", "https://www.aepd.es/")

every_page = pytest.mark.parametrize("path", PATHS)
every_path_of_the_footer = pytest.mark.parametrize(
    "path", ["/ayuda/accesibilidad/", "/ayuda/privacidad/", "/ayuda/acerca-de/"]
)
every_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.key)


def guide(client: Client, key: str) -> Any:
    """The page of one topic."""
    return client.get(next(topic.path for topic in TOPICS if topic.key == key))


def links_of(response: Any) -> list[str]:
    return [str(link.get("href")) for link in main_of(response).iter("a")]


def trial_notes_of(response: Any) -> list[Any]:
    """What tells of the simulator: the note of its phones."""
    return [note for note in main_of(response).find_class("note") if note.get("id") == "trial"]


@every_page
def test_each_page_opens_under_its_own_address_and_is_the_same_for_everybody(client: PageClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert step_of(page) == "guide"
    assert "no-store" not in page.get("Cache-Control", "")
    assert not page.cookies


def test_the_index_groups_the_guides(client: PageClient) -> None:
    headings = [" ".join(heading.text_content().split()) for heading in main_of(client.get(INDEX)).iter("h2")]
    assert headings[:4] == ["Para identificarte", "Tus trámites y documentos", "Si algo falla", "Sobre este portal"]


@every_path_of_the_footer
def test_every_page_ends_with_the_way_to_what_the_law_asks_for(client: PageClient, path: str) -> None:
    for page in (client.get("/"), client.get("/ayuda/"), client.get("/nada/")):
        footer = parse(page).find_class("foot")[0]
        assert path in [link.get("href") for link in footer.iter("a")]


@pytest.mark.parametrize("way", IDENTIFICATIONS, ids=lambda way: way.key)
def test_each_way_to_identify_is_told_to_be_offered_exactly_if_it_is(client: PageClient, way: Identification) -> None:
    card = main_of(guide(client, "identification")).get_element_by_id(way.key)
    told = [element.get("data-offered") for element in card.iter("b") if element.get("data-offered")]
    assert told == ["yes" if way.is_offered else "no"]


@pytest.mark.parametrize("key", ["accessibility", "privacy", "about"])
def test_who_answers_for_the_portal_is_told_or_that_nobody_does(
    client: PageClient, settings: Settings, key: str
) -> None:
    nobody = "Ningún organismo responde todavía"
    assert nobody in text_of(guide(client, key))
    settings.OPERATOR_NAME, settings.OPERATOR_CONTACT = "Ministerio <de Pruebas>", "Calle Mayor, 1"
    text = text_of(guide(client, key))
    assert nobody not in text
    assert settings.OPERATOR_NAME in text
    assert settings.OPERATOR_CONTACT in text


def test_the_accessibility_statement_says_what_the_decree_asks_for(client: PageClient, settings: Settings) -> None:
    settings.ACCESSIBILITY_PREPARED_ON = date(2027, 3, 9)
    page = guide(client, "accessibility")
    for said in ("parcialmente conforme", "Contenido no accesible", "9 de marzo de 2027", "artículo 12", "artículo 13"):
        assert said in text_of(page)
    assert f"{reverse('guides:ask')}?sobre=accessibility" in links_of(page)


def test_every_cookie_of_the_portal_is_listed_with_the_name_that_it_has(client: PageClient) -> None:
    listed = [code.text for code in main_of(guide(client, "privacy")).get_element_by_id("cookies").iter("code")]
    names = [getattr(site, name) for name in dir(site) if name.endswith("_COOKIE_NAME")]
    assert sorted(listed) == sorted(names)


def test_the_version_is_told(client: PageClient) -> None:
    assert f"Trámites {site.VERSION}" in text_of(guide(client, "about"))


@every_topic
def test_the_index_leads_to_each_guide_and_each_guide_back(client: PageClient, topic: Topic) -> None:
    index, page = client.get(INDEX), client.get(topic.path)
    assert topic.path in links_of(index)
    assert str(topic.summary) in text_of(index)
    assert [str(back.get("href")) for back in parse(page).find_class("back")] == [INDEX]
    assert text_of(page).startswith(str(topic.heading))


@every_page
def test_each_page_is_whole_plainly_a_fragment_to_htmx_and_whole_from_history(client: PageClient, path: str) -> None:
    plain, fragment, restored = client.get(path), client.get(path, headers=HTMX), client.get(path, headers=RESTORE)
    assert "<!doctype html>" in plain.text
    assert "<!doctype html>" not in fragment.text
    assert "<!doctype html>" in restored.text
    assert text_of(plain) == text_of(fragment) == text_of(restored)


@every_page
@pytest.mark.parametrize("language", ["es", "en"])
def test_each_page_opens_in_the_language_of_the_browser_or_of_the_cookie(
    client: PageClient, path: str, language: str
) -> None:
    by_header = client.get(path, headers={"Accept-Language": language})
    assert by_header.status_code == 200
    assert parse(by_header).get("lang") == language
    client.cookies[site.LANGUAGE_COOKIE_NAME] = language
    for headers in ({}, HTMX, RESTORE):
        page = client.get(path, headers={"Accept-Language": "fr", **headers})
        assert text_of(page) == text_of(by_header)


@every_page
def test_a_guide_asks_the_database_nothing(
    client: PageClient, path: str, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.CATALOGUE_SEEN_SECONDS = 3600
    client.get(path)
    client.cookies[site.DEVICE_COOKIE_NAME] = "a" * 43
    with django_assert_num_queries(0):
        assert client.get(path).status_code == 200


@every_page
def test_headings_follow_each_other_in_order(client: PageClient, path: str) -> None:
    levels = [int(heading.tag[1]) for heading in main_of(client.get(path)).iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@every_topic
def test_a_guide_ends_with_one_thing_to_do(client: PageClient, topic: Topic) -> None:
    main = main_of(client.get(topic.path))
    primary = [button for button in main.find_class("btn") if "ghost" not in button.get("class").split()]
    assert len(primary) == 1
    assert "action" in list(main)[-1].get("class", "")


@every_page
@pytest.mark.parametrize("contrast", ["issue_date", "expiry_date"])
@pytest.mark.parametrize("sandbox", ["", "https://simulador.example"])
def test_every_link_leads_to_a_page_and_to_a_place_on_it(
    client: PageClient, settings: Settings, path: str, contrast: str, sandbox: str
) -> None:
    settings.DNI_CONTRAST, settings.SANDBOX_PUBLIC_URL = contrast, sandbox
    links = links_of(client.get(path))
    assert links
    for link in links:
        if link in (*EXTERNAL, sandbox):
            continue
        target, _hash, place = link.partition("#")
        target = target.partition("?")[0]
        assert resolve(target)
        if place:
            assert main_of(client.get(target)).get_element_by_id(place) is not None


@pytest.mark.parametrize(
    ("setting", "value", "said", "keys"),
    [
        ("PIN_LIFETIME", timedelta(minutes=37), "37 minutos", ["clave_pin", "pin_app", "sms", "questions"]),
        ("RESEND_AFTER_SECONDS", 73, "73 segundos", ["sms"]),
        ("SENDS_PER_VALIDATION", 8, "hasta 8 SMS", ["sms"]),
        ("TRIES_PER_VALIDATION", 9, "hasta 9 intentos", ["clave_pin", "pin_app", "sms"]),
        ("USERS_PER_DEVICE", 6, "hasta 6 personas", ["clave_pin", "questions"]),
        ("ACCESS_LIFETIME", timedelta(hours=51), "51 horas", ["clave_pin", "questions"]),
        ("QUESTIONS_KEPT_DAYS", 77, "77 días", ["privacy"]),
        ("SHARE_LINK_LIFETIME", timedelta(hours=29), "29 horas", ["documents"]),
        ("SHARE_LINK_LIFETIME", timedelta(hours=1), "1 hora,", ["documents"]),
    ],
)
def test_the_guides_say_the_limits_of_the_settings(
    client: PageClient, settings: Settings, setting: str, value: Any, said: str, keys: list[str]
) -> None:
    assert [key for key in keys if said in text_of(guide(client, key))] == []
    setattr(settings, setting, value)
    assert [key for key in keys if said not in text_of(guide(client, key))] == []


def test_the_date_that_a_dni_is_asked_for_is_the_one_that_is_explained(client: PageClient, settings: Settings) -> None:
    permanent, found_by = "01/01/9999", "debajo de «EMISIÓN»"
    settings.DNI_CONTRAST = "issue_date"
    text = text_of(guide(client, "issue_date"))
    assert found_by in text
    assert permanent not in text
    assert "con DNI, la fecha de expedición" in text_of(guide(client, "sms"))
    settings.DNI_CONTRAST = "expiry_date"
    text = text_of(guide(client, "issue_date"))
    assert permanent in text
    assert found_by not in text
    assert "con DNI, la fecha de validez" in text_of(guide(client, "sms"))


@pytest.mark.parametrize("key", ["pin_app", "sms"])
def test_the_simulators_phones_are_named_only_where_there_is_a_simulator(
    client: PageClient, settings: Settings, key: str
) -> None:
    settings.SANDBOX_PUBLIC_URL = "https://simulador.example"
    page = guide(client, key)
    assert len(trial_notes_of(page)) == 1
    assert settings.SANDBOX_PUBLIC_URL in links_of(page)
    settings.SANDBOX_PUBLIC_URL = ""
    assert trial_notes_of(guide(client, key)) == []


def test_whether_the_portal_is_official_is_answered_by_what_it_is_connected_to(
    client: PageClient, settings: Settings
) -> None:
    in_trial = "No es de ninguna administración"
    settings.SANDBOX_PUBLIC_URL = "https://simulador.example"
    assert in_trial in text_of(guide(client, "questions"))
    settings.SANDBOX_PUBLIC_URL = ""
    text = text_of(guide(client, "questions"))
    assert in_trial not in text
    assert "no es Cl@ve ni es el organismo" in text


def test_the_questions_are_many_each_with_an_answer(client: PageClient) -> None:
    questions = list(main_of(guide(client, "questions")).iter("details"))
    assert len(questions) >= 12
    for question in questions:
        assert question[0].tag == "summary"
        assert len(question) > 1
