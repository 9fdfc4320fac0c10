"""The kinds of sheet: the columns of each in their order, and which of them identify a row."""

from collections import OrderedDict
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import Resource

from foundation import languages, pages
from foundation.rendering.tones import TONE_CHOICES
from procedures.models import (
    DatumType,
    Entity,
    Kind,
    Level,
    LifeEvent,
    LifeEventStep,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    Synonym,
)
from procedures.transfer.widgets import Choice, Number, Structure, Text, Words, YesNo

_REFERENCES: dict[str, pages.Text] = {"procedure": _("trámite"), "life_event": _("situación de la vida")}
"""The labels of columns that name something of another kind."""

type Key = tuple[str, ...]
"""What identifies a row among those of its kind: the values of its key columns."""
type Values = dict[str, Any]
"""What a row says, by column."""


class Column(Field):  # type: ignore[misc]  # the library has no types
    """One column: ``is_key`` identifies the row, ``refers`` names another one, ``may_lack`` means it is optional.

    A column with a ``language`` holds texts in it, and is optional except in the default language.
    """

    def __init__(
        self,
        widget: Any = None,
        *,
        attribute: str | None = None,
        is_key: bool = False,
        refers: bool = False,
        may_lack: bool = False,
        language: str = "",
        readonly: bool = False,
    ) -> None:
        super().__init__(attribute=attribute, widget=widget or Text(), readonly=readonly)
        self.is_key, self.refers = is_key, refers
        self.is_translation = language not in ("", languages.default())
        self.may_lack = may_lack or self.is_translation

    def get_value(self, instance: Any) -> Any:
        """Return the value, with ``None`` (a language without a text) as the empty text."""
        value = super().get_value(instance)
        return "" if value is None else value


def _text_column(name: str, language: str) -> Column:
    column = Column(attribute=name, language=language)
    column.column_name = name
    return column


class Texts(Column):
    """Stands for one text column per language, of which only the default one is required."""


class CatalogueResource(Resource):  # type: ignore[misc]  # as above
    """One kind of sheet, with the model of its rows; staff read ``title`` and ``description``.

    ``own`` lists the columns that are fields of the model itself: neither references nor read-only.
    """

    fields: "OrderedDict[str, Column]"
    model: type[models.Model]
    title: pages.Text
    description: pages.Text

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        expanded: OrderedDict[str, Column] = OrderedDict()
        self.texts: list[str] = []
        self._text_columns: dict[str, tuple[str, str]] = {}
        for name, column in self.fields.items():
            if isinstance(column, Texts):
                self.texts.append(name)
                for language in languages.codes():
                    column_name = languages.column(name, language)
                    expanded[column_name] = _text_column(column_name, language)
                    self._text_columns[column_name] = name, language
            else:
                column.attribute = column.attribute or name
                expanded[name] = column
        self.fields = expanded
        self.columns: dict[str, Column] = dict(expanded)
        self.keys = [name for name, column in expanded.items() if column.is_key]
        self.own = [name for name, column in expanded.items() if not (column.refers or column.readonly)]

    def values_of(self, instance: Any) -> Values:
        """Return the values of an instance by column, without the read-only ones."""
        return {name: column.get_value(instance) for name, column in self.columns.items() if not column.readonly}

    def key_of(self, values: Values) -> Key:
        """Return the key in the values, whose key columns may be missing."""
        return tuple(str(values.get(name, "")) for name in self.keys)

    def label_of(self, name: str) -> str:
        """Return the name that staff see for a column."""
        base, language = self._text_columns.get(name, (name, ""))
        field = next((field for field in self.model._meta.get_fields() if field.name == base), None)
        label = str(_REFERENCES.get(base) or getattr(field, "verbose_name", base))
        return f"{label} ({language})" if language else label


class EntityResource(CatalogueResource):
    model = Entity
    title, description = _("Organismos"), _("Nombre, siglas, color, sitio y contacto")
    slug = Column(is_key=True)
    name = Texts()
    short_name = Texts()
    monogram = Column()
    tone = Column(Choice(TONE_CHOICES))
    dir3 = Column()
    site = Column()
    contact = Column()
    order = Column(Number())


