"""Questions that citizens send, sealed, and the progress of their answers."""

from datetime import timedelta
from typing import Self
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.references import new_reference
from foundation.vault import SealedText, place, seal
from guides.models.public_questions import PublicQuestion

CONFIRMED_WITHIN = timedelta(hours=6)
"""How long a failed confirmation is retried."""
REFERENCE_ATTEMPTS = 5
SENT_WITHIN = timedelta(minutes=15)
"""How long one worker has the right to send an answer; after that it is taken to have died."""


class NoReference(Exception):
    """Every reference drawn was already in use."""


class CitizenQuestionQuerySet(models.QuerySet["CitizenQuestion"]):
    def ask(self, pk: UUID, *, topic: str, language: str, email: str, text: str) -> tuple["CitizenQuestion", bool]:
        """Store the question of one form, once; return it and whether it is new. Raises ``NoReference``."""
        for _attempt in range(REFERENCE_ATTEMPTS):
            question = CitizenQuestion(
                id=pk,
                topic=topic,
                language=language,
                email_cell=seal(email, place(CitizenQuestion, "email_cell", pk)),
                text_cell=seal(text, place(CitizenQuestion, "text_cell", pk)),
            )
            try:
                with transaction.atomic():
                    question.save(force_insert=True)
            except IntegrityError:  # a parallel request stored it, or the reference is in use
                if stored := self.filter(pk=pk).first():
                    return stored, False
                continue
            return question, True
        raise NoReference

    def unconfirmed(self) -> Self:
        """Select those still to be confirmed and recent enough to retry."""
        return self.filter(confirmed_at=None, created_at__gt=timezone.now() - CONFIRMED_WITHIN)

    def to_send(self) -> Self:
        """Select those whose answer is written and which no live worker is sending."""
        unclaimed = Q(sending_at=None) | Q(sending_at__lte=timezone.now() - SENT_WITHIN)
        return self.filter(unclaimed, state=CitizenQuestion.State.ANSWERING)

    def past_retention(self) -> Self:
        return self.filter(created_at__lte=timezone.now() - timedelta(days=settings.QUESTIONS_KEPT_DAYS))


class CitizenQuestion(models.Model):
    """A question that somebody sent; address and text are sealed, and no other column says who it was."""

    class Topic(models.TextChoices):
        CLAVE = "clave", _("Cl@ve, el PIN o la APP")
        SMS = "sms", _("El SMS no llega")
        PROCEDURE = "procedure", _("Un trámite o un organismo")
        DOCUMENT = "document", _("Un documento")
        ACCESSIBILITY = "accessibility", _("Accesibilidad")
        PRIVACY = "privacy", _("Mis datos y mi privacidad")
        OTHER = "other", _("Otra cosa de este portal")

    class State(models.TextChoices):
        NEW = "new", _("nueva")
        ANSWERING = "answering", _("respuesta por enviar")
        ANSWERED = "answered", _("respondida")
        CLOSED = "closed", _("cerrada")

    class Reason(models.TextChoices):
        """Why a question was closed without an answer: choices, so that no free text about it is stored in clear."""

        REPEATED = "repeated", _("Ya la ha enviado antes")
        SPAM = "spam", _("No es una pregunta: publicidad o ruido")
        ELSEWHERE = "elsewhere", _("Se ha atendido por otro camino")
        UNREACHABLE = "unreachable", _("Su correo no admite respuestas")
        UNREADABLE = "unreadable", _("No se puede leer")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(_("referencia"), max_length=9, unique=True, default=new_reference, editable=False)
    topic = models.CharField(_("tema"), max_length=16, choices=Topic.choices)
    language = models.CharField(_("idioma"), max_length=16)
    email_cell = models.BinaryField()
    text_cell = models.BinaryField()
    state = models.CharField(_("estado"), max_length=9, choices=State.choices, default=State.NEW)
    created_at = models.DateTimeField(_("recibida"), default=timezone.now, db_index=True)
    confirmed_at = models.DateTimeField(_("confirmada"), null=True, blank=True)
    answer_cell = models.BinaryField(default=bytes)
    handled_by = models.CharField(_("atendida por"), max_length=150, blank=True, default="")
    handled_at = models.DateTimeField(_("atendida"), null=True, blank=True)
    sending_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(_("respuesta enviada"), null=True, blank=True)
    reason = models.CharField(_("motivo"), max_length=11, choices=Reason.choices, blank=True, default="")
    public_question = models.ForeignKey(
        PublicQuestion,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="came_from",
        verbose_name=_("pregunta con respuesta"),
    )

    email = SealedText("email_cell")
    text = SealedText("text_cell")
    answer = SealedText("answer_cell")

    objects = CitizenQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("pregunta recibida")
        verbose_name_plural = _("preguntas recibidas")

    def __str__(self) -> str:
        return self.reference

    def claim_confirmation(self) -> bool:
        """Claim the confirmation; return False when another caller has won."""
        unconfirmed = CitizenQuestion.objects.filter(pk=self.pk, confirmed_at=None)
        return bool(unconfirmed.update(confirmed_at=timezone.now()))

    def release_confirmation(self) -> None:
        """Release the claim after a failure, so that the confirmation is retried."""
        CitizenQuestion.objects.filter(pk=self.pk).update(confirmed_at=None)

    def write_answer(self, text: str, by: str) -> bool:
        """Store the sealed answer for sending; return False when it was answered or closed before."""
        cell = seal(text, place(self, "answer_cell", self.pk))
        new = CitizenQuestion.objects.filter(pk=self.pk, state=self.State.NEW)
        changes = {"answer_cell": cell, "handled_by": by, "handled_at": timezone.now()}
        return bool(new.update(state=self.State.ANSWERING, **changes))

    def close(self, reason: str, by: str) -> bool:
        """Close it without an answer, or with one that cannot be sent; return False when another caller has won."""
        unanswered = CitizenQuestion.objects.filter(
            Q(state=self.State.NEW) | Q(state=self.State.ANSWERING, sending_at=None), pk=self.pk
        )
        moment = timezone.now()
        return bool(unanswered.update(state=self.State.CLOSED, reason=reason, handled_by=by, handled_at=moment))

    def claim_sending(self) -> bool:
        """Claim the answer for sending; return False when another worker has it or it was sent."""
        return bool(CitizenQuestion.objects.to_send().filter(pk=self.pk).update(sending_at=timezone.now()))

    def mark_sent(self) -> None:
        """Record that the mail server accepted the answer."""
        claimed = CitizenQuestion.objects.filter(pk=self.pk, state=self.State.ANSWERING)
        claimed.update(state=self.State.ANSWERED, sent_at=timezone.now(), sending_at=None)

    def release_sending(self) -> None:
        """Release the claim after a failure, so that the answer is retried."""
        CitizenQuestion.objects.filter(pk=self.pk, state=self.State.ANSWERING).update(sending_at=None)
