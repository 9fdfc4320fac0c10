"""Links with which anybody may open one document until they expire or are revoked."""

import hashlib
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from documents.models.document import Document


class TooManyLinks(Exception):
    """The document already has ``MAX_LIVE`` live links."""


class LinkIdTaken(Exception):
    """The id belongs to a link of another document."""


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def live(self) -> Self:
        """Filter those that open their document now."""
        moment = timezone.now()
        unexpired = Q(document__expires_at=None) | Q(document__expires_at__gt=moment)
        return self.filter(unexpired, revoked_at=None, expires_at__gt=moment, document__device__erased_at=None)

    def find(self, token: str) -> "ShareLink | None":
        """Return the live link with this token, and its document with it."""
        return self.live().filter(token_hash=_hash(token)).select_related("document").first()

    def make(self, document: Document, link_id: UUID) -> "ShareLink":
        """Create a link to the document; a second call with the same id returns the same link.

        Holding the document's row makes counting and inserting one step. Raises ``TooManyLinks``, ``LinkIdTaken`` or,
        when the document has been deleted or has expired, ``Document.DoesNotExist``.
        """
        with transaction.atomic():
            Document.objects.live().select_for_update(no_key=True).get(pk=document.pk)
            is_known = self.filter(pk=link_id).exists()
            if not is_known and self.live().filter(document=document).count() >= ShareLink.MAX_LIVE:
                raise TooManyLinks
            link, _is_new = self.get_or_create(
                pk=link_id,
                defaults={
                    "document": document,
                    "token_hash": _hash(_token(link_id)),
                    "expires_at": timezone.now() + settings.SHARE_LINK_LIFETIME,
                },
            )
        if link.document_id != document.pk:
            raise LinkIdTaken
        return link

    def revoke(self, document: Document, link_id: UUID) -> bool:
        """Return False when the document has no such unrevoked link."""
        links = self.filter(pk=link_id, document=document, revoked_at=None)
        return bool(links.update(revoked_at=timezone.now()))


class ShareLink(models.Model):
    """The database holds only a hash of the token, which is derived from the id with the server's key.

    A form that is sent twice can therefore show the same link again.
    """

    MAX_LIVE = 10

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="links")
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    opens = models.PositiveIntegerField(default=0)

    objects = ShareLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def path(self) -> str:
        """``/c/<token>/``: to be shown when the link is created and at no other time."""
        return reverse("documents:shared", args=[_token(self.pk)])

    def record_opening(self) -> None:
        ShareLink.objects.filter(pk=self.pk).update(opens=F("opens") + 1)


def _token(link_id: UUID) -> str:
    return salted_hmac("documents.ShareLink", str(link_id), algorithm="sha256").hexdigest()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
