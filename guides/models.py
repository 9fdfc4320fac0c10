"""Questions: the public ones with their answers, and those that citizens send, sealed."""

from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.references import new_reference
from foundation.vault import SealedText, place, seal
from guides.answers import complaints_about

CONFIRMED_WITHIN = timedelta(hours=6)
"""How long a confirmation that could not be sent is tried again."""
TRIES_AT_A_REFERENCE = 5
SENT_WITHIN = timedelta(minutes=15)
"""After so long, who was sending an answer is taken to have died at it."""


class NoReference(Exception):
    """Every reference that was drawn belongs to somebody."""


def new_key() -> str:
    return uuid4().hex


class PublicQuestion(models.Model):
    """A question that many have, with its answer in the markup of ``guides.answers``."""

    class Section(models.TextChoices):
        PORTAL = "portal", _("Sobre este portal")
        DATA = "data", _("Tus datos y tu PIN")
        CLAVE = "clave", _("Identificarte con Cl@ve")
        RESULTS = "results", _("Resultados y documentos")

    class Where(models.TextChoices):
        EVERYWHERE = "everywhere", _("siempre")
        IN_TRIAL = "in_trial", _("solo en pruebas, con el simulador")
        IN_SERVICE = "in_service", _("solo en servicio, sin el simulador")

    key = models.SlugField(_("clave"), max_length=60, unique=True, default=new_key, editable=False)
    section = models.CharField(_("sección"), max_length=8, choices=Section.choices)
    question = models.CharField(_("pregunta"), max_length=200)
    answer = models.TextField(
        _("respuesta"),
        help_text=_(
            "Párrafos separados por una línea en blanco; «- » o «1. » al principio de cada línea de una lista; "
            "[texto](guides:sms) o [texto](https://…) para un enlace; {pin_minutes} y otros límites entre llaves."
        ),
    )
    where = models.CharField(_("dónde"), max_length=10, choices=Where.choices, default=Where.EVERYWHERE)
    order = models.PositiveSmallIntegerField(_("orden"), default=0)
    is_shown = models.BooleanField(_("se muestra"), default=True)
    loaded_digest = models.CharField(max_length=64, default="", blank=True, editable=False)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("pregunta con respuesta")
        verbose_name_plural = _("preguntas con respuesta")

    def __str__(self) -> str:
        return self.question

    def clean(self) -> None:
        """Refuse links that lead nowhere and limits that do not exist, in any language."""
        found: dict[str, Any] = {}
        for field in ("answer_es", "answer_en"):
            if said := complaints_about(getattr(self, field) or ""):
                found[field] = said
        if found:
            raise ValidationError(found)


class CitizenQuestionQuerySet(models.QuerySet["CitizenQuestion"]):
    def ask(self, pk: UUID, *, topic: str, language: str, email: str, text: str) -> tuple["CitizenQuestion", bool]:
        """Keep a question, and whether it is new: the same form sent twice makes one. Raises ``NoReference``."""
        for _attempt in range(TRIES_AT_A_REFERENCE):
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
            except IntegrityError:  # the other tap, or a reference that somebody has
                if known := self.filter(pk=pk).first():
                    return known, False
                continue
            return question, True
        raise NoReference

    def unconfirmed(self) -> Self:
        """Those whose confirmation was not sent, while it is worth trying."""
        return self.filter(confirmed_at=None, created_at__gt=timezone.now() - CONFIRMED_WITHIN)

    def to_send(self) -> Self:
        """Those whose answer is written, and nobody is sending it."""
        nobody = Q(sending_at=None) | Q(sending_at__lte=timezone.now() - SENT_WITHIN)
        return self.filter(nobody, state=CitizenQuestion.State.ANSWERING)

    def old(self) -> Self:
        return self.filter(created_at__lte=timezone.now() - timedelta(days=settings.QUESTIONS_KEPT_DAYS))


class CitizenQuestion(models.Model):
    """A question that somebody sent; address and text are sealed, and nothing else tells who it was."""

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
        """Why a question was closed without an answer: a choice, so that nobody's words stand in clear."""

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

    def begin_confirming(self) -> bool:
        """Take the only right to send the confirmation; False when somebody has it."""
        waiting = CitizenQuestion.objects.filter(pk=self.pk, confirmed_at=None)
        return bool(waiting.update(confirmed_at=timezone.now()))

    def was_not_confirmed(self) -> None:
        """The confirmation could not be sent: it may be tried again."""
        CitizenQuestion.objects.filter(pk=self.pk).update(confirmed_at=None)

    # --- Its answer: each step is a conditional update that tells whether it won --------------------------------------

    def write_answer(self, text: str, by: str) -> bool:
        """Keep the answer, sealed, to be sent; False when somebody answered or closed the question before."""
        cell = seal(text, place(self, "answer_cell", self.pk))
        new = CitizenQuestion.objects.filter(pk=self.pk, state=self.State.NEW)
        changes = {"answer_cell": cell, "handled_by": by, "handled_at": timezone.now()}
        return bool(new.update(state=self.State.ANSWERING, **changes))

    def close(self, reason: str, by: str) -> bool:
        """End it without an answer, or with one that cannot be sent; False when somebody was there before."""
        unanswered = CitizenQuestion.objects.filter(
            Q(state=self.State.NEW) | Q(state=self.State.ANSWERING, sending_at=None), pk=self.pk
        )
        moment = timezone.now()
        return bool(unanswered.update(state=self.State.CLOSED, reason=reason, handled_by=by, handled_at=moment))

    def begin_sending(self) -> bool:
        """Take the only right to send the answer; False when somebody has it, or it was sent."""
        return bool(CitizenQuestion.objects.to_send().filter(pk=self.pk).update(sending_at=timezone.now()))

    def was_sent(self) -> None:
        """The mail server has the answer."""
        mine = CitizenQuestion.objects.filter(pk=self.pk, state=self.State.ANSWERING)
        mine.update(state=self.State.ANSWERED, sent_at=timezone.now(), sending_at=None)

    def was_not_sent(self) -> None:
        """The answer could not be sent: it will be tried again."""
        CitizenQuestion.objects.filter(pk=self.pk, state=self.State.ANSWERING).update(sending_at=None)
