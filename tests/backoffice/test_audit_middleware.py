"""What a staff user tried without permission stands in the audit log."""

import pytest

from backoffice.roles import Role
from foundation.models import AuditEntry
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.pages import PageClient

pytestmark = pytest.mark.django_db

LIST = "/gestion/foundation/auditentry/"


def test_refusals_are_recorded_once_an_hour() -> None:
    client = signed_in(a_staff_user(Role.SUPPORT))
    for _twice in range(2):
        assert client.get(LIST).status_code == 403
    entry = AuditEntry.objects.get(action="staff.refused")
    assert (entry.actor, entry.content["page"]) == ("support", "admin:foundation_auditentry_changelist")


def test_refusals_of_anonymous_requests_are_not_recorded() -> None:
    PageClient().get(LIST)
    assert not AuditEntry.objects.exists()
