"""One citizen's run of a procedure: the durable record of its work, whose state changes by conditional updates."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Max, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accesses.models.connector_slots import call_lease
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
    """The kind of result, which its page carries as ``data-result``."""

    CONSULTATION = "consultation", _("consulta")
    DOCUMENT = "document", _("documento")
    NOTHING = "nothing", _("sin datos")
    FAILED = "failed", _("fallido")


STALLED_AFTER = timedelta(seconds=15)
"""How long work may stay in the queue after it is due before it counts as lost."""
MOST_STAGES = 8
"""How many of the body's earlier stages are kept."""
UNDER_WAY = (State.QUEUED, State.RUNNING)
UNFINISHED = (State.STARTED, *UNDER_WAY)
FINISHED = (State.DONE, State.FAILED)
ON_SCREEN = (Outcome.CONSULTATION, Outcome.NOTHING)
"""Outcomes whose content is shown on the result page itself."""


class AccessQuerySet(models.QuerySet["Access"]):
    def owned_by(self, key: bytes) -> Self:
        return self.filter(device__token_hash=key)

    def listed(self) -> Self:
        """Load what a list shows, without the cells, which may be large."""
        return self.select_related("user").defer("inputs_cell", "identity_cell", "result_cell", "detail_cell")

    def unfinished(self) -> Self:
        """Return those that can still be continued, newest first."""
        return (
            self.filter(state__in=UNFINISHED)
            .exclude(state=State.STARTED, expires_at__lte=timezone.now())
            .order_by("-created_at")
        )

    def recently_finished(self) -> Self:
        """Return those whose result can still be seen, newest first."""
        now = timezone.now()
        visible = Q(result_expires_at=None) | Q(result_expires_at__gt=now)
        return self.filter(visible, state__in=FINISHED, created_at__gt=now - timedelta(days=1)).order_by("-created_at")

    def recent_procedure_ids(self) -> list[int]:
        """Return the procedures started, without repeats, latest first; those taken off the list are left out."""
        listed = self.filter(is_recent=True).exclude(state=State.DISCARDED)
        latest = listed.values("version__procedure").annotate(latest=Max("created_at")).order_by("-latest")
        return list(latest.values_list("version__procedure", flat=True))

    def forget_recent(self, procedure: Procedure) -> int:
        """Take a procedure off the list of recent ones until it is started again; return the number of accesses."""
        return self.filter(version__procedure=procedure, is_recent=True).update(is_recent=False)

    def stalled(self) -> Self:
        """Return work that is due and has no worker: the worker died, or its task never arrived."""
        now = timezone.now()
        not_started = Q(state=State.QUEUED, run_after__lte=now - STALLED_AFTER)
        return self.filter(not_started | Q(state=State.RUNNING, lease_until__lte=now))

    def start(
        self, access_id: UUID, device: Device, version: ProcedureVersion, inputs: dict[str, Any]
    ) -> "Access | None":
        """Create the access of a start form, or return the existing one when the form is submitted again.

        A repeated submission replaces the inputs until the person is identified. Return None when the id belongs to
        another device or version.
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
            existing = self.filter(pk=access_id, device=device, version=version)
            existing.filter(state=State.STARTED).update(inputs_cell=cell)
            return existing.first()
        return access

    def lease(self, pk: UUID) -> "Access | None":
        """Take the exclusive right to run an access; return None when it is not due or another worker holds it."""
        now = timezone.now()
        due = Q(state=State.QUEUED, run_after__lte=now) | Q(state=State.RUNNING, lease_until__lte=now)
        until = now + timedelta(seconds=settings.LEASE_SECONDS)
        won = self.filter(due, pk=pk).update(state=State.RUNNING, lease_token=uuid4(), lease_until=until)
        leased = self.select_related("version__procedure__entity", "device", "user")
        return leased.filter(pk=pk, device__erased_at=None).first() if won else None

    def reclaim(self, pk: UUID) -> bool:
        """Put stalled work back in the queue; return False when another caller has, or it is not stalled."""
        stalled = self.stalled().filter(pk=pk)
        return bool(stalled.update(state=State.QUEUED, run_after=timezone.now(), lease_token=None, lease_until=None))


class Access(models.Model):
    """One run of a procedure, from its required data to its result.

    ``id`` comes from the start form, so that a double tap creates one access.
    """

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
    stages_done: models.JSONField[Any, Any] = models.JSONField(
        default=list, db_default=Value([], output_field=models.JSONField())
    )
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
            models.Index(fields=["expires_at"], condition=Q(state="started"), name="accesses_to_expire"),
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
        """What Cl@ve validates an identity for: this access and no other."""
        return f"access:{self.pk}"

    @property
    def identity(self) -> Identity:
        return Identity.from_mapping(self.identity_content)

    @property
    def has_expired(self) -> bool:
        return self.state == State.EXPIRED or (self.state == State.STARTED and self.expires_at <= timezone.now())

    @property
    def is_stalled(self) -> bool:
        """Whether ``AccessQuerySet.stalled`` would include this row as it was read."""
        now = timezone.now()
        if self.state == State.QUEUED:
            return self.run_after is not None and self.run_after <= now - STALLED_AFTER
        return self.state == State.RUNNING and self.lease_until is not None and self.lease_until <= now

    @property
    def result_has_expired(self) -> bool:
        """Whether the body's data are deleted, because they were shown long enough or never fetched."""
        if self.outcome not in ON_SCREEN:
            return False
        return not self.result_cell or bool(self.result_expires_at and self.result_expires_at <= timezone.now())

    def stages_done_before(self, stage: str) -> list[str]:
        """Return the body's earlier stages, oldest first, once it is at ``stage``: the latest few, each once."""
        seen = [*self.stages_done, self.stage]
        return [earlier for earlier in dict.fromkeys(seen) if earlier and earlier != stage][-MOST_STAGES:]

    def is_first_result(self) -> bool:
        """Whether nothing else that was asked for on this device has brought a result."""
        return not Access.objects.filter(device=self.device_id, state=State.DONE).exclude(pk=self.pk).exists()

    # --- Transitions: each is a conditional update and returns whether it won ----------------------------------------

    def _unidentified(self) -> "AccessQuerySet":
        return Access.objects.filter(pk=self.pk, state=State.STARTED)

    def choose_user(self, user: ClaveUser | None) -> bool:
        return bool(self._unidentified().update(user=user))

    def queue(self, identity: Identity) -> bool:
        """Put the access in the queue, now that the identity is proved."""
        now = timezone.now()
        cell = seal_mapping(identity.as_mapping(), place(self, "identity_cell", self.pk))
        changes = {"state": State.QUEUED, "identity_cell": cell, "queued_at": now, "run_after": now}
        return bool(self._unidentified().update(**changes))

    def discard(self) -> bool:
        """Give up the access before its person is identified, and delete the inputs."""
        return bool(self._unidentified().update(state=State.DISCARDED, inputs_cell=b""))

    def _leased(self) -> "AccessQuerySet":
        return Access.objects.filter(pk=self.pk, state=State.RUNNING, lease_token=self.lease_token)

    def mark_sending(self, total_seconds: float | None = None) -> bool:
        """Record, before calling the body, that it may have been called; extend the lease to cover the call."""
        now = timezone.now()
        changes = {"sent_at": now, "attempts": F("attempts") + 1, "lease_until": now + call_lease(total_seconds)}
        return bool(self._leased().update(**changes))

    def requeue(self, run_after: datetime, **changes: Any) -> bool:
        """Give up the lease and put the work back in the queue."""
        changes |= {"state": State.QUEUED, "run_after": run_after, "lease_token": None, "lease_until": None}
        return bool(self._leased().update(**changes))

    def finish(self, outcome: Outcome, **changes: Any) -> bool:
        return self._end(State.DONE, outcome=outcome, progress=100, **changes)

    def fail(self, failure: str, detail: str = "") -> bool:
        """End without a result; ``detail`` is the body's message to the person."""
        cell = seal(detail, place(self, "detail_cell", self.pk)) if detail else b""
        return self._end(State.FAILED, outcome=Outcome.FAILED, failure=failure, detail_cell=cell)

    def _end(self, state: State, **changes: Any) -> bool:
        """End the run, and delete the proof of identity."""
        changes |= {"state": state, "identity_cell": b"", "status_url": "", "finished_at": timezone.now()}
        return bool(self._leased().update(**changes))

    def seal_result(self, content: dict[str, Any]) -> bytes:
        return seal_mapping(content, place(self, "result_cell", self.pk))

    def start_result_lifetime(self) -> None:
        """Start the clock for deleting the data, the first time that a result shows them."""
        if self.result_expires_at is None and self.outcome in ON_SCREEN:
            self.result_expires_at = timezone.now() + settings.RESULT_LIFETIME
            unset = Access.objects.filter(pk=self.pk, result_expires_at=None)
            if not unset.update(result_expires_at=self.result_expires_at):
                self.refresh_from_db(fields=["result_expires_at"])
