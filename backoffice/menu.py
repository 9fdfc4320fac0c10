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


@dataclass(frozen=True)
class MenuSection:
    section: Section
    entries: list[MenuEntry]


MENU = (
    Section(
        _("Catálogo"),
        _("Organismos, trámites y las palabras con que se encuentran"),
        (
            Entry(_("Organismos"), "building-2", "admin:procedures_entity_changelist", "procedures.view_entity"),
            Entry(_("Trámites"), "file-text", "admin:procedures_procedure_changelist", "procedures.view_procedure"),
            Entry(
                _("Versiones"),
                "files",
                "admin:procedures_procedureversion_changelist",
                "procedures.view_procedureversion",
            ),
            Entry(_("Situaciones"), "route", "admin:procedures_lifeevent_changelist", "procedures.view_lifeevent"),
            Entry(_("Sinónimos"), "book-a", "admin:procedures_synonym_changelist", "procedures.view_synonym"),
            Entry(
                _("Búsquedas sin resultado"),
                "search-x",
                "admin:procedures_zeroresultsearch_changelist",
                "procedures.view_zeroresultsearch",
            ),
            Entry(_("Importar"), "file-up", "admin:catalogue_import", "procedures.import_catalogue"),
            Entry(_("Exportar"), "file-down", "admin:catalogue_export", "procedures.export_catalogue"),
        ),
    ),
    Section(
        _("Operación"),
        _("Cómo va el portal y qué está cerrado"),
        (
            Entry(_("Panel"), "chart-no-axes-column", "admin:dashboard", "backoffice.view_dashboard"),
            Entry(
                _("Interruptores"),
                "toggle-right",
                "admin:operator_switches",
                "procedures.view_operatorswitch",
            ),
            Entry(_("Avisos"), "megaphone", "admin:procedures_banner_changelist", "procedures.view_banner"),
            Entry(
                _("Conexiones"),
                "plug",
                "admin:accesses_connectorprofile_changelist",
                "accesses.view_connectorprofile",
            ),
            Entry(_("Probar conectores"), "flask-conical", "admin:connectors", "procedures.test_connector"),
            Entry(_("Cl@ve"), "key-round", "admin:gateway", "procedures.view_operatorswitch"),
            Entry(_("Enlaces externos"), "link-2-off", "admin:outside_links", "backoffice.view_outsidelink"),
        ),
    ),
    Section(
        _("Preguntas de la gente"),
        _("Lo que preguntan y lo que respondemos"),
        (
            Entry(
                _("Preguntas recibidas"),
                "inbox",
                "admin:guides_citizenquestion_changelist",
                "guides.view_citizenquestion",
            ),
            Entry(
                _("Preguntas con respuesta"),
                "message-circle-question-mark",
                "admin:guides_publicquestion_changelist",
                "guides.view_publicquestion",
            ),
            Entry(_("Buscar un acceso"), "ticket", "admin:access_lookup", "accesses.look_up_access"),
        ),
    ),
    Section(
        _("Auditoría"),
        _("Quién hizo qué, y cuándo"),
        (Entry(_("Registro"), "scroll-text", "admin:foundation_auditentry_changelist", "foundation.view_auditentry"),),
    ),
    Section(
        _("Personal"),
        _("Quién puede entrar y con qué papel"),
        (
            Entry(_("Usuarios"), "users", "admin:auth_user_changelist", "auth.view_user"),
            Entry(_("Papeles"), "shield", "admin:auth_group_changelist", "auth.view_group"),
        ),
    ),
)


def menu_for(user: User | AnonymousUser, current_path: str = "") -> list[MenuSection]:
    """Return the sections with at least one entry for this user."""
    allowed = [(section, entry, path) for section, entry, path in _paths() if user.has_perm(entry.permission)]
    longest = max((path for *_entry, path in allowed if current_path.startswith(path)), key=len, default="")
    menu: dict[Section, list[MenuEntry]] = {}
    for section, entry, path in allowed:
        menu.setdefault(section, []).append(MenuEntry(entry.label, entry.icon, path, path == longest))
    return [MenuSection(section, entries) for section, entries in menu.items()]


@lru_cache(maxsize=1)
def _paths() -> tuple[tuple[Section, Entry, str], ...]:
    return tuple((section, entry, reverse(entry.url)) for section in MENU for entry in section.entries)
