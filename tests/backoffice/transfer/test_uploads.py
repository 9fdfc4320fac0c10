"""One page accepts files, from users who may import; everywhere else they are refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backoffice.models import ImportRun
from backoffice.roles import Role
from tests.backoffice.staff_users import a_staff_user, sign_in

pytestmark = pytest.mark.django_db


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("catalogo.json", b"{}")


@pytest.mark.parametrize(
    "path",
    ["/identificacion/", "/usuarios/", "/ayuda/preguntas/", "/idioma/", "/gestion/login/", "/gestion/importar/x/"],
)
def test_a_file_sent_anywhere_else_is_refused(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(path, {"file": a_file()}).status_code in (400, 403, 404, 405)
    sign_in(client, a_staff_user(Role.EDITOR))
    assert client.post(path, {"file": a_file()}).status_code in (400, 403, 404, 405)


def test_a_file_for_a_citizens_form_is_a_bad_request() -> None:
    assert Client().post("/identificacion/", {"identification": "clave_pin", "file": a_file()}).status_code == 400


def test_the_file_of_somebody_who_may_not_import_is_dropped() -> None:
    assert Client().post("/gestion/importar/", {"file": a_file()}).headers["Location"].startswith("/gestion/login/")
    client = Client()
    sign_in(client, a_staff_user(Role.APPROVER))
    assert client.post("/gestion/importar/", {"file": a_file()}).status_code == 403
    assert not ImportRun.objects.exists()


def test_two_files_are_one_too_many_at_the_page_itself() -> None:
    client = Client()
    sign_in(client, a_staff_user(Role.EDITOR))
    assert client.post("/gestion/importar/", {"file": a_file(), "other": a_file()}).status_code == 400


def test_a_file_without_the_forms_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, a_staff_user(Role.EDITOR))
    assert client.post("/gestion/importar/", {"file": a_file()}).status_code == 403
    assert not ImportRun.objects.exists()
