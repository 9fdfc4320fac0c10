"""Documents as part of what a device keeps."""

from pathlib import Path

import pytest

from documents.models import Document
from tests.accounts.factories import a_device
from tests.documents.factories import a_document
from tests.pages import PageClient


@pytest.mark.django_db
def test_erasing_a_device_takes_its_documents_and_their_files(client: PageClient, shelf: Path) -> None:
    device = a_device(client)
    a_document(device)
    a_document(device)
    kept = a_document(a_device())
    assert "2 documentos en Descargas" in client.get("/dispositivo/").text
    client.post("/dispositivo/borrar/")
    assert list(Document.objects.all()) == [kept]
    assert [path.name for path in shelf.iterdir()] == [str(kept.pk)]
