"""The permission matrix: every role on every page, form and action."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db import transaction
from django.test import RequestFactory

from backoffice.catalogue.version_steps import BY_KEY, may_take
from backoffice.roles import PERMISSIONS, Role
from procedures.models import ProcedureVersion, VersionState
from tests.backoffice.permission_table import ACTIONS, LETTERS, OPEN, STEPS, TABLE, Row
from tests.backoffice.site_map import browser_of, path_of, post, routes
from tests.backoffice.staff_users import a_staff_user, signed_in
from tests.pages import parse

pytestmark = pytest.mark.django_db

REDIRECTED = 302
SUPERUSER = "*"


@contextmanager
def _undone() -> Iterator[None]:
    """Undo what happens inside, in a transaction that passes for the one around a test: pages may call out in it."""
    block: Any = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


def _people() -> dict[str, User | None]:
    """Return users by a letter for each role, ``*`` for a superuser, and two who are not staff."""
    staff: dict[str, User | None] = {letter: a_staff_user(role) for letter, role in LETTERS.items()}
    staff[SUPERUSER] = a_staff_user(name="root", is_superuser=True)
    return {**staff, "citizen": User.objects.create_user("citizen"), "nobody": None}


def _statuses(path: str, method: str, people: dict[str, User | None]) -> dict[str, int]:
    """Return the status that each user gets; whatever a request changes is rolled back."""
    found = {}
    for who, user in people.items():
        with _undone():
            client = browser_of(user)
            fields = {"post": "yes"} if path.endswith("/delete/") else {}
            found[who] = (client.get(path) if method == "GET" else post(client, path, **fields)).status_code
    return found


def _observed(route: str) -> str:
    """Return the current behaviour as a line of the table, to be reviewed before it is added."""
    people, path = _people(), path_of(route)
    letters, may, refused = [], [], []
    for method in ("GET", "POST"):
        found = _statuses(path, method, people)
        status = found[SUPERUSER]
        letters.append("".join(letter for letter in LETTERS if found[letter] == status))
        may.append(status)
        refused.append(min({found[letter] for letter in LETTERS} - {status}, default=403))
    row = Row(letters[0], letters[1], may[0], may[1], refused[0], refused[1])
    named = [
        f"{name}={value}" for name, value in row._asdict().items() if Row._field_defaults.get(name, value) != value
    ]
    return f'    "{route}": Row({", ".join([f"{letter!r}" for letter in letters] + named)}),'.replace("'", '"')


def test_every_page_has_its_line_in_the_table() -> None:
    missing = [route for route in routes() if route not in TABLE and route not in OPEN]
    lines = []
    for route in missing:
        with _undone():
            lines.append(_observed(route))
    assert not missing, "Judge these and put them into tests/backoffice/permission_table.py:\n" + "\n".join(lines)
    assert set(TABLE) <= set(routes()), "pages that are no more"


@pytest.mark.parametrize("route", TABLE)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_each_page_is_open_to_the_roles_of_the_table(route: str, method: str) -> None:
    row, people = TABLE[route], _people()
    letters, may, refused = (
        (row.get, row.got, row.get_refused) if method == "GET" else (row.post, row.posted, row.post_refused)
    )
    expected = {letter: may if letter in letters else refused for letter in LETTERS}
    expected |= {SUPERUSER: may, "citizen": REDIRECTED, "nobody": REDIRECTED}
    assert _statuses(path_of(route), method, people) == expected


def _actions_of(user: User) -> dict[str, set[str]]:
    request = RequestFactory().get("/gestion/")
    request.user = user
    pages = {model._meta.label_lower: page for model, page in admin.site._registry.items()}
    return {label: set(page.get_actions(request)) for label, page in pages.items() if page.get_actions(request)}


def test_the_actions_of_the_lists_are_those_of_the_table() -> None:
    offered = _actions_of(a_staff_user(name="root", is_superuser=True))
    found = {
        label: {
            action: "".join(
                letter for letter, role in LETTERS.items() if action in _actions_of(_one(role)).get(label, set())
            )
            for action in sorted(actions)
        }
        for label, actions in sorted(offered.items())
    }
    assert found == ACTIONS


def _one(role: Role) -> User:
    return User.objects.filter(username=role.value).first() or a_staff_user(role)


def test_every_step_of_a_version_has_its_line() -> None:
    assert set(STEPS) == set(BY_KEY)


@pytest.mark.parametrize("key", STEPS)
def test_a_step_of_a_version_is_taken_by_its_roles_alone(key: str) -> None:
    step, path = BY_KEY[key], path_of(f"procedures/procedureversion/<int:pk>/step/{key}/")
    version = ProcedureVersion.objects.latest("pk")
    ProcedureVersion.objects.exclude(pk=version.pk).update(state=VersionState.RETIRED)
    ProcedureVersion.objects.filter(pk=version.pk).update(state=step.states[0])
    for letter, role in LETTERS.items():
        user = a_staff_user(role)
        request = RequestFactory().get("/gestion/")
        request.user = user
        assert may_take(step, request) == (letter in STEPS[key]), letter
        if letter not in STEPS[key]:
            post(browser_of(user), path, note="x")
            version.refresh_from_db()
            assert (version.state, version.publish_at, version.approved_by) == (step.states[0], None, None), letter


# --- Separation of duties --------------------------------------------------------------------------------------------


def test_each_group_has_exactly_its_permissions() -> None:
    a_staff_user()
    for role, wanted in PERMISSIONS.items():
        held = Permission.objects.filter(group__name=role.value).select_related("content_type")
        assert {f"{one.content_type.app_label}.{one.codename}" for one in held} == wanted, role


APPROVING = {"procedures.approve_procedureversion", "procedures.publish_procedureversion"}


def _may_change(role: Role, app: str, *models: str) -> set[str]:
    changing = {f"{app}.{action}_{model}" for action in ("add", "change", "delete") for model in models}
    return PERMISSIONS[role] & changing


def _may_change_anything(role: Role) -> set[str]:
    return {code for code in PERMISSIONS[role] if not code.split(".")[1].startswith(("view_", "export_"))}


TEXTS = (
    *("entity", "procedure", "procedureversion", "requireddatum"),
    *("lifeevent", "lifeeventstep", "synonym", "externalservice"),
)


def test_who_writes_does_not_approve_and_who_approves_does_not_write() -> None:
    assert not PERMISSIONS[Role.EDITOR] & APPROVING
    assert not _may_change(Role.APPROVER, "procedures", *TEXTS)


def test_who_operates_writes_no_texts() -> None:
    assert not _may_change(Role.OPERATOR, "procedures", *TEXTS)


def test_who_audits_changes_nothing_and_is_the_only_one_to_read_the_log() -> None:
    assert not _may_change_anything(Role.AUDITOR)
    readers = {role for role, codes in PERMISSIONS.items() if "foundation.view_auditentry" in codes}
    assert readers == {Role.AUDITOR}


def test_who_manages_people_approves_nothing_and_writes_nothing() -> None:
    assert not PERMISSIONS[Role.ADMINISTRATOR] & APPROVING
    assert not _may_change(Role.ADMINISTRATOR, "procedures", *TEXTS, "operatorswitch", "banner")
    assert not _may_change(Role.ADMINISTRATOR, "accesses", "connectorprofile")
    assert {role for role in Role if _may_change(role, "auth", "user", "group")} == {Role.ADMINISTRATOR}


def test_nobody_gives_out_permissions_one_by_one() -> None:
    assert not any(_may_change(role, "auth", "permission", "group") for role in Role)


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.AUDITOR, Role.APPROVER])
def test_who_only_looks_at_the_catalogue_is_offered_no_button_there(role: Role) -> None:
    client = signed_in(a_staff_user(role))
    changing = path_of("procedures/entity/<path:object_id>/change/")
    for path in ("/gestion/procedures/entity/", changing):
        page = parse(client.get(path))
        buttons = page.xpath("//a[contains(@class,'addlink') or contains(@class,'deletelink')]/@href")
        assert not [path for path in buttons if path.startswith("/gestion/procedures/")]
        assert not page.xpath("//input[@name='_save' or @name='_continue' or @name='_addanother']")
