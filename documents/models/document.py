"""A downloaded document: a row with sealed cells, and a sealed file that the row names."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import ClaveUser, Device
from documents import files, inspection, names, pdf, pictures
from documents.files import StorageFailed
from foundation.vault import SealedText, place, seal

_VERIFICATION_URL = re.compile(r"https?://[^\s\x00-\x1f\"'<>\\]{1,1000}", re.IGNORECASE)


class NotADocument(ValueError):
    """The content is not a whole PDF."""


class TooLarge(ValueError):
    """The content is larger than ``DOCUMENT_MAX_BYTES``."""


class QuotaExceeded(StorageFailed):
    """The device already has ``DOCUMENTS_PER_DEVICE`` documents."""


class OwnerMismatch(Exception):
    """The id belongs to a document of another device, or the device has been erased."""


@dataclass(frozen=True)
class NewDocument:
    """A received document; ``retention_days`` of 0 or None keeps it until it is deleted."""

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
        """Filter by the key of a device (the hash of its token)."""
        return self.filter(device__token_hash=key)

    def recent(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def live(self) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def expired(self) -> Self:
        return self.filter(expires_at__lte=timezone.now())

    def store(self, new: NewDocument, document_id: UUID) -> "Document":
        """Store a received document; under an id that the device has used before, return the document stored then.

        The file comes first, so that no row ever promises a file that is not there; without its row it is deleted.
        Raises ``NotADocument``, ``TooLarge``, ``QuotaExceeded``, ``OwnerMismatch``, ``StorageFailed`` or a
        ``DatabaseError``.
        """
        if not pdf.is_pdf(new.content):
            raise NotADocument
        if len(new.content) > settings.DOCUMENT_MAX_BYTES:
            raise TooLarge
        if stored := self._stored(new.device, document_id):
            return stored
        self._check_quota(new.device)
        document = Document.sealed(new, document_id)
        files.save(document.file_id, document_id, new.content)
        document.picture_id = pictures.store(document_id, new.content)
        try:
            winner = self._insert(document)
        except Exception:
            if not self.filter(file_id=document.file_id).exists():
                document.discard_files()
            raise
        if winner is not document:
            document.discard_files()
        return winner

    def claimed_files(self, ids: Iterable[str]) -> set[str]:
        """Return those of the ids that name the file or the picture of a document."""
        named = self.filter(Q(file_id__in=ids) | Q(picture_id__in=ids)).values_list("file_id", "picture_id")
        return {str(file_id) for row in named for file_id in row if file_id}

    def _insert(self, document: "Document") -> "Document":
        """Insert the row, or return the one that a parallel call has inserted for the same device and id.

        Holding the device's row makes counting and inserting one step.
        """
        try:
            with transaction.atomic():
                if not Device.objects.lock(document.device_id):
                    raise OwnerMismatch
                if stored := self._stored(document.device, document.pk):
                    return stored
                self._check_quota(document.device)
                document.save(force_insert=True)
        except IntegrityError:
            if stored := self._stored(document.device, document.pk):
                return stored
            raise
        return document

    def _stored(self, device: Device, document_id: UUID) -> "Document | None":
        document = self.filter(pk=document_id).first()
        if document and document.device_id != device.pk:
            raise OwnerMismatch
        return document

    def _check_quota(self, device: Device) -> None:
        if self.filter(device=device).count() >= settings.DOCUMENTS_PER_DEVICE:
            raise QuotaExceeded


class Document(models.Model):
    """Issuer and procedure are copies, since a document outlives what it came from."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="documents", db_index=False)
    user = models.ForeignKey(ClaveUser, on_delete=models.SET_NULL, null=True, blank=True, related_name="documents")
    file_id = models.UUIDField(unique=True, default=uuid4, editable=False)
    picture_id = models.UUIDField(unique=True, null=True, editable=False)
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
        """Return an unsaved document whose cells are sealed for this id."""
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
            pages=inspection.count_pages(new.content),
            created_at=moment,
            expires_at=moment + timedelta(days=new.retention_days) if new.retention_days else None,
        )

    @property
    def file_path(self) -> str:
        return files.path_of(self.file_id)

    @property
    def file_paths(self) -> list[str]:
        """The paths of the document and of its picture."""
        return [files.path_of(file_id) for file_id in (self.file_id, self.picture_id) if file_id]

    def discard_files(self) -> None:
        for path in self.file_paths:
            files.discard(path)

    @property
    def label(self) -> str:
        """The name without ``.pdf``, as people read it."""
        return names.stem(self.name)

    @property
    def is_renamed(self) -> bool:
        return self.name != self.original_name

    @property
    def label_language(self) -> str:
        """The language of the label: the bodies' while it is theirs, unknown once somebody has chosen it."""
        return "" if self.is_renamed else settings.LANGUAGE_CODE

    @property
    def procedure_slug(self) -> str:
        """The procedure's part of ``<entity>/<procedure>``."""
        return self.procedure_code.rpartition("/")[2]

    @property
    def days_left(self) -> int | None:
        """Whole days until it is deleted; None when it does not expire."""
        return None if self.expires_at is None else max(0, (self.expires_at - timezone.now()).days)

    def read(self) -> bytes:
        """Return the PDF exactly as it was received; raises ``FileMissing`` or ``StorageFailed``."""
        return files.read(self.file_id, self.pk, self.sha256)

    def read_picture(self) -> bytes:
        """Return the first page as a picture, or ``b""`` when there is none."""
        return pictures.read(self.picture_id, self.pk)

    def record_opening(self) -> None:
        """Remember when it was first opened."""
        Document.objects.filter(pk=self.pk, opened_at=None).update(opened_at=timezone.now())

    def rename(self, label: str) -> bool:
        """Change the (tidied) label and never the file; return False when the document is gone."""
        cell = seal(label, place(Document, "name_cell", self.pk))
        return bool(Document.objects.filter(pk=self.pk).update(name_cell=cell))
