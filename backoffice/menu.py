"""The menu of the back office: entries by task; staff see those that they may open."""

from dataclasses import dataclass
from functools import lru_cache

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """A page, by its URL name, and the permission that opening it takes."""

    label: Promise
    icon: str
    url: str
    permission: str


@dataclass(frozen=True)
class Section:
    label: Promise
    description: Promise
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class MenuEntry:
    """An entry as one user sees it on one page."""

    label: Promise
    icon: str
    path: str
    is_current: bool


def _list(label: Promise, icon: str, model: str) -> Entry:
    """Return the entry of a model's list; ``model`` is a label such as ``procedures.entity``."""
    app, _dot, name = model.partition(".")
    return Entry(label, icon, f"admin:{app}_{name}_changelist", f"{app}.view_{name}")


MENU = (
    Section(
        _("Catálogo"),
        _("Organismos, trámites y las palabras con que se encuentran"),
        (
            _list(_("Organismos"), "building-2", "procedures.entity"),
            _list(_("Trámites"), "file-text", "procedures.procedure"),
            _list(_("Versiones"), "files", "procedures.procedureversion"),
            _list(_("Situaciones"), "route", "procedures.lifeevent"),
            _list(_("Sinónimos"), "book-a", "procedures.synonym"),
            _list(_("En otros sitios"), "external-link", "procedures.externalservice"),
            _list(_("Búsquedas sin resultado"), "search-x", "procedures.zeroresultsearch"),
            Entry(_("Importar"), "file-up", "admin:catalogue_import", "procedures.import_catalogue"),
            Entry(_("Exportar"), "file-down", "admin:catalogue_export", "procedures.export_catalogue"),
        ),
    ),
    Section(
        _("Operación"),
        _("Cómo va el portal y qué está cerrado"),
        (
            Entry(_("Panel"), "chart-no-axes-column", "admin:dashboard", "backoffice.view_dashboard"),
            Entry(_("Interruptores"), "toggle-right", "admin:operator_switches", "procedures.view_operatorswitch"),
            _list(_("Avisos"), "megaphone", "procedures.banner"),
            _list(_("Conexiones"), "plug", "accesses.connectorprofile"),
            Entry(_("Probar conectores"), "flask-conical", "admin:connectors", "procedures.test_connector"),
            Entry(_("Cl@ve"), "key-round", "admin:gateway", "procedures.view_operatorswitch"),
            Entry(_("Enlaces externos"), "link-2-off", "admin:outside_links", "backoffice.view_outsidelink"),
        ),
    ),
    Section(
        _("Preguntas de la gente"),
        _("Lo que preguntan y lo que respondemos"),
        (
            _list(_("Preguntas recibidas"), "inbox", "guides.citizenquestion"),
            _list(_("Preguntas con respuesta"), "message-circle-question-mark", "guides.publicquestion"),
            Entry(_("Buscar un acceso"), "ticket", "admin:access_lookup", "accesses.look_up_access"),
        ),
    ),
    Section(
        _("Auditoría"),
        _("Quién hizo qué, y cuándo"),
        (_list(_("Registro"), "scroll-text", "foundation.auditentry"),),
    ),
    Section(
        _("Personal"),
        _("Quién puede entrar y con qué papel"),
        (_list(_("Usuarios"), "users", "auth.user"), _list(_("Papeles"), "shield", "auth.group")),
    ),
)


def menu_for(user: User | AnonymousUser, current_path: str = "") -> list[tuple[Section, list[MenuEntry]]]:
    """Return the sections with at least one entry for this user, each with those entries."""
    allowed = [(section, entry, path) for section, entry, path in _paths() if user.has_perm(entry.permission)]
    longest = max((path for *_entry, path in allowed if current_path.startswith(path)), key=len, default="")
    menu: dict[Section, list[MenuEntry]] = {}
    for section, entry, path in allowed:
        menu.setdefault(section, []).append(MenuEntry(entry.label, entry.icon, path, path == longest))
    return list(menu.items())


@lru_cache(maxsize=1)
def _paths() -> tuple[tuple[Section, Entry, str], ...]:
    return tuple((section, entry, reverse(entry.url)) for section in MENU for entry in section.entries)
