"""The pages of the staff users: who they are and which roles they have; nobody has permissions beside roles."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from backoffice.model_admin import StaffAdmin, actor_name, audit_target
from backoffice.pages import render_staff_page
from backoffice.roles import ROLE_LABELS, Role
from backoffice.sign_in.mfa_adapter import reset_factors
from backoffice.sign_in.password_links import first_password_path
from backoffice.sign_in.second_factor import FACTOR_TYPES
from backoffice.sign_in.sessions import end_sessions_of
from foundation import audit


class RoleChoices(forms.ModelMultipleChoiceField[Group]):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, group: Group) -> str:
        label, description = ROLE_LABELS[Role(group.name)]
        return f"{label}: {description}"


class StaffUserForm(forms.ModelForm[User]):
    groups = RoleChoices(
        queryset=Group.objects.filter(name__in=list(Role)).order_by("pk"), label=_("Papeles"), required=False
    )

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "groups", "is_active"]

    def clean(self) -> dict[str, Any] | None:
        """Refuse to take the role from the last administrator: nobody could give roles any more."""
        cleaned = super().clean() or {}
        stays_administrator = cleaned.get("is_active", True) and any(
            group.name == Role.ADMINISTRATOR for group in cleaned.get("groups", [])
        )
        if (
            {"groups", "is_active"} & set(cleaned)
            and not stays_administrator
            and not _administrators().exclude(pk=self.instance.pk)
        ):
            raise ValidationError(_("Es la única persona que administra: pon antes ese papel a otra"))
        return cleaned


def _administrators() -> QuerySet[User]:
    able = User.objects.filter(is_active=True, is_staff=True)
    return able.filter(is_superuser=True) | able.filter(pk__in=User.objects.filter(groups__name=Role.ADMINISTRATOR))


class RoleFilter(admin.SimpleListFilter):
    title = _("papel")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, label) for role, (label, _description) in ROLE_LABELS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


# Remove Django's pages of users, and allauth's pages, which show secrets and let anything be changed.
for _model in [*admin.site._registry]:
    if _model is User or _model._meta.app_label in {"account", "mfa", "usersessions"}:
        admin.site.unregister(_model)


@admin.register(User)
class StaffUserAdmin(StaffAdmin):
    """Nobody changes their own roles, and only superusers change superusers; who leaves is deactivated, not deleted."""

    form = StaffUserForm
    list_display = ["username", "full_name", "roles", "is_active", "has_factor", "last_login"]
    list_filter = ["is_active", RoleFilter]
    search_fields = ["username", "first_name", "last_name", "email"]
    list_per_page = list_max_show_all = 50
    show_full_result_count = False
    ordering = ["username"]
    actions = None
    change_form_template = "backoffice/staff/user_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factor = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTOR_TYPES)
        staff: QuerySet[User] = super().get_queryset(request).filter(is_staff=True)
        return staff.prefetch_related("groups").annotate(factor=Exists(factor))

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may_change = obj is None or not obj.is_superuser or getattr(request.user, "is_superuser", False)
        return bool(may_change) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return ["username", "first_name", "last_name", "email", "groups", *(["is_active"] if obj else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        return ["groups", "is_active"] if obj is not None and obj.pk == request.user.pk else []

    @admin.display(description=_("nombre"))
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("papeles"))
    def roles(self, user: User) -> str:
        return str(_("todos (superusuario)")) if user.is_superuser else ", ".join(_roles_of(user))

    @admin.display(description=_("segundo factor"), boolean=True)
    def has_factor(self, user: Any) -> bool:
        return bool(user.factor)

    def changeform_view(self, request: HttpRequest, *args: Any, **options: Any) -> HttpResponse:
        """Serialize changes, so that two administrators cannot take the role from each other at once."""
        with transaction.atomic():
            if request.method == "POST":
                list(Group.objects.select_for_update().filter(name=Role.ADMINISTRATOR))
            response: HttpResponse = super().changeform_view(request, *args, **options)
            return response

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if change and not obj.is_active:
            end_sessions_of(obj, actor_name(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        user = form.instance
        before = _roles_of(user) if change else []
        super().save_related(request, form, formsets, change)
        after = _roles_of(User.objects.get(pk=user.pk))
        if before != after:
            self._record_staff(request, "roles_changed", user, before=", ".join(before), after=", ".join(after))

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        self.message_user(request, _("Usuario creado. Dale ahora un enlace para que elija su contraseña."))
        return redirect("admin:auth_user_link", obj.pk)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/enlace/", view(self.give_link), name="auth_user_link"),
            path("<int:pk>/restablecer/", view(self.reset_factor), name="auth_user_reset"),
            *super().get_urls(),
        ]

    def give_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show a link for choosing a password, once; the current password and sessions end."""
        user = self._get_other(request, pk)
        context = {}
        if request.method == "POST":
            user.set_unusable_password()
            user.save(update_fields=["password"])
            end_sessions_of(user, actor_name(request))
            self._record_staff(request, "link_given", user)
            context["link"] = request.build_absolute_uri(first_password_path(user))
        return self._render(request, user, "backoffice/staff/link.html", _("Enlace para elegir contraseña"), **context)

    def reset_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete a user's second factors, when they have lost their phone."""
        user = self._get_other(request, pk)
        if request.method != "POST":
            return self._render(request, user, "backoffice/staff/reset.html", _("Restablecer el segundo factor"))
        reset_factors(user)
        end_sessions_of(user, actor_name(request))
        self._record_staff(request, "second_factor_reset", user)
        message = _("Segundo factor restablecido: «%(user)s» pondrá otro cuando entre.")
        self.message_user(request, message % {"user": user}, messages.SUCCESS)
        return redirect("admin:auth_user_change", user.pk)

    def _get_other(self, request: HttpRequest, pk: int) -> User:
        """Return a user whom the signed-in user may change; raise ``PermissionDenied`` for themselves."""
        user: User = get_object_or_404(self.get_queryset(request), pk=pk)
        if user.pk == request.user.pk or not self.has_change_permission(request, user):
            raise PermissionDenied
        return user

    def _record_staff(self, request: HttpRequest, action: str, user: User, **detail: str) -> None:
        actor, target = actor_name(request), audit_target(user)
        audit.record(f"staff.{action}", actor=actor, target=target, name=user.username, **detail)

    def _render(self, request: HttpRequest, user: User, template: str, title: Any, **context: Any) -> HttpResponse:
        context |= {"opts": self.opts, "subject": user}
        return render_staff_page(self.admin_site, request, template, title=title, **context)


def _roles_of(user: User) -> list[str]:
    held = {group.name for group in user.groups.all()}
    return [str(label) for role, (label, _description) in ROLE_LABELS.items() if role.value in held]
