"""Documents as part of what is stored for a device."""

from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from documents.models import Document
from tests.accounts.factories import a_device
from tests.documents.factories import a_document, names_of, stored
from tests.pages import PageClient
from tests.task_queue import run_tasks


@pytest.mark.django_db
def test_erasing_a_device_hides_its_documents_at_once_and_deletes_them_with_their_files(
    client: PageClient, storage: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    device = a_device(client)
    mine = [a_document(device), a_document(device)]
    kept = a_document(a_device())
    token = client.cookies[settings.DEVICE_COOKIE_NAME].value
    assert "2 documentos en Descargas" in client.get("/dispositivo/").text
    client.post("/dispositivo/borrar/")
    assert stored(storage) == names_of(*mine, kept), "nothing is deleted in the request"
    client.cookies[settings.DEVICE_COOKIE_NAME] = token
    assert client.get(mine[0].get_absolute_url()).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        run_tasks()
    assert list(Document.objects.all()) == [kept]
    assert stored(storage) == names_of(kept)
