"""What was done under each idempotency key, so that nothing is done twice."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.problems import Problem
from sandbox.wire import Request, Response

KEPT = 50_000
"""Operations remembered; the oldest go first."""


@dataclass
class Entry:
    """``answer`` is done when the operation is; until then whoever asks for it waits."""

    fingerprint: str
    answer: asyncio.Future[Response]


def key_of(request: Request) -> str:
    """The Idempotency-Key; raises ``Problem`` (400) when there is none, or none that is one."""
    key = request.headers.get("idempotency-key", "")
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Problem(400, "bad-request", "Falta la cabecera Idempotency-Key.")
    return key


class Ledger:
    """Answers by key."""

    def __init__(self) -> None:
        self.entries: OrderedDict[str, Entry] = OrderedDict()

    async def once(self, key: str, fingerprint: str, act: Callable[[], Awaitable[Response]]) -> Response:
        """The answer recorded under the key, or that of ``act``, which runs once whoever leaves meanwhile.

        The same key with another fingerprint is a ``Problem`` (409).
        """
        entry = self.entries.get(key)
        if entry is None:
            entry = Entry(fingerprint, asyncio.get_running_loop().create_future())
            self.entries[key] = entry
            if len(self.entries) > KEPT:
                self.entries.popitem(last=False)
            await self._act(key, entry, act)
        elif entry.fingerprint != fingerprint:
            raise Problem(409, "key-reused", "Esa clave de idempotencia ya se usó con otro contenido.")
        return await asyncio.shield(entry.answer)

    async def _act(self, key: str, entry: Entry, act: Callable[[], Awaitable[Response]]) -> None:
        try:
            entry.answer.set_result(await act())
        except Problem as problem:
            entry.answer.set_result(problem.response())
        finally:
            if not entry.answer.done():  # a defect of ours: nothing is recorded, the key stays free
                entry.answer.cancel()
                self.entries.pop(key, None)

    async def recorded(self, key: str) -> Response:
        """The answer under the key, awaited while it is being made; raises ``Problem`` (404, never arrived)."""
        entry = self.entries.get(key)
        if entry is None:
            raise Problem(404, "never-arrived", "No ha llegado ninguna operación con esa clave.")
        return await asyncio.shield(entry.answer)
