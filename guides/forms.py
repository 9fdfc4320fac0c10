"""The form for asking a question."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.text import clean_code, clean_lines
from guides.models import CitizenQuestion
from guides.question_text import has_too_many_links, holds_identity_number, holds_pin

SHORTEST, LONGEST = 10, 2000
LONGEST_EMAIL = 254
FORM_LIFETIME = timedelta(hours=24)
TYPED_TOO_FAST = _("Lo has enviado muy deprisa. Espera unos segundos y envíalo otra vez")
OPEN_TOO_LONG = _("Esta página llevaba mucho tiempo abierta. Lo que has escrito sigue aquí: envíalo otra vez")
TRAP_FILLED = _("Se había rellenado un campo que tenía que ir vacío. Ya está vacío: envíalo otra vez")
HOLDS_NUMBER = _("No escribas tu DNI ni tu NIE: para responderte no hacen falta. Bórralo y envíalo otra vez")
HOLDS_PIN = _("No escribas tu PIN: no se lo digas a nadie. Bórralo y envíalo otra vez")
_signer = signing.TimestampSigner(salt="guides.question")


@dataclass(frozen=True)
class Ticket:
    """A form's signed hidden value: the id of its question, so that a double tap stores one, and the form's age."""

    id: UUID
    is_just_made: bool

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return None when the signature is not ours or is older than ``FORM_LIFETIME``."""
        try:
            pk = UUID(_signer.unsign(text, max_age=FORM_LIFETIME))
        except (signing.BadSignature, ValueError):
            return None
        try:
            _signer.unsign(text, max_age=settings.QUESTION_SECONDS)
        except signing.SignatureExpired:
            return cls(pk, is_just_made=False)
        return cls(pk, is_just_made=True)

    @staticmethod
    def new() -> str:
        return _signer.sign(str(uuid4()))


class QuestionField(forms.CharField):
    """Text of several lines, without invisible characters; a line break counts as one character."""

    def to_python(self, value: Any) -> str:
        return clean_lines(super().to_python(value) or "")


class EmailField(forms.EmailField):
    """An e-mail address, also when it is pasted with characters that nobody sees."""

    def to_python(self, value: Any) -> str:
        return clean_code(super().to_python(value) or "")


class QuestionForm(forms.Form):
    """A topic, the question and the address for the answer; beside them a trap for robots and a ticket."""

    topic = forms.ChoiceField(
        label=_("¿Sobre qué preguntas?"),
        choices=[("", _("Elige un tema")), *CitizenQuestion.Topic.choices],
        error_messages={
            "required": _("Elige sobre qué preguntas"),
            "invalid_choice": _("Elige uno de los temas de la lista"),
        },
    )
    text = QuestionField(
        label=_("Tu pregunta"),
        help_text=_("No escribas tu DNI ni tu PIN. Si es sobre un trámite hecho aquí, pon su referencia."),
        min_length=SHORTEST,
        max_length=LONGEST,
        error_messages={
            "required": _("Escribe tu pregunta"),
            "min_length": _("Cuéntalo con algo más de detalle: al menos %(limit_value)d letras"),
            "max_length": _("La pregunta puede tener %(limit_value)d letras como máximo; tiene %(show_value)d"),
        },
        widget=forms.Textarea({"rows": 7, "autocomplete": "off"}),
    )
    email = EmailField(
        label=_("Tu correo electrónico"),
        help_text=_("Solo para responderte. Se guarda cifrado."),
        max_length=LONGEST_EMAIL,
        error_messages={
            "required": _("Escribe tu correo: ahí te responderemos"),
            "invalid": _("Escribe un correo completo, como nombre@ejemplo.es"),
            "max_length": _("Ese correo es demasiado largo"),
        },
        widget=forms.EmailInput({"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.ticket = Ticket.read(self.data.get("question", ""))
        self.next_ticket = self.data["question"] if self.ticket else Ticket.new()
        """The value for the form when it is shown again: a valid one is kept, so that its age still counts."""

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if holds_identity_number(text):
            raise ValidationError(HOLDS_NUMBER, code="number")
        if holds_pin(text):
            raise ValidationError(HOLDS_PIN, code="pin")
        if has_too_many_links(text):
            raise ValidationError(_("La pregunta lleva demasiados enlaces: deja dos como máximo"), code="links")
        return text

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.data.get("website"):
            raise ValidationError(TRAP_FILLED, code="trap")
        if self.ticket is None:
            raise ValidationError(OPEN_TOO_LONG, code="old")
        if self.ticket.is_just_made:
            raise ValidationError(TYPED_TOO_FAST, code="fast")
        return cleaned
