"""Sample inputs: made up for every kind of datum, so that a connector can be tested for nobody."""

import pytest

from procedures.models import DatumType
from procedures.required_data.samples import sample_inputs
from tests.factories import a_datum, a_version

pytestmark = pytest.mark.django_db


def test_sample_inputs_fit_every_kind_of_datum() -> None:
    version = a_version()
    kinds = sorted(set(DatumType.values) - {"choice"})
    for kind in kinds:
        a_datum(version, kind, kind)
    a_datum(version, "choice", "choice", options=[{"value": "a", "label": {"es": "A"}}])
    a_datum(version, "long", "text", minimum="30", maximum="31")
    inputs = sample_inputs(version)
    of_several = {"period_from", "period_to", "address_street", "address_postal_code", "address_town"}
    assert set(inputs) == {*kinds, "choice", "long", *of_several} - {"period", "address"}
