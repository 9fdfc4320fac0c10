"""The roles, read-only: their permissions are written in ``backoffice.roles``, and tested."""

import django.contrib.auth.admin  # noqa: F401  registers the page that is replaced below
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from backoffice.model_admin import ReadOnlyAdmin, StaffAdmin
from backoffice.roles import ROLE_LABELS, Role

admin.site.unregister(Group)  # Django's own page, which gives any permission


@admin.register(Group)
class RoleAdmin(ReadOnlyAdmin, StaffAdmin):
    list_display = ["label", "description", "people"]
    list_display_links = None
    fields = ("label", "description", "people")
    readonly_fields = ("label", "description", "people")
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        return super().get_queryset(request).filter(name__in=list(Role)).prefetch_related("user_set").order_by("pk")

    @admin.display(description=_("papel"))
    def label(self, group: Group) -> str:
        return str(ROLE_LABELS[Role(group.name)][0])

    @admin.display(description=_("qué hace"))
    def description(self, group: Group) -> str:
        return str(ROLE_LABELS[Role(group.name)][1])

    @admin.display(description=_("quién lo tiene"))
    def people(self, group: Group) -> str:
        return ", ".join(user.get_username() for user in group.user_set.all() if user.is_active)
