"""Links that share a document."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from documents.models import Document, LinkIdTaken, ShareLink, TooManyLinks
from tests.accounts.factories import a_device
from tests.database import raw_bytes
from tests.documents.factories import a_document
from tests.parallel import in_parallel

pytestmark = pytest.mark.django_db


def test_a_link_opens_until_it_expires_is_revoked_or_its_document_does() -> None:
    document = a_document(a_device())
    links = [ShareLink.objects.make(document, uuid4()) for _number in range(4)]
    tokens = [link.path.split("/")[2] for link in links]
    assert len(set(tokens)) == 4
    assert all(ShareLink.objects.find(token) for token in tokens)
    ShareLink.objects.filter(pk=links[0].pk).update(expires_at=timezone.now())
    assert ShareLink.objects.revoke(document, links[1].pk)
    assert not ShareLink.objects.revoke(document, links[1].pk)
    assert [bool(ShareLink.objects.find(token)) for token in tokens] == [False, False, True, True]
    Document.objects.filter(pk=document.pk).update(expires_at=timezone.now())
    assert not any(ShareLink.objects.find(token) for token in tokens)
    assert ShareLink.objects.find("") is None


def test_a_link_lives_as_long_as_the_settings_say_and_its_token_is_not_kept() -> None:
    link = ShareLink.objects.make(a_document(a_device()), uuid4())
    assert abs(link.expires_at - timezone.now() - settings.SHARE_LINK_LIFETIME) < timedelta(seconds=5)
    assert link.path.split("/")[2].encode() not in raw_bytes(link)


def test_a_link_made_twice_under_one_id_is_one_link_and_another_documents_is_not_its() -> None:
    document, link_id = a_document(a_device()), uuid4()
    assert ShareLink.objects.make(document, link_id) == ShareLink.objects.make(document, link_id)
    assert not ShareLink.objects.revoke(a_document(a_device()), link_id)
    assert ShareLink.objects.count() == 1


def test_a_document_has_ten_live_links_at_most() -> None:
    document = a_document(a_device())
    links = [ShareLink.objects.make(document, uuid4()) for _number in range(ShareLink.MAX_LIVE)]
    with pytest.raises(TooManyLinks):
        ShareLink.objects.make(document, uuid4())
    ShareLink.objects.revoke(document, links[0].pk)
    assert ShareLink.objects.make(document, uuid4()).opens == 0


def test_a_link_of_an_erased_device_opens_nothing() -> None:
    document = a_document(a_device())
    token = ShareLink.objects.make(document, uuid4()).path.split("/")[2]
    document.device.mark_erased()
    assert ShareLink.objects.find(token) is None
    assert not ShareLink.objects.live().exists()


def test_an_id_that_is_another_documents_is_refused() -> None:
    link_id = uuid4()
    first = ShareLink.objects.make(a_document(a_device()), link_id)
    with pytest.raises(LinkIdTaken):
        ShareLink.objects.make(a_document(a_device()), link_id)
    assert list(ShareLink.objects.all()) == [first]


@pytest.mark.parametrize("end", ["deleted", "expired"])
def test_a_document_that_is_gone_cannot_be_shared(end: str) -> None:
    document = a_document(a_device())
    stale = Document.objects.get(pk=document.pk)
    if end == "deleted":
        document.delete()
    else:
        Document.objects.update(expires_at=timezone.now())
    with pytest.raises(Document.DoesNotExist):
        ShareLink.objects.make(stale, uuid4())
    assert not ShareLink.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_calls_make_no_more_live_links_than_allowed() -> None:
    document = a_document(a_device())
    for _number in range(ShareLink.MAX_LIVE - 2):
        ShareLink.objects.make(document, uuid4())
    refused: list[TooManyLinks] = []

    def make() -> None:
        try:
            ShareLink.objects.make(document, uuid4())
        except TooManyLinks as error:
            refused.append(error)

    in_parallel(make, 10)
    assert ShareLink.objects.live().count() == ShareLink.MAX_LIVE
    assert len(refused) == 8


@pytest.mark.django_db(transaction=True)
def test_parallel_calls_with_one_id_make_one_link_of_one_document() -> None:
    documents, link_id = [a_document(a_device()) for _number in range(2)], uuid4()
    turns, made, refused = iter(documents * 4), list[ShareLink](), list[LinkIdTaken]()

    def make() -> None:
        try:
            made.append(ShareLink.objects.make(next(turns), link_id))
        except LinkIdTaken as error:
            refused.append(error)

    in_parallel(make, 8)
    assert {link.pk for link in made} == {link_id}
    assert (len(made), len(refused)) == (4, 4)
