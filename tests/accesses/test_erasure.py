"""An erased device: nothing that refers to it is found by its key any more."""

from typing import Any

import pytest
from django.apps import apps

from accesses.models import Favourite
from accounts.models import Device
from tests.documents.factories import a_document
from tests.factories import a_device, a_user, a_validation, a_version, an_access


@pytest.mark.django_db
def test_nothing_of_an_erased_device_is_found_by_its_key() -> None:
    device, version = a_device(), a_version()
    user = a_user(device)
    an_access(device, version, user=user)
    a_validation(device, user)
    a_document(device, user)
    Favourite.objects.add(device, version.procedure)
    key = bytes(device.token_hash)
    models = [model for model in apps.get_models() if any(f.related_model is Device for f in model._meta.fields)]
    owned: list[Any] = [model._default_manager.all() for model in models]
    assert len(owned) >= 5
    assert all(rows.owned_by(key).exists() for rows in owned)
    device.mark_erased()
    assert not any(rows.owned_by(key).exists() for rows in owned)
    assert all(rows.exists() for rows in owned), "they are hidden before they are deleted"
