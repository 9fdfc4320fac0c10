"""The base class of the models' pages: changes go into the audit log, and no edit overwrites somebody else's."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import ActionLocation
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.db.models import DateTimeField, Model
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backoffice.edit_conflicts import REVISION_FIELD, RevisionForm, StaleEdit
from backoffice.moments import MomentField
from foundation import audit
from foundation.models import Revisioned


def actor_name(request: HttpRequest) -> str:
    """Return the user name under which the audit log records what is done in this request."""
    return request.user.get_username() if request.user.is_authenticated else ""


def audit_target(row: Model) -> str:
    """Return how the audit log names a row: ``procedures.entity:1``."""
    return f"{row._meta.label_lower}:{row.pk}"


class SelectFilters(admin.ModelAdmin[Any]):
    """Mixin for lists whose filters are selects: one that filters nothing sends an empty value."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        filled = [(name, value) for name, values in request.GET.lists() for value in values if value]
        if request.method == "GET" and len(filled) < sum(len(values) for _name, values in request.GET.lists()):
            return redirect(f"{request.path}?{urlencode(filled)}" if filled else request.path)
        return super().changelist_view(request, extra_context)


class StaffAdmin(SelectFilters):
    """The pages of one model in the back office.

    Raises ``ImproperlyConfigured`` for a list of a ``Revisioned`` model that edits several rows at once: such a list
    cannot tell which of them somebody else has changed.
    """

    class Media:
        js = ["js/backoffice/pickers.js"]

    formfield_overrides = {DateTimeField: {"form_class": MomentField}}

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        self.is_revisioned = issubclass(model, Revisioned)
        if self.is_revisioned and self.list_editable:
            raise ImproperlyConfigured(f"{type(self).__name__}: list_editable would overwrite others' changes")
        if self.is_revisioned and not issubclass(self.form, RevisionForm):
            self.form = type(self.form.__name__, (RevisionForm, self.form), {})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.with_revision(super().get_fieldsets(request, obj), request, obj)

    def with_revision(self, given: Any, request: HttpRequest, obj: Any = None) -> Any:
        """Add the hidden revision field to the fieldsets of a form that may be saved."""
        fieldsets = [(name, {**options}) for name, options in given]
        fields = [name for _title, options in fieldsets for name in options["fields"]]
        may_save = obj is not None and self.has_change_permission(request, obj)
        for _title, options in fieldsets:
            options["fields"] = [name for name in options["fields"] if name != REVISION_FIELD]
        if self.is_revisioned and may_save and fields:
            fieldsets[0][1]["fields"] = [*fieldsets[0][1]["fields"], REVISION_FIELD]
        return fieldsets

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **options)
        except StaleEdit:  # validating the form once more finds the other change and explains it
            return super().changeform_view(request, *args, **options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and self.is_revisioned and not obj.still_at(form.seen):
            raise StaleEdit
        super().save_model(request, obj, form, change)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        """Title a read-only page by the model's name; Django's own Spanish title is no Spanish («Vista versión»)."""
        obj = options.get("obj")
        if obj is not None and not self.has_change_permission(request, obj):
            context = {**context, "title": capfirst(self.opts.verbose_name)}
        return super().render_change_form(request, context, *args, **options)

    def get_action_choices(
        self, request: HttpRequest, default_choices: Any = None, action_location: Any = ActionLocation.CHANGE_LIST
    ) -> Any:
        choose = default_choices or [("", _("Elige qué hacer"))]
        return super().get_action_choices(request, choose, action_location)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Label the empty choice in the page's language; Django's is dashes with an English text for screen readers."""
        if db_field.name not in self.radio_fields:
            may_be_blank = db_field.blank or not db_field.has_default()
            options.setdefault("choices", db_field.get_choices(may_be_blank, [("", _("Elige"))]))
        return super().formfield_for_choice_field(db_field, request, **options)

    def get_changelist_formset(self, request: HttpRequest, **options: Any) -> Any:
        """Label the fields of an editable list for screen readers."""
        formset = super().get_changelist_formset(request, **options)
        for field in formset.form.base_fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)
        return formset

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self._record(request, "added", obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        changed = message[0].get("changed", {}).get("fields", []) if message and isinstance(message, list) else []
        self._record(request, "changed", obj, fields=", ".join(changed))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for obj in queryset:
            self._record(request, "deleted", obj)
        return super().log_deletions(request, queryset)

    def log_step(self, request: HttpRequest, action: str, obj: Any, message: str) -> None:
        """Record a change of state: ``action`` in the audit log, ``message`` in the row's history."""
        self._record(request, action, obj)
        user_id = cast(User, request.user).pk
        LogEntry.objects.log_actions(user_id, [obj], CHANGE, change_message=message, single_object=True)

    def _record(self, request: HttpRequest, action: str, obj: Any, **detail: str) -> None:
        name = f"{obj._meta.model_name}.{action}"
        audit.record(name, actor=actor_name(request), target=audit_target(obj), name=str(obj), **detail)


class ReadOnlyAdmin(SelectFilters):
    """Mixin for pages that only show rows."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
