"""Objects for tests, made as the portal makes them."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import Client
from django.utils import timezone

from accesses.models import Access
from accounts.devices import DeviceCookie
from accounts.models import ClaveUser, Device
from clave.identity import Identity
from clave.models import Method, Validation
from foundation.forms.identity_numbers import parse_identity_number
from procedures.models import (
    CatalogueStamp,
    Entity,
    OperatorSwitch,
    Procedure,
    ProcedureVersion,
    RequiredDatum,
    Stamp,
    SwitchState,
)
from procedures.published_catalogue import forget_published

ANA = "12345678Z"
"""The sandbox's first DNI."""
TOKEN = "t" * 43


def a_device(client: Client | None = None, token: str = TOKEN) -> Device:
    """Create a device, and make the client its browser."""
    if client is not None:
        client.cookies[settings.DEVICE_COOKIE_NAME] = token
    return Device.objects.ensure(DeviceCookie(token))


def a_user(device: Device, number: str = ANA, alias: str = "Ana", phone: str = "+34612345678") -> ClaveUser:
    user, _is_new = ClaveUser.objects.save_new(device, alias=alias, number=parse_identity_number(number), phone=phone)
    return user


def known_to(user: ClaveUser) -> ClaveUser:
    """Mark a user as verified before by its device, and return it."""
    ClaveUser.objects.filter(pk=user.pk).update(verified_at=timezone.now())
    user.refresh_from_db()
    return user


def a_validation(device: Device, user: ClaveUser, method: Method | None = None, **changes: Any) -> Validation:
    """Begin a validation, with its method chosen if one is given."""
    validation = Validation.objects.begin(
        device,
        user,
        purpose=changes.pop("purpose", f"access:{uuid4()}"),
        return_to="/accesos/",
        restart="/usuarios/",
        title="Mis puntos",
    )
    if method or changes:
        Validation.objects.filter(pk=validation.pk).update(method=method or "", **changes)
        validation.refresh_from_db()
    return validation


def a_version(code: str = "dgt/puntos", **fields: Any) -> ProcedureVersion:
    """Publish a procedure whose connector is the sandbox's."""
    entity_slug, slug = code.split("/")
    entity, _made = Entity.objects.get_or_create(
        slug=entity_slug,
        defaults={
            "name_es": "Dirección General de Tráfico",
            "name_en": "Directorate-General for Traffic",
            "short_name_es": "Tráfico",
            "short_name_en": "Traffic",
            "monogram": entity_slug.upper()[:4],
        },
    )
    procedure = Procedure.objects.create(entity=entity, slug=slug)
    texts = {"name": "Mis puntos", "summary": "Cuántos puntos te quedan", "duration": "Al momento"}
    long_texts = dict.fromkeys(("purpose", "needs", "gets", "legal_basis"), "Texto")
    values = {f"{name}_es": text for name, text in {**texts, **long_texts}.items()}
    defaults = {"kind": "consultation", "connector": f"{{sandbox}}/bodies/{code}"}
    version = ProcedureVersion.objects.create(procedure=procedure, **{**defaults, **values, **fields})
    version.publish()
    forget_published()
    return version


def a_datum(version: ProcedureVersion, key: str, type: str, **fields: Any) -> RequiredDatum:
    datum = RequiredDatum.objects.create(version=version, key=key, type=type, **{"label_es": key, **fields})
    CatalogueStamp.bump()
    forget_published()
    return datum


def an_access(
    device: Device, version: ProcedureVersion, inputs: dict[str, Any] | None = None, user: ClaveUser | None = None
) -> Access:
    """Start an access, which then waits for identification."""
    access = Access.objects.start(uuid4(), device, version, inputs or {})
    assert access is not None
    if user is not None:
        access.choose_user(user)
        access.refresh_from_db()
    return access


def an_identity(number: str = ANA, level: str = "advanced") -> Identity:
    return Identity(number, "Ana", "García López", level)


def a_queued_access(device: Device, version: ProcedureVersion, inputs: dict[str, Any] | None = None) -> Access:
    """Start an access whose identity is proved, so that its work can begin."""
    access = an_access(device, version, inputs)
    access.queue(an_identity())
    access.refresh_from_db()
    return access


def close(thing: Entity | Procedure, **fields: Any) -> OperatorSwitch:
    """Have the operator close an entity or a procedure (or say another thing of it)."""
    named: Any = {"entity" if isinstance(thing, Entity) else "procedure": thing}
    values = {"state": SwitchState.CLOSED, **fields}
    switch, _is_new = OperatorSwitch.objects.update_or_create(**named, defaults=values)
    CatalogueStamp.bump(Stamp.AVAILABILITY)
    forget_published()
    return switch
