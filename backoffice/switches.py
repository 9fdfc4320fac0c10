"""The operator's switches: one page with everything that can be closed, by one tap and with words for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from http import HTTPStatus
from operator import or_
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.model_admin import name_of
from backoffice.pages import page, show
from clave.models import Method, MethodSwitch
from clave.switches import forget_switches
from foundation import audit, languages
from foundation.models import AVAILABLE, Switch, SwitchState
from procedures.models import Availability, ConnectorHealth, Entity, OperatorSwitch, Procedure
from procedures.offers import Offer
from procedures.published_catalogue import published

ENTITIES_A_PAGE, PROCEDURES_A_PAGE, MOST_LETTERS = 20, 40, 80
CHANGE = "procedures.change_operatorswitch"


def urls(site: AdminSite) -> list[URLPattern]:
    view = "procedures.view_operatorswitch"
    return [page(site, "operacion/interruptores/", switches, "operator_switches", view)]


class SwitchForm(forms.Form):
    """What is said of one thing."""

    thing = forms.CharField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    until = forms.DateTimeField(
        label=gettext_lazy("Hasta"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": gettext_lazy("Escribe el día y la hora en que termina")},
    )
    state = forms.ChoiceField(choices=SwitchState.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code in languages.codes():
            label = _("En %(language)s") % {"language": languages.name_in_sentence(code)}
            if code == languages.default():
                label = _("Qué se dice a la gente")
            self.fields[languages.column("notice", code)] = forms.CharField(label=label, max_length=200, required=False)
        self.order_fields(["thing", "revision", *languages.columns("notice"), "until", "state"])

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until and until <= timezone.now():
            raise forms.ValidationError(_("El final tiene que estar en el futuro"))
        return until

    @property
    def values(self) -> dict[str, Any]:
        """What is written down; what is available has no end and needs no words."""
        if self.cleaned_data["state"] == SwitchState.AVAILABLE:
            return dict(AVAILABLE)
        return {name: self.cleaned_data[name] for name in ("state", "until", *languages.columns("notice"))}


@dataclass
class Row:
    """One thing that can be closed, and what is said and known of it."""

    thing: str
    name: str
    switch: Switch
    code: str = ""
    health: Availability | None = None
    procedures: int = 0
    unavailable: list["Row"] = field(default_factory=list)
    typed: SwitchForm | None = None

    @property
    def form(self) -> SwitchForm:
        values = {name: getattr(self.switch, name) for name in (*languages.columns("notice"), "revision")}
        initial = {**values, "thing": self.thing, "until": self.switch.until}
        return self.typed or SwitchForm(initial=initial, auto_id=f"{slugify(self.thing)}_%s")


def switches(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Everything that can be closed, with its state and health; a POST says another thing of one of them."""
    form = _sent(request)
    if form is not None and form.is_valid():
        return _say(request, form)
    entity = Entity.objects.filter(slug=request.GET.get("organismo", "")).first()
    words = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_LETTERS]
    entities, rows = (None, []) if entity else _entities(request, words)
    procedures, found = _procedures(request, entity, words) if entity or words else (None, [])
    methods = [_method_row(method, seen_now) for method, seen_now in _methods()]
    every = [*methods, *rows, *(below for row in rows for below in row.unavailable), *found]
    _put(form, every)
    return show(
        site,
        request,
        "backoffice/switches.html",
        title=_("Interruptores"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK,
        methods=methods,
        entity=entity,
        entities=entities,
        rows=rows,
        procedures=procedures,
        found=found,
        words=words,
        may_change=request.user.has_perm(CHANGE),
    )


def _sent(request: HttpRequest) -> SwitchForm | None:
    if request.method != "POST":
        return None
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    return SwitchForm(request.POST, auto_id=f"{slugify(request.POST.get('thing', ''))}_%s")


def _put(form: SwitchForm | None, rows: Iterable[Row]) -> None:
    """Show what was typed, with what is wrong with it, at the thing that it is about."""
    for row in rows:
        if form is not None and row.thing == form.data.get("thing"):
            row.typed = form


def _say(request: HttpRequest, form: SwitchForm) -> HttpResponse:
    kind, _colon, key = form.cleaned_data["thing"].partition(":")
    revision, values = form.cleaned_data["revision"], form.values
    if kind == "method" and key in Method.values:
        said = MethodSwitch.objects.set_state({"method": key}, revision, **values)
        forget_switches()
    elif kind in ("entity", "procedure") and key.isdecimal() and _exists(kind, int(key)):
        said = OperatorSwitch.objects.set_state({f"{kind}_id": int(key)}, revision, **values)
    else:
        raise Http404
    if said:
        until = values["until"].isoformat() if values["until"] else ""
        audit.record(
            "switch.changed", actor=name_of(request), target=f"{kind}:{key}", state=str(values["state"]), until=until
        )
        messages.success(request, _("Hecho: la gente lo ve desde ahora"))
    else:
        messages.error(request, _("Otra persona lo ha cambiado mientras tanto. Mira cómo está y decide otra vez"))
    return HttpResponseRedirect(request.get_full_path())


def _exists(kind: str, key: int) -> bool:
    rows: Any = Entity.objects if kind == "entity" else Procedure.objects
    return bool(key < 1 << 62 and rows.filter(pk=key).exists())


def _methods() -> list[tuple[Method, MethodSwitch]]:
    known = MethodSwitch.objects.in_bulk()
    return [(method, known.get(method.value) or MethodSwitch(method=method)) for method in Method]


def _method_row(method: Method, switch: MethodSwitch) -> Row:
    return Row(f"method:{method.value}", str(method.label), switch)


def _entities(request: HttpRequest, words: str) -> tuple[Page[Any], list[Row]]:
    """A page of the entities, each with its procedures of which something is said."""
    entities = Entity.objects.select_related("switch").annotate(procedure_count=Count("procedures"))
    if words:
        columns = ("slug", languages.column("name"), languages.column("short_name"))
        named = reduce(or_, (Q((f"{column}__icontains", words)) for column in columns))
        entities = entities.filter(named)
    shown = Paginator(entities.order_by("order", "slug"), ENTITIES_A_PAGE).get_page(request.GET.get("p"))
    health = ConnectorHealth.objects.states()
    offers = published().by_procedure
    rows = {entity.pk: _entity_row(entity, health) for entity in shown}
    unavailable = OperatorSwitch.objects.unavailable().filter(procedure__entity__in=list(rows))
    ordered = unavailable.select_related("procedure__entity").order_by("procedure__order", "procedure__slug")
    for switch in ordered[: 5 * PROCEDURES_A_PAGE]:
        if switch.procedure is not None:
            rows[switch.procedure.entity_id].unavailable.append(_procedure_row(switch.procedure, switch, offers))
    return shown, list(rows.values())


def _entity_row(entity: Any, health: dict[str, Availability]) -> Row:
    switch = getattr(entity, "switch", None) or OperatorSwitch(entity=entity)
    seen_by_calls = health.get(entity.slug, Availability.OK)
    return Row(
        f"entity:{entity.pk}", str(entity.short_name), switch, entity.slug, seen_by_calls, entity.procedure_count
    )


def _procedures(request: HttpRequest, entity: Entity | None, words: str) -> tuple[Page[Procedure], list[Row]]:
    """A page of an entity's procedures, or of those that the words name."""
    procedures = Procedure.objects.select_related("entity", "switch")
    if entity:
        procedures = procedures.filter(entity=entity)
    if words:
        name = languages.column("versions__name")
        named = Q(slug__icontains=words) | Q((f"{name}__icontains", words), versions__state="published")
        procedures = procedures.filter(named).distinct()
    ordered = procedures.order_by("entity__order", "entity__slug", "order", "slug")
    shown = Paginator(ordered, PROCEDURES_A_PAGE).get_page(request.GET.get("t"))
    offers = published().by_procedure
    return shown, [_procedure_row(procedure, getattr(procedure, "switch", None), offers) for procedure in shown]


def _procedure_row(procedure: Procedure, switch: OperatorSwitch | None, offers: Mapping[int, Offer]) -> Row:
    offer = offers.get(procedure.pk)
    name = str(offer.version.name) if offer else _("Sin publicar")
    return Row(f"procedure:{procedure.pk}", name, switch or OperatorSwitch(procedure=procedure), procedure.code)
