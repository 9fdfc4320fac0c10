"""One citizen's run of a procedure: the durable record of its work, moved by conditional updates."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accesses.models.connector_slots import longest_turn
from accounts.models import ClaveUser, Device
from clave.identity import Identity
from documents.models import Document
from foundation.references import new_reference
from foundation.vault import SealedMapping, SealedText, place, seal, seal_mapping
from procedures.models.catalogue import Procedure
from procedures.models.versions import ProcedureVersion


class State(models.TextChoices):
    STARTED = "started", _("sin identificar")
    QUEUED = "queued", _("en cola")
    RUNNING = "running", _("en marcha")
    DONE = "done", _("terminado")
    FAILED = "failed", _("fallido")
    EXPIRED = "expired", _("caducado")
    DISCARDED = "discarded", _("descartado")


class Outcome(models.TextChoices):
    """What a result is: ``data-result`` of its page."""

    CONSULTATION = "consultation", _("consulta")
    DOCUMENT = "document", _("documento")
    NOTHING = "nothing", _("sin datos")
    FAILED = "failed", _("fallido")


STALLED_AFTER = timedelta(seconds=15)
"""How long queued work may be due without a worker having come for it."""
UNDER_WAY = (State.QUEUED, State.RUNNING)
UNFINISHED = (State.STARTED, *UNDER_WAY)
FINISHED = (State.DONE, State.FAILED)
ON_SCREEN = (Outcome.CONSULTATION, Outcome.NOTHING)
"""Results whose content stands on the page itself."""


class AccessQuerySet(models.QuerySet["Access"]):
    def owned_by(self, key: bytes) -> Self:
        return self.filter(device__token_hash=key)

    def listed(self) -> Self:
        """With what a list shows, and without the cells, which may be large."""
        return self.select_related("user").defer("inputs_cell", "identity_cell", "result_cell", "detail_cell")

    def unfinished(self) -> Self:
        """Those that a person can go on with, the latest first."""
        return (
            self.filter(state__in=UNFINISHED)
            .exclude(state=State.STARTED, expires_at__lte=timezone.now())
            .order_by("-created_at")
        )

    def recently_finished(self) -> Self:
        """Those whose result can still be seen, the latest first."""
        moment = timezone.now()
        shown = Q(result_expires_at=None) | Q(result_expires_at__gt=moment)
        return self.filter(shown, state__in=FINISHED, created_at__gt=moment - timedelta(days=1)).order_by("-created_at")

    def recent_procedures(self) -> list[int]:
        """The keys of the procedures that were begun, each once, the latest first; none that was taken off the list."""
        shown = self.filter(is_recent=True).exclude(state=State.DISCARDED)
        latest = shown.values("version__procedure").annotate(latest=Max("created_at")).order_by("-latest")
        return list(latest.values_list("version__procedure", flat=True))

    def forget_recent(self, procedure: Procedure) -> int:
        """Take a procedure off the list of those used lately, until it is begun again."""
        return self.filter(version__procedure=procedure, is_recent=True).update(is_recent=False)

    def stalled(self) -> Self:
        """Work that nobody is at although it is time: its worker died, or its task never came."""
        moment = timezone.now()
        waiting = Q(state=State.QUEUED, run_after__lte=moment - STALLED_AFTER)
        return self.filter(waiting | Q(state=State.RUNNING, lease_until__lte=moment))

    def start(
        self, access_id: UUID, device: Device, version: ProcedureVersion, inputs: dict[str, Any]
    ) -> "Access | None":
        """The access that a start form makes; sent twice it is the same one, with the latest inputs until identified.

        None when the id belongs to another device or procedure.
        """
        cell = seal_mapping(inputs, place(Access, "inputs_cell", access_id))
        access = Access(
            id=access_id,
            device=device,
            version=version,
            inputs_cell=cell,
            expires_at=timezone.now() + settings.ACCESS_LIFETIME,
        )
        try:
            with transaction.atomic():
                access.save(force_insert=True)
        except IntegrityError:
            mine = self.filter(pk=access_id, device=device, version=version)
            mine.filter(state=State.STARTED).update(inputs_cell=cell)
            return mine.first()
        return access

    def lease(self, pk: UUID) -> "Access | None":
        """Take the only right to work on an access that is due; None when it is not, or somebody has it."""
        moment, token = timezone.now(), uuid4()
        due = Q(state=State.QUEUED, run_after__lte=moment) | Q(state=State.RUNNING, lease_until__lte=moment)
        won = self.filter(due, pk=pk).update(
            state=State.RUNNING,
            lease_token=token,
            lease_until=moment + timedelta(seconds=settings.LEASE_SECONDS),
        )
        leased = self.select_related("version__procedure__entity", "device", "user")
        return leased.filter(pk=pk, device__erased_at=None).first() if won else None

    def reclaim(self, pk: UUID) -> bool:
        """Put lost work back in the queue; one caller wins, and until it is lost again nobody else does."""
        now = timezone.now()
        lost = self.stalled().filter(pk=pk)
        return bool(lost.update(state=State.QUEUED, run_after=now, lease_token=None, lease_until=None))


class Access(models.Model):
    """From required data to result. ``id`` comes from the start form, so that a double tap makes one."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT)
    user = models.ForeignKey(ClaveUser, on_delete=models.SET_NULL, null=True, blank=True)
    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    state = models.CharField(max_length=10, choices=State.choices, default=State.STARTED)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True, default="")
    failure = models.CharField(max_length=20, blank=True, default="")
    inputs_cell = models.BinaryField(default=bytes)
    identity_cell = models.BinaryField(default=bytes)
    result_cell = models.BinaryField(default=bytes)
    detail_cell = models.BinaryField(default=bytes)
    document = models.ForeignKey(Document, on_delete=models.SET_NULL, null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    run_after = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    status_url = models.CharField(max_length=500, blank=True, default="")
    progress = models.PositiveSmallIntegerField(default=0)
    stage = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    queued_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    result_expires_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    is_recent = models.BooleanField(default=True)

    inputs = SealedMapping("inputs_cell")
    identity_content = SealedMapping("identity_cell")
    result = SealedMapping("result_cell")
    detail = SealedText("detail_cell")

    objects = AccessQuerySet.as_manager()

    class Meta:
        permissions = [("look_up_access", _("Buscar un acceso por su referencia"))]
        verbose_name = _("acceso")
        verbose_name_plural = _("accesos")
        indexes = [
            models.Index(fields=["device", "-created_at"], name="accesses_of_a_device"),
            models.Index(fields=["expires_at"], condition=Q(state="started"), name="accesses_left"),
            models.Index(fields=["run_after"], condition=Q(state__in=("queued", "running")), name="accesses_under_way"),
            models.Index(fields=["version", "-finished_at"], condition=Q(state="done"), name="accesses_measured"),
            models.Index(fields=["result_expires_at"], condition=~Q(result_expires_at=None), name="results_shown"),
            models.Index(fields=["created_at"], name="accesses_by_day"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="accesses_finished"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def purpose(self) -> str:
        """What an identity is validated for: this access and no other."""
        return f"access:{self.pk}"

    @property
    def identity(self) -> Identity:
        return Identity.from_mapping(self.identity_content)

    @property
    def has_expired(self) -> bool:
        return self.state == State.EXPIRED or (self.state == State.STARTED and self.expires_at <= timezone.now())

    @property
    def is_stalled(self) -> bool:
        """The same as ``lost()``, of this row as it was read."""
        moment = timezone.now()
        if self.state == State.QUEUED:
            return self.run_after is not None and self.run_after <= moment - STALLED_AFTER
        return self.state == State.RUNNING and self.lease_until is not None and self.lease_until <= moment

    @property
    def result_is_gone(self) -> bool:
        """Whether what the body said is deleted, as it was shown long enough or never fetched."""
        if self.outcome not in ON_SCREEN:
            return False
        return not self.result_cell or bool(self.result_expires_at and self.result_expires_at <= timezone.now())

    # --- How it moves: each is a conditional update that tells whether it won ----------------------------------------

    def choose_user(self, user: ClaveUser | None) -> bool:
        return bool(Access.objects.filter(pk=self.pk, state=State.STARTED).update(user=user))

    def queue(self, identity: Identity) -> bool:
        """The identity is proved: the work may begin."""
        moment = timezone.now()
        cell = seal_mapping(identity.as_mapping(), place(self, "identity_cell", self.pk))
        return bool(
            Access.objects.filter(pk=self.pk, state=State.STARTED).update(
                state=State.QUEUED, identity_cell=cell, queued_at=moment, run_after=moment
            )
        )

    def discard(self) -> bool:
        """Give it up before it was identified; nothing of it is kept."""
        return bool(
            Access.objects.filter(pk=self.pk, state=State.STARTED).update(state=State.DISCARDED, inputs_cell=b"")
        )

    def _leased(self) -> "AccessQuerySet":
        return Access.objects.filter(pk=self.pk, state=State.RUNNING, lease_token=self.lease_token)

    def mark_sending(self, total_seconds: float | None = None) -> bool:
        """Remember, before the body is called, that it may have been; the call may last so long."""
        moment = timezone.now()
        until = moment + longest_turn(total_seconds)
        changes = {"sent_at": moment, "attempts": F("attempts") + 1, "lease_until": until}
        return bool(self._leased().update(**changes))

    def requeue(self, moment: datetime, **changes: Any) -> bool:
        """Put the work back in the queue until ``moment``."""
        return bool(
            self._leased().update(state=State.QUEUED, run_after=moment, lease_token=None, lease_until=None, **changes)
        )

    def finish(self, outcome: Outcome, **changes: Any) -> bool:
        """The result is there; what proved the identity is forgotten."""
        return bool(
            self._leased().update(
                state=State.DONE,
                outcome=outcome,
                identity_cell=b"",
                status_url="",
                progress=100,
                finished_at=timezone.now(),
                **changes,
            )
        )

    def fail(self, failure: str, detail: str = "") -> bool:
        """It could not be done, and why; ``detail`` is what the body says to the person."""
        return bool(
            self._leased().update(
                state=State.FAILED,
                outcome=Outcome.FAILED,
                failure=failure,
                detail_cell=seal(detail, place(self, "detail_cell", self.pk)) if detail else b"",
                identity_cell=b"",
                status_url="",
                finished_at=timezone.now(),
            )
        )

    def seal_result(self, content: dict[str, Any]) -> bytes:
        return seal_mapping(content, place(self, "result_cell", self.pk))

    def was_shown(self) -> None:
        """Start the time after which what is on the screen is deleted, the first time that it is shown."""
        if self.result_expires_at is None and self.outcome in ON_SCREEN:
            self.result_expires_at = timezone.now() + settings.RESULT_LIFETIME
            mine = Access.objects.filter(pk=self.pk, result_expires_at=None)
            if not mine.update(result_expires_at=self.result_expires_at):
                self.refresh_from_db(fields=["result_expires_at"])