class ProcedureResource(CatalogueResource):
    model = Procedure
    title, description = _("Trámites"), _("De qué organismo es cada uno, su orden y cuál lo sustituye")
    entity = Column(attribute="entity__slug", is_key=True, refers=True)
    slug = Column(is_key=True)
    order = Column(Number())
    featured_order = Column(Number(), may_lack=True)
    replaced_by = Column(attribute="replaced_by__code", refers=True)


class VersionResource(CatalogueResource):
    model = ProcedureVersion
    title, description = (
        _("Contenido de los trámites"),
        _("Textos, tipo, nivel, conector y demás de la versión de cada uno"),
    )
    procedure = Column(attribute="procedure__code", is_key=True, refers=True)
    number = Column(Number(), readonly=True)
    state = Column(readonly=True)
    name = Texts()
    summary = Texts()
    purpose = Texts()
    needs = Texts()
    gets = Texts()
    duration = Texts()
    legal_basis = Texts()
    keywords = Texts()
    kind = Column(Choice(Kind.choices))
    level = Column(Choice(Level.choices))
    connector = Column()
    honours_idempotency_key = Column(YesNo())
    retention_days = Column(Number())
    expected_seconds = Column(Number())
    mapping = Column(Structure(dict, '{"year": "ejercicio"}'))
    methods = Column(Words())


class RequiredDatumResource(CatalogueResource):
    model = RequiredDatum
    title, description = _("Datos necesarios"), _("Lo que cada trámite pregunta antes de identificarse")
    procedure = Column(attribute="version__procedure__code", is_key=True, refers=True)
    key = Column(is_key=True)
    type = Column(Choice(DatumType.choices))
    order = Column(Number())
    required = Column(YesNo())
    label = Texts()
    hint = Texts()
    minimum = Column()
    maximum = Column()
    default = Column()
    max_months = Column(Number())
    options = Column(Structure(list, '[{"value": "a", "label": {"es": "Texto", "en": "Text"}}]'))


class LifeEventResource(CatalogueResource):
    model = LifeEvent
    title, description = _("Situaciones de la vida"), _("Nombre, resumen, icono y orden")
    slug = Column(is_key=True)
    icon = Column()
    order = Column(Number())
    is_shown = Column(YesNo())
    name = Texts()
    summary = Texts()


class LifeEventStepResource(CatalogueResource):
    model = LifeEventStep
    title, description = _("Pasos de las situaciones"), _("Qué trámites lleva cada situación, y para qué")
    life_event = Column(attribute="life_event__slug", is_key=True, refers=True)
    procedure = Column(attribute="procedure__code", is_key=True, refers=True)
    order = Column(Number())
    note = Texts()


class SynonymResource(CatalogueResource):
    model = Synonym
    title, description = _("Sinónimos"), _("Lo que dice la gente y lo que dice el catálogo")
    language = Column(is_key=True)
    said = Column(is_key=True)
    meant = Column()
    is_used = Column(YesNo())


class TranslationResource(CatalogueResource):
    """One row per text of the other kinds: an import fills in all languages but the default one, the source."""

    model = Entity
    title, description = _("Traducciones"), _("Una fila por texto y una columna por idioma, para quien traduce")
    object = Column(is_key=True)
    field = Column(is_key=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for language in languages.codes():
            self.fields[language] = self.columns[language] = _text_column(language, language)

    def label_of(self, name: str) -> str:
        labels = {"object": str(_("a qué pertenece")), "field": str(_("qué texto es")), **languages.names()}
        return labels.get(name, name)


RESOURCES: dict[str, CatalogueResource] = {
    "entities": EntityResource(),
    "procedures": ProcedureResource(),
    "versions": VersionResource(),
    "required_data": RequiredDatumResource(),
    "life_events": LifeEventResource(),
    "life_event_steps": LifeEventStepResource(),
    "synonyms": SynonymResource(),
    "translations": TranslationResource(),
}
"""The kinds by the titles of their sheets, in the order in which they are exported."""
