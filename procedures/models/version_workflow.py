"""The life of a version: draft, in review, approved, published, retired; each step is one person's to win.

An editor submits (``change_procedureversion``); a second person approves or sends back (``approve_procedureversion``);
publishing, a date for it and retiring need ``publish_procedureversion``. Texts change in a draft only.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.models import Revisioned
from procedures.models.stamps import CatalogueStamp


class VersionState(models.TextChoices):
    DRAFT = "draft", _("borrador")
    IN_REVIEW = "in_review", _("en revisión")
    APPROVED = "approved", _("aprobada")
    PUBLISHED = "published", _("publicada")
    RETIRED = "retired", _("retirada")


class PublishedVersionIsImmutable(ValidationError):
    """A version that was sent to review is what somebody has read, a published one what people have used: it changes
    no more, unless it is sent back."""


class OwnWork(ValidationError):
    """Whoever wrote or submitted a version cannot approve it."""


class VersionWorkflow(Revisioned):
    """The state of a version, and who brought it there."""

    state = models.CharField(_("estado"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    authors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    submitted_at = models.DateTimeField(_("enviada a revisión"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    approved_at = models.DateTimeField(_("aprobada"), null=True, blank=True, editable=False)
    review_note = models.TextField(_("por qué se devolvió"), blank=True, default="", editable=False)
    publish_at = models.DateTimeField(_("publicar el"), null=True, blank=True)
    retire_at = models.DateTimeField(_("retirar el"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding and not self._in(VersionState.DRAFT).exists():
            raise PublishedVersionIsImmutable(
                _("Solo cambia un borrador: crea una versión nueva, o pide que la devuelvan")
            )
        super().save(*args, **options)

    @property
    def is_draft(self) -> bool:
        """Whether its texts may change."""
        return self.state == VersionState.DRAFT

    @property
    def is_fixed(self) -> bool:
        """Whether it was published: then only its state may still change."""
        return self.published_at is not None

    @property
    def is_approved(self) -> bool:
        return self.state == VersionState.APPROVED

    def check_complete(self) -> None:
        """Raise ``ValidationError`` with a sentence for each thing that a citizen could stumble over."""
        raise NotImplementedError

    def check_connector_host(self) -> None:
        """Raise ``ValidationError`` when the connector's host leads into a private network now.

        Looks names up, so never inside a transaction.
        """
        raise NotImplementedError

    def siblings(self) -> "models.QuerySet[Any]":
        """The versions of the same procedure, this one among them."""
        raise NotImplementedError

    def submit(self, user: AbstractBaseUser) -> bool:
        """Have a second person look at this draft; False when it was changed or submitted meanwhile.

        Raises ``ValidationError`` with sentences while something is missing.
        """
        self.check_connector_host()
        with transaction.atomic():
            changes = {"submitted_by": user, "submitted_at": timezone.now(), "review_note": ""}
            if not self._move(self._as_read(VersionState.DRAFT), VersionState.IN_REVIEW, **changes):
                return False
            self.check_complete()
        self.refresh_from_db()
        return True

    def send_back(self, note: str) -> bool:
        """Make it a draft again, with what has to be mended; False when it is neither in review nor approved."""
        waiting = self._in(VersionState.IN_REVIEW, VersionState.APPROVED)
        nobody: dict[str, Any] = dict.fromkeys(
            ("submitted_by", "submitted_at", "approved_by", "approved_at", "publish_at", "retire_at")
        )
        return self._moved(self._move(waiting, VersionState.DRAFT, review_note=note, **nobody))

    def may_be_approved_by(self, user: AbstractBaseUser) -> bool:
        """Whether somebody else wrote and submitted it."""
        return self.submitted_by_id != user.pk and not self.authors.filter(pk=user.pk).exists()

    def approve(self, user: AbstractBaseUser) -> bool:
        """Find it good, as it was read; False when it is in review no more, or was changed since.

        Raises ``OwnWork`` for whoever wrote or submitted it, a superuser too.
        """
        if not self.may_be_approved_by(user):
            raise OwnWork(_("Otra persona tiene que aprobarla: la has escrito o enviado tú"))
        others = self._as_read(VersionState.IN_REVIEW).exclude(submitted_by=user).exclude(authors=user)
        changes = {"approved_by": user, "approved_at": timezone.now()}
        return self._moved(self._move(others, VersionState.APPROVED, **changes))

    def schedule(self, publish_at: datetime | None, retire_at: datetime | None) -> bool:
        """Say when it is published and retired, or (None) that nobody has said; False unless approved or published.

        ``publish_at`` is of no account for a published one. Raises ``ValidationError`` for a date that has passed, or
        an end before the beginning.
        """
        wrong = _wrong_dates(None if self.is_fixed else publish_at, retire_at)
        if wrong:
            raise ValidationError(wrong)
        approved = self._in(VersionState.APPROVED).update(
            publish_at=publish_at, retire_at=retire_at, revision=F("revision") + 1
        )
        published = self._in(VersionState.PUBLISHED)
        return self._moved(approved or published.update(retire_at=retire_at, revision=F("revision") + 1))

    def publish(self) -> None:
        """Put this draft or approved version in the place of the one published until now, as the catalogue's files do.

        Raises ``ValidationError`` with sentences when a citizen could stumble over it, and
        ``PublishedVersionIsImmutable`` when it was published before or is in review.
        """
        self._put_in_place(VersionState.DRAFT, VersionState.APPROVED)

    def publish_approved(self) -> bool:
        """The same, for an approved version only: False when it is that no more, or another won.

        Raises ``ValidationError`` when time has made it wrong, as a year that cannot be chosen any more.
        """
        self.check_connector_host()
        try:
            self._put_in_place(VersionState.APPROVED)
        except (PublishedVersionIsImmutable, IntegrityError):
            return False
        return True

    def retire(self) -> bool:
        """Take it away with nothing in its place; False when it is not published."""
        with transaction.atomic():
            won = self._move(self._in(VersionState.PUBLISHED), VersionState.RETIRED)
            if won:
                CatalogueStamp.bump()
        return self._moved(won)

    def _put_in_place(self, *states: VersionState) -> None:
        self.check_complete()
        moment = timezone.now()
        with transaction.atomic():
            self.siblings().filter(state=VersionState.PUBLISHED).exclude(pk=self.pk).update(
                state=VersionState.RETIRED, revision=F("revision") + 1
            )
            if not self._move(self._in(*states), VersionState.PUBLISHED, published_at=moment):
                raise PublishedVersionIsImmutable(_("Una versión publicada no cambia: crea una versión nueva"))
            CatalogueStamp.bump()
        self.state, self.published_at = VersionState.PUBLISHED, moment

    def _in(self, *states: VersionState) -> "models.QuerySet[Any]":
        return type(self)._default_manager.filter(pk=self.pk, state__in=states)

    def _as_read(self, state: VersionState) -> "models.QuerySet[Any]":
        return self._in(state).filter(revision=self.revision)

    def _move(self, rows: "models.QuerySet[Any]", state: VersionState, **changes: Any) -> bool:
        return bool(rows.update(state=state, revision=F("revision") + 1, **changes))

    def _moved(self, won: bool | int) -> bool:
        if won:
            self.refresh_from_db()
        return bool(won)


def due_to_be_published() -> Q:
    return Q(state=VersionState.APPROVED, publish_at__lte=timezone.now())


def due_to_be_retired() -> Q:
    return Q(state=VersionState.PUBLISHED, retire_at__lte=timezone.now())


def _wrong_dates(publish_at: datetime | None, retire_at: datetime | None) -> dict[str, str]:
    moment = timezone.now()
    wrong = {
        name: str(_("Esa fecha ya ha pasado"))
        for name, date in (("publish_at", publish_at), ("retire_at", retire_at))
        if date and date <= moment
    }
    if not wrong and publish_at and retire_at and retire_at <= publish_at:
        wrong["retire_at"] = str(_("Se retiraría antes de publicarse"))
    return wrong
