"""Responses recorded by idempotency key, so that no operation runs twice."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.problems import Problem
from sandbox.wire import Request, Response

KEPT = 50_000
"""Maximum number of operations kept; the oldest are discarded first."""


@dataclass
class Entry:
    """A recorded operation; callers wait on ``answer`` until the operation finishes."""

    fingerprint: str
    answer: asyncio.Future[Response]


def key_of(request: Request) -> str:
    """Return the Idempotency-Key; raise ``Problem`` (400) unless it is 1 to 255 printable ASCII characters."""
    key = request.headers.get("idempotency-key", "")
    if not (0 < len(key) <= 255 and key.isascii() and key.isprintable()):
        raise Problem(400, "bad-request", "Falta la cabecera Idempotency-Key.")
    return key


class Ledger:
    """Responses by idempotency key, including those still being produced."""

    def __init__(self) -> None:
        self.entries: OrderedDict[str, Entry] = OrderedDict()

    async def once(self, key: str, fingerprint: str, act: Callable[[], Awaitable[Response]]) -> Response:
        """Return the response recorded under the key, or run ``act`` once and record its response.

        ``act`` runs only once even if callers disconnect meanwhile. Raise ``Problem`` (409) when the key was used with
        another fingerprint.
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
            if not entry.answer.done():  # unexpected error: record nothing and free the key
                entry.answer.cancel()
                self.entries.pop(key, None)

    async def recorded(self, key: str) -> Response:
        """Return the response under the key, waiting if in progress; raise ``Problem`` (404) for an unknown key."""
        entry = self.entries.get(key)
        if entry is None:
            raise Problem(404, "never-arrived", "No ha llegado ninguna operación con esa clave.")
        return await asyncio.shield(entry.answer)
