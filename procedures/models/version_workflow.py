"""The workflow of a version: draft, in review, approved, published, retired; each transition is won by one person.

An editor submits (``change_procedureversion``); a second person approves or sends back (``approve_procedureversion``);
publishing, scheduling and retiring need ``publish_procedureversion``. Texts change in drafts only.
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
    """Only drafts change: somebody has reviewed a submitted version, and people have used a published one."""


class SelfApproval(ValidationError):
    """A version must not be approved by its authors or by whoever submitted it."""


class VersionWorkflow(Revisioned):
    """The state of a version, and who has moved it there."""

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
        if not self._state.adding and not self._in_state(VersionState.DRAFT).exists():
            raise PublishedVersionIsImmutable(
                _("Solo cambia un borrador: crea una versión nueva, o pide que la devuelvan")
            )
        super().save(*args, **options)

    @property
    def is_draft(self) -> bool:
        return self.state == VersionState.DRAFT

    @property
    def is_fixed(self) -> bool:
        """Whether it was ever published, after which only its state and its end may change."""
        return self.published_at is not None

    @property
    def is_approved(self) -> bool:
        return self.state == VersionState.APPROVED

    def check_complete(self) -> None:
        """Raise ``ValidationError`` with a sentence for each thing missing or wrong that citizens would meet."""
        raise NotImplementedError

    def check_connector_host(self) -> None:
        """Raise ``ValidationError`` when the connector's host resolves to a private network now.

        It looks up names, so it must not be called in a transaction.
        """
        raise NotImplementedError

    def siblings(self) -> "models.QuerySet[Any]":
        """Return the versions of the same procedure, including this one."""
        raise NotImplementedError

    def submit(self, user: AbstractBaseUser) -> bool:
        """Send this draft to review; return False when it has been changed or submitted meanwhile.

        Raises ``ValidationError`` with sentences when something is missing.
        """
        self.check_connector_host()
        with transaction.atomic():
            changes = {"submitted_by": user, "submitted_at": timezone.now(), "review_note": ""}
            if not self._move(self._unchanged_in(VersionState.DRAFT), VersionState.IN_REVIEW, **changes):
                return False
            self.check_complete()
        self.refresh_from_db()
        return True

    def send_back(self, note: str) -> bool:
        """Return it to draft with a note; return False when it is neither in review nor approved."""
        waiting = self._in_state(VersionState.IN_REVIEW, VersionState.APPROVED)
        cleared: dict[str, Any] = dict.fromkeys(
            ("submitted_by", "submitted_at", "approved_by", "approved_at", "publish_at", "retire_at")
        )
        return self._refresh_if(self._move(waiting, VersionState.DRAFT, review_note=note, **cleared))

    def may_be_approved_by(self, user: AbstractBaseUser) -> bool:
        """Whether others wrote and submitted it."""
        return self.submitted_by_id != user.pk and not self.authors.filter(pk=user.pk).exists()

    def approve(self, user: AbstractBaseUser) -> bool:
        """Approve it as it was read; return False when it is no longer in review, or has changed since.

        Raises ``SelfApproval`` for its authors and for whoever submitted it, superusers included.
        """
        if not self.may_be_approved_by(user):
            raise SelfApproval(_("Otra persona tiene que aprobarla: la has escrito o enviado tú"))
        others = self._unchanged_in(VersionState.IN_REVIEW).exclude(submitted_by=user).exclude(authors=user)
        changes = {"approved_by": user, "approved_at": timezone.now()}
        return self._refresh_if(self._move(others, VersionState.APPROVED, **changes))

    def schedule(self, publish_at: datetime | None, retire_at: datetime | None) -> bool:
        """Set or clear the dates of publication and retirement; return False unless it is approved or published.

        ``publish_at`` is ignored for a published version. Raises ``ValidationError`` for a date in the past, or a
        retirement before the publication.
        """
        if errors := _date_errors(None if self.is_fixed else publish_at, retire_at):
            raise ValidationError(errors)
        dates = {"retire_at": retire_at, "revision": F("revision") + 1}
        approved = self._in_state(VersionState.APPROVED).update(publish_at=publish_at, **dates)
        return self._refresh_if(approved or self._in_state(VersionState.PUBLISHED).update(**dates))

    def publish(self) -> None:
        """Replace the published version by this draft or approved one, as loading the catalogue's files does.

        Raises ``ValidationError`` as ``check_complete`` does, and ``PublishedVersionIsImmutable`` when it is in review
        or was published before.
        """
        self._replace_published(VersionState.DRAFT, VersionState.APPROVED)

    def publish_approved(self) -> bool:
        """Replace the published version by this one; return False when it is not approved, or another has won.

        Raises ``ValidationError`` when time has made it invalid: a year, say, that can no longer be chosen.
        """
        self.check_connector_host()
        try:
            self._replace_published(VersionState.APPROVED)
        except (PublishedVersionIsImmutable, IntegrityError):
            return False
        return True

    def retire(self) -> bool:
        """Retire it without a replacement; return False when it is not published."""
        with transaction.atomic():
            won = self._move(self._in_state(VersionState.PUBLISHED), VersionState.RETIRED)
            if won:
                CatalogueStamp.bump()
        return self._refresh_if(won)

    def _replace_published(self, *states: VersionState) -> None:
        self.check_complete()
        now = timezone.now()
        with transaction.atomic():
            self.siblings().filter(state=VersionState.PUBLISHED).exclude(pk=self.pk).update(
                state=VersionState.RETIRED, revision=F("revision") + 1
            )
            if not self._move(self._in_state(*states), VersionState.PUBLISHED, published_at=now):
                raise PublishedVersionIsImmutable(_("Una versión publicada no cambia: crea una versión nueva"))
            CatalogueStamp.bump()
        self.state, self.published_at = VersionState.PUBLISHED, now

    def _in_state(self, *states: VersionState) -> "models.QuerySet[Any]":
        return type(self)._default_manager.filter(pk=self.pk, state__in=states)

    def _unchanged_in(self, state: VersionState) -> "models.QuerySet[Any]":
        return self._in_state(state).filter(revision=self.revision)

    def _move(self, rows: "models.QuerySet[Any]", state: VersionState, **changes: Any) -> bool:
        return bool(rows.update(state=state, revision=F("revision") + 1, **changes))

    def _refresh_if(self, won: bool | int) -> bool:
        if won:
            self.refresh_from_db()
        return bool(won)


def publish_due() -> Q:
    return Q(state=VersionState.APPROVED, publish_at__lte=timezone.now())


def retire_due() -> Q:
    return Q(state=VersionState.PUBLISHED, retire_at__lte=timezone.now())


def _date_errors(publish_at: datetime | None, retire_at: datetime | None) -> dict[str, str]:
    dates = {"publish_at": publish_at, "retire_at": retire_at}
    past = str(_("Esa fecha ya ha pasado"))
    errors = {name: past for name, date in dates.items() if date and date <= timezone.now()}
    if not errors and publish_at and retire_at and retire_at <= publish_at:
        errors["retire_at"] = str(_("Se retiraría antes de publicarse"))
    return errors
