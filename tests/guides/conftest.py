"""The questions as an installation has them."""

import pytest

from guides.question_files import load


@pytest.fixture(autouse=True)
def _questions(db: None) -> None:
    load()
