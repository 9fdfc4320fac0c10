"""Definition of a procedure in a body's back end."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.bodies.content import Content
from sandbox.bodies.inputs import Datum, Values
from sandbox.bodies.life import Life


@dataclass(frozen=True)
class Procedure:
    """A procedure that answers after ``seconds`` or, if ``stages_seconds`` is set, asynchronously after that long."""

    code: str
    title: str
    kind: str
    """Either ``consultation`` or ``document``."""
    build: Callable[[Life, Values], Content]
    data: tuple[Datum, ...] = ()
    level: str = "basic"
    seconds: float = 0.0
    stages_seconds: float = 0.0

    @property
    def entity(self) -> str:
        return self.code.partition("/")[0]

    @property
    def slug(self) -> str:
        return self.code.partition("/")[2]
