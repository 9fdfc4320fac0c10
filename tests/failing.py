"""Calls that fail, to stand in for others."""

from collections.abc import Callable
from typing import Any


def failing(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises this."""

    def fail(*_args: object, **_options: object) -> Any:
        raise error

    return fail
