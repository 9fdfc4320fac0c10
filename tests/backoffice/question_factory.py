"""Citizens' questions as rows, without an e-mail address or a text that could be opened."""

from typing import Any

from guides.models import CitizenQuestion


def a_question(**fields: Any) -> CitizenQuestion:
    values = {"topic": "other", "language": "es", "email_cell": b"a", "text_cell": b"a", **fields}
    return CitizenQuestion.objects.create(**values)
