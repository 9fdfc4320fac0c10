"""The operator's switches: one page on which methods, public bodies and procedures are closed and opened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
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

from backoffice.model_admin import actor_name
from backoffice.pages import render_staff_page, search_words, staff_page
from clave.models import Method, MethodSwitch
from clave.switches import forget_switches
from foundation import audit, languages
from foundation.forms.fields import TypedMomentField
from foundation.models import AVAILABLE, Switch, SwitchState
from procedures.models import Availability, ConnectorHealth, Entity, OperatorSwitch, Procedure
from procedures.offers import Offer
from procedures.published_catalogue import published

ENTITIES_PER_PAGE, PROCEDURES_PER_PAGE = 20, 40
CHANGE = "procedures.change_operatorswitch"


def urls(site: AdminSite) -> list[URLPattern]:
    view_permission = "procedures.view_operatorswitch"
    return [staff_page(site, "operacion/interruptores/", switches, "operator_switches", view_permission)]


class SwitchForm(forms.Form):
    """The state of one switch; ``thing`` names it (``method:sms``, ``entity:1``, ``procedure:1``)."""

    thing = forms.CharField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    until = TypedMomentField(
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
        """The fields to save; an available switch has neither end nor notice."""
        if self.cleaned_data["state"] == SwitchState.AVAILABLE:
            return dict(AVAILABLE)
        return {name: self.cleaned_data[name] for name in ("state", "until", *languages.columns("notice"))}


@dataclass
class Row:
    """A switch with the name and the health of what it closes."""

    thing: str
    name: str
    switch: Switch
    code: str = ""
    health: Availability | None = None
    procedures: int = 0
    unavailable: list["Row"] = field(default_factory=list)
    submitted: SwitchForm | None = None

    @property
    def form(self) -> SwitchForm:
        values = {name: getattr(self.switch, name) for name in (*languages.columns("notice"), "revision")}
        initial = {**values, "thing": self.thing, "until": self.switch.until}
        return self.submitted or SwitchForm(initial=initial, auto_id=f"{slugify(self.thing)}_%s")


def switches(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """List what can be closed, with its state and health; a POST sets one switch."""
    form = _submitted_form(request)
    if form is not None and form.is_valid():
        return _set_switch(request, form)
    entity = Entity.objects.filter(slug=request.GET.get("organismo", "")).first()
    words = search_words(request)
    methods = _method_rows() if not (entity or words) else []
    entities, entity_rows = (None, []) if entity else _entity_page(request, words)
    procedures, procedure_rows = _procedure_page(request, entity, words) if entity or words else (None, [])
    below = [row for entity_row in entity_rows for row in entity_row.unavailable]
    _attach(form, [*methods, *entity_rows, *below, *procedure_rows])
    return render_staff_page(
        site,
        request,
        "backoffice/switches.html",
        title=_("Interruptores"),
        status=HTTPStatus.UNPROCESSABLE_ENTITY if form else HTTPStatus.OK,
        methods=methods,
        entity=entity,
        entities=entities,
        entity_rows=entity_rows,
        procedures=procedures,
        procedure_rows=procedure_rows,
        words=words,
        may_change=request.user.has_perm(CHANGE),
    )


def _submitted_form(request: HttpRequest) -> SwitchForm | None:
    if request.method != "POST":
        return None
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    return SwitchForm(request.POST, auto_id=f"{slugify(request.POST.get('thing', ''))}_%s")


def _attach(form: SwitchForm | None, rows: Iterable[Row]) -> None:
    """Show the submitted form, with its errors, in the row that it is about."""
    for row in rows:
        if form is not None and row.thing == form.data.get("thing"):
            row.submitted = form


def _set_switch(request: HttpRequest, form: SwitchForm) -> HttpResponse:
    kind, _colon, key = form.cleaned_data["thing"].partition(":")
    revision, values = form.cleaned_data["revision"], form.values
    if kind == "method" and key in Method.values:
        is_set = MethodSwitch.objects.set_state({"method": key}, revision, **values)
        forget_switches()
    elif kind in ("entity", "procedure") and key.isdecimal() and _exists(kind, int(key)):
        is_set = OperatorSwitch.objects.set_state({f"{kind}_id": int(key)}, revision, **values)
    else:
        raise Http404
    if is_set:
        state, until = str(values["state"]), values["until"].isoformat() if values["until"] else ""
        actor, target = actor_name(request), f"{kind}:{key}"
        audit.record("switch.changed", actor=actor, target=target, state=state, until=until)
        messages.success(request, _("Hecho: la gente lo ve desde ahora"))
    else:
        messages.error(request, _("Otra persona lo ha cambiado mientras tanto. Mira cómo está y decide otra vez"))
    return HttpResponseRedirect(request.get_full_path())


def _exists(kind: str, key: int) -> bool:
    rows: Any = Entity.objects if kind == "entity" else Procedure.objects
    return bool(key < 1 << 62 and rows.filter(pk=key).exists())


def method_switches() -> list[tuple[Method, MethodSwitch]]:
    """Return every method of identification with its switch, saved or not."""
    saved = MethodSwitch.objects.in_bulk()
    return [(method, saved.get(method.value) or MethodSwitch(method=method)) for method in Method]


def _method_rows() -> list[Row]:
    return [Row(f"method:{method.value}", str(method.label), switch) for method, switch in method_switches()]


def _entity_page(request: HttpRequest, words: str) -> tuple[Page[Any], list[Row]]:
    """Return a page of the public bodies, each with those of its procedures that are closed or degraded."""
    entities = Entity.objects.select_related("switch").annotate(procedure_count=Count("procedures"))
    if words:
        columns = ("slug", languages.column("name"), languages.column("short_name"))
        named = Q.create([(f"{column}__icontains", words) for column in columns], connector=Q.OR)
        entities = entities.filter(named)
    page = Paginator(entities.order_by("order", "slug"), ENTITIES_PER_PAGE).get_page(request.GET.get("p"))
    health = ConnectorHealth.objects.states()
    offers = published().by_procedure
    rows = {entity.pk: _entity_row(entity, health) for entity in page}
    closed = OperatorSwitch.objects.unavailable().filter(procedure__entity__in=list(rows))
    ordered = closed.select_related("procedure__entity").order_by("procedure__order", "procedure__slug")
    for switch in ordered[: 5 * PROCEDURES_PER_PAGE]:
        if switch.procedure is not None:
            rows[switch.procedure.entity_id].unavailable.append(_procedure_row(switch.procedure, switch, offers))
    return page, list(rows.values())


def _entity_row(entity: Any, health: dict[str, Availability]) -> Row:
    switch = getattr(entity, "switch", None) or OperatorSwitch(entity=entity)
    observed = health.get(entity.slug, Availability.OK)
    return Row(f"entity:{entity.pk}", str(entity.short_name), switch, entity.slug, observed, entity.procedure_count)


def _procedure_page(request: HttpRequest, entity: Entity | None, words: str) -> tuple[Page[Procedure], list[Row]]:
    """Return a page of the procedures of a public body, or of those that the search words find."""
    procedures = Procedure.objects.select_related("entity", "switch")
    if entity:
        procedures = procedures.filter(entity=entity)
    if words:
        name = languages.column("versions__name")
        named = Q(slug__icontains=words) | Q((f"{name}__icontains", words), versions__state="published")
        procedures = procedures.filter(named).distinct()
    ordered = procedures.order_by("entity__order", "entity__slug", "order", "slug")
    page = Paginator(ordered, PROCEDURES_PER_PAGE).get_page(request.GET.get("t"))
    offers = published().by_procedure
    return page, [_procedure_row(procedure, getattr(procedure, "switch", None), offers) for procedure in page]


def _procedure_row(procedure: Procedure, switch: OperatorSwitch | None, offers: Mapping[int, Offer]) -> Row:
    offer = offers.get(procedure.pk)
    name = str(offer.version.name) if offer else _("Sin publicar")
    return Row(f"procedure:{procedure.pk}", name, switch or OperatorSwitch(procedure=procedure), procedure.code)
