"""Connector tests are deleted after a day, in the background and not while somebody begins one."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from backoffice.connectors.tasks import delete_old_trials
from backoffice.models import Trial

pytestmark = pytest.mark.django_db


def test_trials_are_deleted_after_a_day_and_not_by_the_next_one() -> None:
    old = Trial.objects.create(started_at=timezone.now() - timedelta(hours=25))
    recent = Trial.objects.begin(uuid4(), None)
    assert recent is not None
    assert Trial.objects.filter(pk=old.pk).exists()
    assert delete_old_trials.call() == 1
    assert list(Trial.objects.values_list("pk", flat=True)) == [recent.pk]
