"""The columns of each kind of sheet, and what staff read about them."""

import pytest
from pytest_django.fixtures import Settings

from procedures.transfer.resources import EntityResource


@pytest.mark.parametrize(("column", "label"), [
    ("slug", "identificador"),
    ("name_es", "nombre oficial (es)"),
    ("short_name_ca_valencia", "nombre corto (ca-valencia)"),
])  # fmt: skip
def test_a_column_is_labelled_by_its_field_and_its_language(settings: Settings, column: str, label: str) -> None:
    settings.LANGUAGES = [*settings.LANGUAGES, ("ca-valencia", "Valencià")]
    assert EntityResource().label_of(column) == label
