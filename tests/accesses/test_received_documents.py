"""What a body sends as a PDF: a whole one reaches Downloads byte for byte, anything else is told as no document."""

import base64

import pytest

from accesses.tasks import enqueue
from documents.models import Document
from tests.documents.hostile import hostile
from tests.documents.test_pdf import CUT, WHOLE
from tests.factories import a_device, a_queued_access, a_version
from tests.live_sandbox import LiveSandbox
from tests.pages import PageClient, main_of, text_of
from tests.task_queue import run_tasks

pytestmark = pytest.mark.django_db


def receive(client: PageClient, sandbox: LiveSandbox, content: bytes) -> str:
    """Run an access whose body sends this as a PDF; return the path of its result."""
    sandbox.fail(
        "sepe", "answer", status=200, headers={"Content-Type": "application/pdf"},
        body_base64=base64.b64encode(content).decode(),
    )  # fmt: skip
    version = a_version(
        "sepe/certificado-situacion", kind="document", connector="{sandbox}/bodies/sepe/certificado-situacion"
    )
    access = a_queued_access(a_device(client), version)
    enqueue(access.pk)
    run_tasks()
    return f"/accesos/{access.pk}/resultado/"


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_pdf_is_delivered_byte_for_byte(name: str, client: PageClient, live_sandbox: LiveSandbox) -> None:
    page = client.get(receive(client, live_sandbox, WHOLE[name]))
    assert main_of(page).get("data-result") == "document"
    document = Document.objects.get()
    assert client.get(f"/descargas/{document.pk}/archivo").content == WHOLE[name]
    assert "3 páginas" in text_of(client.get("/descargas/"))


@pytest.mark.parametrize("name", [name for name in CUT if CUT[name]])
def test_what_is_no_whole_pdf_is_told_as_no_document(name: str, client: PageClient, live_sandbox: LiveSandbox) -> None:
    page = client.get(receive(client, live_sandbox, CUT[name]))
    assert main_of(page).get("data-result") == "failed"
    assert not Document.objects.exists()


def test_a_pdf_whose_pages_cannot_be_counted_is_kept_without_them(
    client: PageClient, live_sandbox: LiveSandbox
) -> None:
    content = hostile()["more pages declared than there are"]
    assert main_of(client.get(receive(client, live_sandbox, content))).get("data-result") == "document"
    assert client.get(f"/descargas/{Document.objects.get().pk}/archivo").content == content
    assert "página" not in text_of(client.get("/descargas/"))
