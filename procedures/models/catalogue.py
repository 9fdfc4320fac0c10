"""The catalogue: entities, their procedures, the versions of each, and the data that a version requires."""

import re
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procedures.datum_checks import made_twice, wrong_with

TONES = [
    (tone, tone)
    for tone in (
        "petrol", "plum", "teal", "blue", "ochre", "indigo", "brick", "forest", "slate", "rose", "olive", "sky",
    )
]  # fmt: skip


class Kind(models.TextChoices):
    CONSULTATION = "consultation", _("consulta")
    DOCUMENT = "document", _("documento")


class Level(models.TextChoices):
    BASIC = "basic", _("básico")
    ADVANCED = "advanced", _("avanzado")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("borrador")
    PUBLISHED = "published", _("publicada")
    RETIRED = "retired", _("retirada")


class CatalogueStamp(models.Model):
    """One row that counts the changes of the catalogue, so that every process knows when to read it again."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

    @classmethod
    def current(cls) -> int:
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def bump(cls) -> None:
        if not cls.objects.filter(pk=1).update(number=F("number") + 1):
            cls.objects.get_or_create(pk=1, defaults={"number": 1})


class Entity(models.Model):
    """A public body."""

    slug = models.SlugField(_("identificador"), unique=True, max_length=30)
    name = models.CharField(_("nombre oficial"), max_length=200)
    short_name = models.CharField(_("nombre corto"), max_length=60)
    monogram = models.CharField(_("monograma"), max_length=4)
    tone = models.CharField(_("tono"), max_length=10, choices=TONES, default="petrol")
    dir3 = models.CharField(_("código DIR3"), max_length=12, blank=True, default="")
    site = models.URLField(_("sitio web"), blank=True, default="")
    order = models.PositiveSmallIntegerField(_("orden"), default=100)
    is_open = models.BooleanField(_("disponible"), default=True)

    class Meta:
        ordering = ["order", "slug"]
        verbose_name = _("organismo")
        verbose_name_plural = _("organismos")

    def __str__(self) -> str:
        return str(self.short_name)


class Procedure(models.Model):
    """One thing that a person can do at an entity; what it says and asks for stands in its published version."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="procedures", verbose_name=_("organismo"))
    slug = models.SlugField(_("identificador"), max_length=60)
    order = models.PositiveSmallIntegerField(_("orden"), default=100)
    is_open = models.BooleanField(_("disponible"), default=True)

    class Meta:
        ordering = ["entity__order", "order", "slug"]
        constraints = [models.UniqueConstraint(fields=["entity", "slug"], name="one_slug_an_entity")]
        verbose_name = _("trámite")
        verbose_name_plural = _("trámites")

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """``<entity>/<procedure>``."""
        return f"{self.entity.slug}/{self.slug}"


class PublishedVersionIsImmutable(ValidationError):
    """A published or retired version is what people have used: it changes no more."""


