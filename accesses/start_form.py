"""The start form: the required data and, where that makes a short page, who does the procedure and by which method."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict

from accesses.identification import IdentificationForm
from accounts.forms import ChooseUserForm, NewUserForm
from accounts.models import ClaveUser, Device
from clave.pin.forms import MethodForm
from clave.switches import open_methods
from foundation.forms.groups import FormGroup
from procedures.models import ProcedureVersion
from procedures.offers import Offer
from procedures.required_data.form import RequiredDataForm

MOST_QUESTIONS = 5
"""Questions on one page; where there would be more, the person and the method are asked for on pages of their own."""
PERSON_FIELDS = frozenset({"user", "method", *NewUserForm.base_fields})


def last_chosen(users: Sequence[ClaveUser]) -> ClaveUser | None:
    """Return the user to preselect, None without any."""
    return max(users, key=lambda user: user.last_chosen_at, default=None)


def method_form(version: ProcedureVersion, sent: QueryDict | None, preferred: str = "") -> MethodForm:
    """Return the choice of the version's open methods, the only one preselected, bound if a method was sent."""
    usable = open_methods(version.methods)
    method = usable[0] if len(usable) == 1 else preferred
    return MethodForm(usable, sent if sent and sent.get("method") else None, initial={"method": method})


def sent_method(form: MethodForm) -> str:
    """Return the method of a valid form, ``""`` if none was sent: the next page asks for it."""
    return str(form.cleaned_data["method"]) if form.is_bound else ""


class StartForm(FormGroup):
    """What a start page asks.

    Person and method may be missing, or blank, in what is sent: then the next pages ask for them.
    """

    def __init__(
        self, request: HttpRequest, offer: Offer, users: Sequence[ClaveUser], *, initial: dict[str, Any]
    ) -> None:
        sent = request.POST if request.method == "POST" else None
        self.offer, self.users = offer, users
        self.data = RequiredDataForm(offer.version.data, sent, initial=initial)
        self.identification = IdentificationForm(sent if sent and "identification" in sent else None)
        person_sent = None if self._names_clash else sent
        self.likely = last_chosen(users)
        self.person = _person_form(users, person_sent)
        self.method_form = method_form(offer.version, person_sent, self.likely.method if self.likely else "")
        super().__init__(self.data, self.person, self.method_form)

    @cached_property
    def _names_clash(self) -> bool:
        """Whether a required datum has the name of a field of the person: that one then has a page of its own."""
        return not PERSON_FIELDS.isdisjoint(self.data.fields)

    @property
    def asks_person(self) -> bool:
        if self._names_clash or not self.offer.may_start:
            return False
        return len(self.data.fields) + len(self.person.fields) + len(self.method_form.fields) <= MOST_QUESTIONS

    @property
    def asks_new_user(self) -> bool:
        return isinstance(self.person, NewUserForm)

    @property
    def has_room(self) -> bool:
        """Whether another user can be saved on this device."""
        return len(self.users) < settings.USERS_PER_DEVICE

    def is_valid(self) -> bool:
        """Also check that the submitted type is offered; without one, that of the cookie or the only one applies."""
        if self.identification.is_bound and not self.identification.is_valid():
            self.data.add_error(None, self.identification.errors["identification"])
        return super().is_valid()

    # --- What a valid one says ----------------------------------------------------------------------------------------

    @property
    def method(self) -> str:
        return sent_method(self.method_form)

    @property
    def is_for_somebody_new(self) -> bool:
        """Whether the person is to be asked for the data of a new user on the next page."""
        if isinstance(self.person, NewUserForm):
            return not (self.person.is_bound and self.person.has_changed())
        return self.person.is_bound and self.person.cleaned_data["user"] is None

    def chosen_user(self, device: Device) -> ClaveUser | None:
        """Return the chosen user, saving a new one; None without a choice.

        When no further user can be saved, None is returned and the form has an error.
        """
        if not self.person.is_bound or self.is_for_somebody_new:
            return None
        if isinstance(self.person, NewUserForm):
            saved = self.person.save(device)
            return saved[0] if saved else None
        user: ClaveUser = self.person.cleaned_data["user"]
        return user


def _person_form(users: Sequence[ClaveUser], sent: QueryDict | None) -> ChooseUserForm | NewUserForm:
    if sent and "user" in sent:
        return ChooseUserForm(users, sent)
    if sent and "document_number" in sent:
        return NewUserForm(sent, empty_permitted=True, use_required_attribute=False)
    return ChooseUserForm(users) if users else NewUserForm()
