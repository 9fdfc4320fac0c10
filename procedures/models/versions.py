"""The versions of a procedure: its texts, the data that it asks for and where they are sent."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from foundation import languages
from foundation.methods import Method
from procedures.completeness import TEXTS, Gap, data_gaps, row_gaps
from procedures.connector_checks import address_error, mapping_error, mapping_shape_error, resolve_addresses
from procedures.models.catalogue import Procedure
from procedures.models.required_data import RequiredDatum
from procedures.models.version_workflow import PublishedVersionIsImmutable, VersionState, VersionWorkflow

__all__ = ["Kind", "Level", "ProcedureVersion", "PublishedVersionIsImmutable", "VersionState"]


class Kind(models.TextChoices):
    CONSULTATION = "consultation", _("consulta")
    DOCUMENT = "document", _("documento")


class Level(models.TextChoices):
    BASIC = "basic", _("básico")
    ADVANCED = "advanced", _("avanzado")


def all_methods() -> list[str]:
    return list(Method.values)


def check_methods(methods: Any) -> None:
    """Raise ``ValidationError`` unless it is a list of one or more methods that exist."""
    if not isinstance(methods, list) or not methods or not set(methods) <= set(Method.values):
        raise ValidationError(_("Elige al menos una forma de identificarse"))


class ProcedureVersion(VersionWorkflow):
    """The texts, required data and connector of a procedure; immutable once published."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="versions", verbose_name=_("trámite")
    )
    number = models.PositiveIntegerField(_("número"), default=1)
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
    mapping: models.JSONField[Any, Any] = models.JSONField(
        _("nombres para el organismo"),
        default=dict,
        blank=True,
        help_text=_('Con qué nombre se envía cada dato; los demás, con su clave: {"year": "ejercicio"}'),
    )
    methods: models.JSONField[Any, Any] = models.JSONField(
        _("formas de identificarse"), default=all_methods, validators=[check_methods]
    )
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    class Meta:
        ordering = ["procedure", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="unique_version_number"),
            models.UniqueConstraint(fields=["procedure"], condition=Q(state="published"), name="single_published"),
        ]
        permissions = [
            ("approve_procedureversion", _("Aprobar o devolver una versión")),
            ("publish_procedureversion", _("Publicar, programar o retirar una versión")),
            ("import_catalogue", _("Importar el catálogo")),
            ("export_catalogue", _("Exportar el catálogo")),
            ("test_connector", _("Probar un conector")),
        ]
        verbose_name = _("versión")
        verbose_name_plural = _("versiones")

    def __str__(self) -> str:
        return f"{self.name or self.procedure.code} · v{self.number}"

    def clean(self) -> None:
        sentences = {
            "connector": self.connector and address_error(self.connector),
            "mapping": mapping_shape_error(self.mapping),
        }
        if errors := {name: sentence for name, sentence in sentences.items() if sentence}:
            raise ValidationError(errors)

    @property
    def data(self) -> list[RequiredDatum]:
        """The required data in order, without a query when the published catalogue has read them."""
        listed: list[RequiredDatum] | None = self.__dict__.get("listed_data")
        return list(self.required_data.all()) if listed is None else listed

    @property
    def name_language(self) -> str:
        """The language that the name is shown in: the default one while the name has no translation."""
        language = languages.current()
        return language if getattr(self, languages.column("name", language)) else languages.default()

    @property
    def is_document(self) -> bool:
        return self.kind == Kind.DOCUMENT

    @property
    def needs_advanced(self) -> bool:
        return self.level == Level.ADVANCED

    def siblings(self) -> "models.QuerySet[Any]":
        return ProcedureVersion.objects.filter(procedure=self.procedure_id)

    def gaps(self) -> list[Gap]:
        """Return what is missing or wrong, part by part; none when it can be reviewed and published."""
        data = list(self.required_data.all())
        found = row_gaps(self, TEXTS, exclude=["procedure"]) + data_gaps(data)
        names_error = mapping_error(self.mapping, data)
        return [*found, Gap(names_error, "mapping")] if names_error else found

    def check_complete(self) -> None:
        if gaps := self.gaps():
            raise ValidationError([gap.sentence for gap in gaps])

    def check_connector_host(self) -> None:
        for sentence in resolve_addresses([self.connector]).values():
            raise ValidationError(f"{_('dirección del conector')}: {sentence}")

    def copy_to_draft(self, of: Procedure | None = None) -> "ProcedureVersion":
        """Create a draft with the same texts and required data and the next number, of this procedure or another."""
        procedure = of or self.procedure
        with transaction.atomic():
            siblings = ProcedureVersion.objects.filter(procedure=procedure)
            last = siblings.aggregate(last=Max("number"))["last"] or 0
            data = list(self.required_data.all())
            copy = ProcedureVersion.objects.get(pk=self.pk)
            copy.pk, copy.number, copy.state, copy.digest, copy.revision = None, last + 1, VersionState.DRAFT, "", 0
            copy.procedure = procedure
            copy.published_at = copy.publish_at = copy.retire_at = None
            copy.submitted_by = copy.submitted_at = copy.approved_by = copy.approved_at = None
            copy.review_note = ""
            copy._state.adding = True
            copy.save()
            for datum in data:
                datum.pk, datum.version = None, copy
                datum._state.adding = True
            RequiredDatum.objects.bulk_create(data)
        return copy