class ProcedureVersion(models.Model):
    """The texts, required data and connector of a procedure; immutable once published."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="versions", verbose_name=_("trámite")
    )
    number = models.PositiveIntegerField(_("número"), default=1)
    state = models.CharField(_("estado"), max_length=10, choices=VersionState.choices, default=VersionState.DRAFT)
    name = models.CharField(_("nombre"), max_length=120)
    summary = models.CharField(_("resumen"), max_length=160)
    purpose = models.TextField(_("para qué sirve"))
    needs = models.TextField(_("qué necesitas"))
    gets = models.TextField(_("qué obtienes"))
    duration = models.CharField(_("cuánto tarda"), max_length=60)
    legal_basis = models.TextField(_("base legal"))
    keywords = models.TextField(_("palabras de búsqueda"), blank=True, default="", help_text=_("Una por línea"))
    kind = models.CharField(_("tipo"), max_length=12, choices=Kind.choices)
    level = models.CharField(_("nivel de registro en Cl@ve"), max_length=8, choices=Level.choices, default=Level.BASIC)
    connector = models.CharField(
        _("dirección del conector"),
        max_length=300,
        validators=[RegexValidator(r"^(\{sandbox\}/|https://)", _("Empieza por {sandbox}/ o por https://"))],
    )
    honours_idempotency_key = models.BooleanField(_("respeta Idempotency-Key"), default=True)
    retention_days = models.PositiveSmallIntegerField(
        _("días que se guarda el documento"), default=0, help_text=_("0: hasta que la persona lo borre")
    )
    expected_seconds = models.PositiveSmallIntegerField(_("segundos esperados"), default=5)
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["procedure", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="one_number_a_version"),
            models.UniqueConstraint(fields=["procedure"], condition=Q(state="published"), name="one_published_version"),
        ]
        verbose_name = _("versión")
        verbose_name_plural = _("versiones")

    def __str__(self) -> str:
        return f"{self.name} · v{self.number}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding and ProcedureVersion.objects.filter(pk=self.pk, published_at__isnull=False).exists():
            raise PublishedVersionIsImmutable(_("Una versión publicada no cambia: crea una versión nueva"))
        super().save(*args, **options)

    def clean(self) -> None:
        if not _is_address(self.connector.replace("{sandbox}/", "https://sandbox/", 1)):
            raise ValidationError({"connector": _("Escribe la dirección entera, sin espacios ni acentos")})

    @property
    def is_fixed(self) -> bool:
        """Whether it was published: then only its state may still change."""
        return self.published_at is not None

    @property
    def is_document(self) -> bool:
        return self.kind == Kind.DOCUMENT

    @property
    def needs_advanced(self) -> bool:
        return self.level == Level.ADVANCED

    def publish(self) -> None:
        """Put this draft in the place of the version published until now.

        Raises ``ValidationError`` with sentences when a citizen could stumble over it, and
        ``PublishedVersionIsImmutable`` when it was published before.
        """
        self._check_whole()
        siblings = ProcedureVersion.objects.filter(procedure=self.procedure_id)
        moment = timezone.now()
        with transaction.atomic():
            siblings.filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
            draft = siblings.filter(pk=self.pk, state=VersionState.DRAFT)
            if not draft.update(state=VersionState.PUBLISHED, published_at=moment):
                raise PublishedVersionIsImmutable(_("Una versión publicada no cambia: crea una versión nueva"))
            CatalogueStamp.bump()
        self.state, self.published_at = VersionState.PUBLISHED, moment

    def _check_whole(self) -> None:
        """Raise ``ValidationError`` with all that is wrong with its texts, connector and required data."""
        data = list(self.required_data.all())
        sentences = _sentences(self, exclude=["procedure"])
        for datum in data:
            sentences += [f"{datum.key}: {sentence}" for sentence in _sentences(datum, exclude=["version"])]
        twice = _("Más de un dato hace el campo %(name)s")
        sentences += [twice % {"name": name} for name in made_twice(data)]
        if sentences:
            raise ValidationError(sentences)

    def copy_to_draft(self) -> "ProcedureVersion":
        """A new draft with the same texts and required data, under the next number."""
        with transaction.atomic():
            siblings = ProcedureVersion.objects.filter(procedure=self.procedure_id)
            last = siblings.aggregate(last=Max("number"))["last"] or 0
            data = list(self.required_data.all())
            copy = ProcedureVersion.objects.get(pk=self.pk)
            copy.pk, copy.number, copy.state, copy.digest, copy.published_at = (
                None,
                last + 1,
                VersionState.DRAFT,
                "",
                None,
            )
            copy._state.adding = True
            copy.save()
            for datum in data:
                datum.pk, datum.version = None, copy
                datum._state.adding = True
            RequiredDatum.objects.bulk_create(data)
        return copy


def _is_address(text: str) -> bool:
    """Whether a connector may be called there: printable ASCII that names a host."""
    try:
        return bool(re.fullmatch(r"[!-~]+", text) and urlsplit(text).hostname)
    except ValueError:
        return False


def _sentences(row: models.Model, *, exclude: list[str]) -> list[str]:
    """What is wrong with a row, field by field."""
    try:
        row.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        names = {field.name: str(getattr(field, "verbose_name", field.name)) for field in row._meta.get_fields()}
        return [
            f"{names.get(name, name)}: {said}" for name, all_said in error.message_dict.items() for said in all_said
        ]
    return []


class DatumType(models.TextChoices):
    YEAR = "year", _("año")
    DATE = "date", _("fecha")
    PERIOD = "period", _("periodo")
    CHOICE = "choice", _("opción")
    TEXT = "text", _("texto")
    PLATE = "plate", _("matrícula")
    CADASTRAL_REFERENCE = "cadastral_reference", _("referencia catastral")
    SOCIAL_SECURITY_NUMBER = "social_security_number", _("número de la Seguridad Social")


class RequiredDatum(models.Model):
    """One thing that a version asks for before identification; its field's name is its key.

    What ``minimum``, ``maximum`` and ``default`` may say, each type reads in ``procedures.bounds``.
    """

    version = models.ForeignKey(ProcedureVersion, on_delete=models.CASCADE, related_name="required_data")
    key = models.CharField(_("clave"), max_length=40, validators=[RegexValidator(r"^[a-z][a-z0-9_]*$")])
    type = models.CharField(_("tipo"), max_length=24, choices=DatumType.choices)
    order = models.PositiveSmallIntegerField(_("orden"), default=0)
    required = models.BooleanField(_("obligatorio"), default=True)
    label = models.CharField(_("pregunta"), max_length=120)
    hint = models.CharField(_("ayuda"), max_length=240, blank=True, default="")
    minimum = models.CharField(_("mínimo"), max_length=12, blank=True, default="")
    maximum = models.CharField(_("máximo"), max_length=12, blank=True, default="")
    default = models.CharField(_("valor inicial"), max_length=40, blank=True, default="")
    max_months = models.PositiveSmallIntegerField(_("meses como máximo"), default=0)
    options: models.JSONField[Any, Any] = models.JSONField(
        _("opciones"), default=list, blank=True, help_text=_('[{"value": "a", "label": {"es": "…", "en": "…"}}]')
    )

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_key_a_version")]
        verbose_name = _("dato necesario")
        verbose_name_plural = _("datos necesarios")

    def __str__(self) -> str:
        return self.key

    def clean(self) -> None:
        if wrong := wrong_with(self):
            raise ValidationError(wrong)
