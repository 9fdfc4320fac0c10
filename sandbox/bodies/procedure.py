"""A procedure of a body, as its back end knows it."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.bodies.content import Content
from sandbox.bodies.inputs import Datum, Values
from sandbox.bodies.life import Life


@dataclass(frozen=True)
class Procedure:
    """``seconds`` of work before the answer; with ``stages_seconds`` the answer is asynchronous and takes that long."""

    code: str
    title: str
    kind: str
    """consultation | document"""
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
