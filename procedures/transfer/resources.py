"""What each kind of sheet says: its columns, in their order, and which of them name a row."""

from collections import OrderedDict
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from import_export.fields import Field
from import_export.resources import Resource

from foundation import languages, pages
from foundation.tones import TONE_CHOICES
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


class Column(Field):  # type: ignore[misc]  # the library has no types
    """One column: ``is_key`` names the row, ``refers`` stands for another row, ``may_lack`` need not be in the file."""

    def __init__(
        self,
        widget: Any = None,
        *,
        attribute: str | None = None,
        is_key: bool = False,
        refers: bool = False,
        may_lack: bool = False,
        readonly: bool = False,
    ) -> None:
        super().__init__(attribute=attribute, widget=widget or Text(), readonly=readonly)
        self.is_key, self.refers, self.may_lack = is_key, refers, may_lack

    def get_value(self, instance: Any) -> Any:
        """The value, where a language that says nothing says the empty text."""
        value = super().get_value(instance)
        return "" if value is None else value


def _text_column(name: str, language: str) -> Column:
    """Return the column of a text in a language; only the default one has to be there."""
    column = Column(Text(), attribute=name, may_lack=language != languages.default())
    column.column_name = name
    return column


class Texts(Column):
    """A text in every language: a column each; only the Spanish one has to be there."""


class CatalogueResource(Resource):  # type: ignore[misc]  # as above
    """A kind of sheet; ``model`` is what its rows are, ``title`` and ``says`` what staff read about it."""

    fields: "OrderedDict[str, Column]"
    model: type[models.Model]
    title: pages.Text
    says: pages.Text

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        expanded: OrderedDict[str, Column] = OrderedDict()
        self.texts: list[str] = []
        self.languages: dict[str, tuple[str, str]] = {}
        """For the column of each text in each language, which they are."""
        for name, column in self.fields.items():
            if isinstance(column, Texts):
                self.texts.append(name)
                for language in languages.codes():
                    column_name = languages.column(name, language)
                    expanded[column_name] = _text_column(column_name, language)
                    self.languages[column_name] = name, language
            else:
                column.attribute = column.attribute or name
                expanded[name] = column
        self.fields = expanded
        self.columns: dict[str, Column] = dict(expanded)
        self.keys = [name for name, column in expanded.items() if column.is_key]
        self.own = [name for name, column in expanded.items() if not (column.refers or column.readonly)]

    def values_of(self, instance: Any) -> dict[str, Any]:
        """What an instance says, column by column, without what is only shown."""
        return {name: column.get_value(instance) for name, column in self.columns.items() if not column.readonly}

    def label_of(self, name: str) -> str:
        """How the column is called in the back office."""
        wanted, language = self.languages.get(name, (name, ""))
        ending = f" ({language})" if language else ""
        field = next((field for field in self.model._meta.get_fields() if field.name == wanted), None)
        return f"{getattr(field, 'verbose_name', wanted)}{ending}"


class EntityResource(CatalogueResource):
    model = Entity
    title, says = _("Organismos"), _("Nombre, siglas, color, sitio y contacto")
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
    title, says = _("Trámites"), _("De qué organismo es cada uno, su orden y cuál lo sustituye")
    entity = Column(attribute="entity__slug", is_key=True, refers=True)
    slug = Column(is_key=True)
    order = Column(Number())
    replaced_by = Column(attribute="replaced_by__code", refers=True)


class VersionResource(CatalogueResource):
    model = ProcedureVersion
    title, says = _("Contenido de los trámites"), _("Textos, tipo, nivel, conector y demás de la versión de cada uno")
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
    mapping = Column(Structure(dict))
    methods = Column(Words())


class RequiredDatumResource(CatalogueResource):
    model = RequiredDatum
    title, says = _("Datos necesarios"), _("Lo que cada trámite pregunta antes de identificarse")
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
    options = Column(Structure(list))


class LifeEventResource(CatalogueResource):
    model = LifeEvent
    title, says = _("Situaciones de la vida"), _("Nombre, resumen, icono y orden")
    slug = Column(is_key=True)
    icon = Column()
    order = Column(Number())
    is_shown = Column(YesNo())
    name = Texts()
    summary = Texts()


class LifeEventStepResource(CatalogueResource):
    model = LifeEventStep
    title, says = _("Pasos de las situaciones"), _("Qué trámites lleva cada situación, y para qué")
    life_event = Column(attribute="life_event__slug", is_key=True, refers=True)
    procedure = Column(attribute="procedure__code", is_key=True, refers=True)
    order = Column(Number())
    note = Texts()


class SynonymResource(CatalogueResource):
    model = Synonym
    title, says = _("Sinónimos"), _("Lo que dice la gente y lo que dice el catálogo")
    language = Column(is_key=True)
    said = Column(is_key=True)
    meant = Column()
    is_used = Column(YesNo())


class TranslationResource(CatalogueResource):
    """Each text of the other kinds in a row, with its Spanish source: importing fills the other languages only."""

    model = Entity
    title, says = _("Traducciones"), _("Una fila por texto y una columna por idioma, para quien traduce")
    object = Column(is_key=True)
    field = Column(is_key=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for language in languages.codes():
            self.fields[language] = self.columns[language] = _text_column(language, language)

    def label_of(self, name: str) -> str:
        own = {"object": str(_("a qué pertenece")), "field": str(_("qué texto es"))}
        return {**languages.names(), **own}.get(name, name)


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
"""The kinds by the names of their sheets, in the order in which they are written."""
