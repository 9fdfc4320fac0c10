"""Downloads: the documents that a device keeps, and the links that share one."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import ClaveUser, Device
from documents import files, names, pdf
from documents.files import FileLost, StorageFailed
from foundation.vault import SealedText, place, seal

__all__ = [
    "Document",
    "FileLost",
    "NewDocument",
    "NotADocument",
    "ShareLink",
    "ShelfFull",
    "StorageFailed",
    "TooLarge",
    "TooManyLinks",
]

_VERIFICATION_URL = re.compile(r"https?://[^\s\x00-\x1f\"'<>\\]{1,1000}", re.IGNORECASE)


class NotADocument(ValueError):
    """What was received is no PDF."""


class TooLarge(ValueError):
    """What was received is larger than ``DOCUMENT_MAX_BYTES``."""


class ShelfFull(StorageFailed):
    """The device already keeps ``DOCUMENTS_PER_DEVICE`` documents."""


class TooManyLinks(Exception):
    """The document already has as many live links as it may."""


@dataclass(frozen=True)
class NewDocument:
    """A received document and what it is called; ``retention_days`` 0 or None keeps it until it is deleted."""

    device: Device
    user: ClaveUser | None
    name: str
    issuer_code: str
    issuer_name: str
    issuer_tone: str
    issuer_monogram: str
    procedure_code: str
    procedure_name: str
    content: bytes = field(repr=False)
    csv: str = field(default="", repr=False)
    csv_url: str = field(default="", repr=False)
    retention_days: int | None = None


class DocumentQuerySet(models.QuerySet["Document"]):
    def owned_by(self, key: bytes) -> Self:
        """The documents of the device with this key (hash of its token)."""
        return self.filter(device__token_hash=key)

    def recent(self) -> Self:
        """The latest first."""
        return self.order_by("-created_at", "-pk")

    def live(self) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())

    def keep(self, new: NewDocument, document_id: UUID) -> "Document":
        """Put a received document on its device's shelf; kept twice under the same id, it is the same document.

        The file is sealed and stored first, so that no row ever promises a file that is not there; when the row
        cannot be written, the file goes. Raises ``NotADocument``, ``TooLarge``, ``ShelfFull``, ``StorageFailed`` or a
        ``DatabaseError``.
        """
        if not pdf.is_pdf(new.content):
            raise NotADocument
        if len(new.content) > settings.DOCUMENT_MAX_BYTES:
            raise TooLarge
        if known := self.filter(pk=document_id).first():
            return known
        if self.filter(device=new.device).count() >= settings.DOCUMENTS_PER_DEVICE:
            raise ShelfFull
        files.put(document_id, new.content)
        document = Document.sealed(new, document_id)
        try:
            with transaction.atomic():
                document.save(force_insert=True)
        except DatabaseError:
            if known := self.filter(pk=document_id).first():
                return known
            files.discard(document_id)
            raise
        return document


class Document(models.Model):
    """A downloaded document. Issuer and procedure are copies: it outlives what it came from."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="documents", db_index=False)
    user = models.ForeignKey(ClaveUser, on_delete=models.SET_NULL, null=True, blank=True, related_name="documents")
    name_cell = models.BinaryField()
    original_name_cell = models.BinaryField()
    csv_cell = models.BinaryField(default=bytes)
    csv_url_cell = models.BinaryField(default=bytes)
    issuer_code = models.CharField(max_length=30)
    issuer_name = models.CharField(max_length=200)
    issuer_tone = models.CharField(max_length=10)
    issuer_monogram = models.CharField(max_length=4)
    procedure_code = models.CharField(max_length=100)
    procedure_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    name = SealedText("name_cell")
    original_name = SealedText("original_name_cell")
    csv = SealedText("csv_cell")
    csv_url = SealedText("csv_url_cell")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["device", "-created_at", "-id"], name="documents_of_a_device"),
            models.Index(fields=["expires_at"], name="documents_to_expire", condition=Q(expires_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.pk])

    @classmethod
    def sealed(cls, new: NewDocument, document_id: UUID) -> Self:
        """An unsaved document whose cells are sealed for its place."""
        label = names.cut_label(names.tidy_label(new.name) or names.tidy_label(new.procedure_code))

        def cell(name: str, value: str) -> bytes:
            return seal(value, place(cls, name, document_id)) if value else b""

        moment = timezone.now()
        return cls(
            id=document_id,
            device=new.device,
            user=new.user,
            name_cell=cell("name_cell", label),
            original_name_cell=cell("original_name_cell", label),
            csv_cell=cell("csv_cell", new.csv),
            csv_url_cell=cell("csv_url_cell", new.csv_url if _VERIFICATION_URL.fullmatch(new.csv_url) else ""),
            issuer_code=new.issuer_code,
            issuer_name=new.issuer_name,
            issuer_tone=new.issuer_tone,
            issuer_monogram=new.issuer_monogram,
            procedure_code=new.procedure_code,
            procedure_name=new.procedure_name,
            size=len(new.content),
            sha256=hashlib.sha256(new.content).hexdigest(),
            pages=pdf.count_pages(new.content),
            created_at=moment,
            expires_at=moment + timedelta(days=new.retention_days) if new.retention_days else None,
        )

    @property
    def label(self) -> str:
        """The name without ``.pdf``: what a person reads."""
        return names.stem(self.name)

    @property
    def is_renamed(self) -> bool:
        return self.name != self.original_name

    @property
    def procedure_slug(self) -> str:
        """The procedure's part of ``<entity>/<procedure>``."""
        return self.procedure_code.rpartition("/")[2]

    @property
    def days_left(self) -> int | None:
        """Whole days until it is deleted, None when it is kept."""
        return None if self.expires_at is None else max(0, (self.expires_at - timezone.now()).days)

    def read(self) -> bytes:
        """The PDF exactly as it was received; raises ``FileLost`` or ``StorageFailed``."""
        return files.read(self.pk, self.sha256)

    def was_opened(self) -> None:
        """Note when it was first opened."""
        Document.objects.filter(pk=self.pk, opened_at=None).update(opened_at=timezone.now())

    def rename(self, label: str) -> bool:
        """Change the label (a tidy one), never the file; False when the document has gone meanwhile."""
        cell = seal(label, place(Document, "name_cell", self.pk))
        return bool(Document.objects.filter(pk=self.pk).update(name_cell=cell))


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    def live(self) -> Self:
        """Links that open their document now."""
        moment = timezone.now()
        kept = Q(document__expires_at=None) | Q(document__expires_at__gt=moment)
        return self.filter(kept, revoked_at=None, expires_at__gt=moment)

    def opening(self, token: str) -> "ShareLink | None":
        """The live link with this token, with its document."""
        return self.live().filter(token_hash=_hashed(token)).select_related("document").first()

    def make(self, document: Document, link_id: UUID) -> "ShareLink":
        """A link to the document; made twice under the same id, it is the same link. Raises ``TooManyLinks``."""
        if known := self.filter(pk=link_id, document=document).first():
            return known
        if self.live().filter(document=document).count() >= ShareLink.MOST_LIVE:
            raise TooManyLinks
        link, _created = self.get_or_create(
            pk=link_id,
            document=document,
            defaults={
                "token_hash": _hashed(_token(link_id)),
                "expires_at": timezone.now() + settings.SHARE_LINK_LIFETIME,
            },
        )
        return link

    def revoke(self, document: Document, link_id: UUID) -> bool:
        """Close a link of this document; False when there is no such open link."""
        mine = self.filter(pk=link_id, document=document, revoked_at=None)
        return bool(mine.update(revoked_at=timezone.now()))


class ShareLink(models.Model):
    """A link with which anybody may open one document, until it expires or is revoked.

    The database knows a hash of its token. The token is derived from the id with the server's key, so that a form
    sent twice shows the same link.
    """

    MOST_LIVE = 10

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
        """``/c/<token>/``: to be shown when the link is made, and at no other time."""
        return reverse("documents:shared", args=[_token(self.pk)])

    def was_opened(self) -> None:
        ShareLink.objects.filter(pk=self.pk).update(opens=F("opens") + 1)


def _token(link_id: UUID) -> str:
    return salted_hmac("documents.ShareLink", str(link_id), algorithm="sha256").hexdigest()


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
