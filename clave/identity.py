"""The outcome of every kind of validation: who the person is, and the assurance level."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Identity:
    """The person identified by a validation; ``level`` is ``basic`` or ``advanced``."""

    document_number: str
    given_name: str
    surnames: str
    level: str

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.surnames}".strip()

    def as_mapping(self) -> dict[str, str]:
        return asdict(self)

    @classmethod
    def from_mapping(cls, content: Mapping[str, Any]) -> Self:
        return cls(**{name: str(content.get(name, "")) for name in cls.__dataclass_fields__})
