"""HTTP/1.1 server with keep-alive, on its own sockets and a single event loop.

In tests: ``with running() as server: requests.get(server.url + "/api/people")``.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Iterator

from sandbox.app import App
from sandbox.faults import Fault
from sandbox.problems import Problem
from sandbox.routes import find
from sandbox.wire import MAX_HEAD, BadRequest, Hang, Outcome, Request, Reset, Response, read_request, reset
from sandbox.world import Settings, World

logger = logging.getLogger("sandbox")
BACKLOG = 2048


class Server:
    """A sandbox server; ``world`` is its state, which tests in the same process can inspect."""

    def __init__(self, settings: Settings, host: str = "127.0.0.1", port: int = 8001) -> None:
        self.world = World(settings)
        self.host, self.port = host, port
        self.connections: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Return the server's address, such as ``http://127.0.0.1:8001``."""
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://{shown}:{self.port}"

    async def serve(self, listening: threading.Event, stop: asyncio.Event) -> None:
        """Listen until ``stop`` is set; raise ``OSError`` if the port is unavailable. Port 0 picks a free one."""
        self.app = App(self.world)
        server = await asyncio.start_server(self._connected, self.host, self.port, backlog=BACKLOG, limit=MAX_HEAD)
        self.port = server.sockets[0].getsockname()[1]
        listening.set()
        await stop.wait()
        server.close()
        for task in self.connections:
            task.cancel()
        await asyncio.gather(*self.connections, return_exceptions=True)
        self.app.close()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self.connections.add(task)
            task.add_done_callback(self.connections.discard)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Serve one request; return whether the connection stays open."""
        try:
            request = await read_request(reader, writer)
        except BadRequest as bad:
            writer.write(Problem(bad.status, "bad-request", str(bad)).response().encode(close=True))
            await writer.drain()
            return False
        if request is None:
            return False
        match await self.outcome(request):
            case Response() as response:
                return await _write(writer, request, response)
            case Hang(seconds):
                await _hold(reader, seconds)
            case Reset():
                reset(writer)
        return False

    async def outcome(self, request: Request) -> Outcome:
        """Return the response, or what a fault does in its place."""
        fault: Fault | None = None
        try:
            call = find(request)
            fault = self.world.faults.pick(call.target, call.route.operation) if call.target else None
            if fault is not None and not fault.with_effect:
                logger.info("%s %s: %s", call.target, call.route.operation, fault.fault)
                return fault.outcome()
            response = await call.answer(self.app, request)
        except Problem as problem:
            response = problem.response()
        return await _late_or_lost(response, fault)


async def _late_or_lost(response: Response, fault: Fault | None) -> Response:
    """Return the response, delayed or truncated if a fault applies after the operation."""
    if fault is None:
        return response
    if fault.fault == "slow":
        await asyncio.sleep(fault.wait)
        return response
    sent = response.body[: len(response.body) // 2]
    return Response(response.status, sent, response.content_type, response.headers, declared=len(response.body) or 1)


async def _write(writer: asyncio.StreamWriter, request: Request, response: Response) -> bool:
    cut_off = response.declared is not None
    close = cut_off or request.headers.get("connection", "").lower() == "close"
    writer.write(response.encode(close=close, bodiless=request.method == "HEAD"))
    await writer.drain()
    return not close


async def _hold(reader: asyncio.StreamReader, seconds: float) -> None:
    """Send nothing until the time is up or the client disconnects."""
    with contextlib.suppress(TimeoutError, ConnectionError):
        async with asyncio.timeout(seconds):
            while await reader.read(1 << 16):
                pass


@contextlib.contextmanager
def running(
    port: int = 0,
    *,
    host: str = "127.0.0.1",
    token: str = "sandbox-token",  # noqa: S107 - a test token
    portal_url: str = "",
    trust_tokens: bool = False,
    public_url: str = "",
) -> Iterator[Server]:
    """Run a sandbox in a thread of this process, by default on a free port; raise ``OSError`` if the port is taken.

    With ``trust_tokens`` the bodies check the claims of the portal's bearer token but not its signature, for tests
    without a running portal.
    """
    thread = _Thread(Server(Settings(token, portal_url, trust_tokens, public_url), host, port))
    thread.start()
    thread.listening.wait()
    if thread.failure is not None:
        raise thread.failure
    try:
        yield thread.server
    finally:
        thread.stop()


class _Thread(threading.Thread):
    """A thread that runs a server in its own event loop."""

    def __init__(self, server: Server) -> None:
        super().__init__(name="sandbox", daemon=True)
        self.server = server
        self.listening, self.stopping = threading.Event(), asyncio.Event()
        self.loop = asyncio.new_event_loop()
        self.failure: OSError | None = None

    def run(self) -> None:
        try:
            self.loop.run_until_complete(self.server.serve(self.listening, self.stopping))
        except OSError as error:
            self.failure = error
        finally:
            self.loop.close()
            self.listening.set()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.join()
