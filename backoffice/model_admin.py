"""What every page of the back office does: whatever is saved or deleted here is written into the audit log, and a row
that several people edit (``Revisioned``) is not overwritten by who did not see the latest of it."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import ActionLocation
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from backoffice.edit_conflicts import SEEN, RevisionForm, StaleEdit
from foundation import audit
from foundation.models import Revisioned


def name_of(request: HttpRequest) -> str:
    """Who acts, as the audit log knows them."""
    return request.user.get_username() if request.user.is_authenticated else ""


class StaffAdmin(admin.ModelAdmin[Any]):
    """The back office's page of one model.

    A list that edits several rows at once cannot say which of them somebody else has changed: it may not be had of a
    ``Revisioned`` model.
    """

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
        """The fieldsets with the revision, hidden, where something may be saved."""
        fieldsets = [(name, {**options}) for name, options in given]
        fields = [name for _title, options in fieldsets for name in options["fields"]]
        may_save = obj is not None and self.has_change_permission(request, obj)
        for _title, options in fieldsets:
            options["fields"] = [name for name in options["fields"] if name != SEEN]
        if self.is_revisioned and may_save and fields:
            fieldsets[0][1]["fields"] = [*fieldsets[0][1]["fields"], SEEN]
        return fieldsets

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **options)
        except StaleEdit:  # its form is looked at once more, and says so
            return super().changeform_view(request, *args, **options)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and self.is_revisioned and not obj.still_at(form.seen):
            raise StaleEdit
        super().save_model(request, obj, form, change)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        """Call what can only be looked at by its name; Django's «Vista versión» is no Spanish."""
        obj = options.get("obj")
        if obj is not None and not self.has_change_permission(request, obj):
            context = {**context, "title": capfirst(self.opts.verbose_name)}
        return super().render_change_form(request, context, *args, **options)

    def get_action_choices(
        self,
        request: HttpRequest,
        default_choices: Any = None,
        action_location: Any = ActionLocation.CHANGE_LIST,
    ) -> Any:
        choose = default_choices or [("", _("Elige qué hacer"))]
        return super().get_action_choices(request, choose, action_location)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Say in the page's language that nothing is chosen yet; Django says it in English."""
        if db_field.name not in self.radio_fields:
            may_be_blank = db_field.blank or not db_field.has_default()
            options.setdefault("choices", db_field.get_choices(may_be_blank, [("", _("Elige"))]))
        return super().formfield_for_choice_field(db_field, request, **options)

    def get_changelist_formset(self, request: HttpRequest, **options: Any) -> Any:
        """Name each field of a list for those who do not see its column's heading."""
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

    def log_step(self, request: HttpRequest, what: str, obj: Any, message: str) -> None:
        """Write down that a row came to another state: ``what`` for the audit log, ``message`` for its history."""
        self._record(request, what, obj)
        user_id = cast(User, request.user).pk
        LogEntry.objects.log_actions(user_id, [obj], CHANGE, change_message=message, single_object=True)

    def _record(self, request: HttpRequest, what: str, obj: Any, **detail: str) -> None:
        target = f"{obj._meta.label_lower}:{obj.pk}"
        audit.record(f"{obj._meta.model_name}.{what}", actor=name_of(request), target=target, name=str(obj), **detail)
