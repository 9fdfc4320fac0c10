"""Run the sandbox until it is told to stop.

Environment variables: HOST, SANDBOX_PORT, CLAVE_TOKEN (required), PORTAL_URL (where the portal publishes its keys),
SANDBOX_PUBLIC_URL, SANDBOX_TRUST_TOKENS=1 (the bodies do not check the signature of the portal's tokens).
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading

from sandbox.server import Server
from sandbox.world import Settings


def main() -> int:
    """Return the exit status: 0 after a normal stop, 1 when the server cannot start, with the reason on stderr."""
    options = _options()
    logging.basicConfig(level=logging.INFO if options.verbose else logging.WARNING, format="%(message)s")
    token = os.environ.get("CLAVE_TOKEN", "")
    if not token:
        return _refuse("CLAVE_TOKEN is missing: the sandbox needs the token with which the portal calls Cl@ve.")
    settings = Settings(
        token,
        os.environ.get("PORTAL_URL", "http://127.0.0.1:8000"),
        os.environ.get("SANDBOX_TRUST_TOKENS", "") == "1",
        os.environ.get("SANDBOX_PUBLIC_URL", "").rstrip("/"),
    )
    try:
        asyncio.run(_serve(Server(settings, options.host, options.port)))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        return _refuse(f"The sandbox cannot listen on {options.host}:{options.port}: {reason}.")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Stand-in for Cl@ve, the phones and the bodies"
    )
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("SANDBOX_PORT") or 8001))
    parser.add_argument("--verbose", action="store_true", help="say which faults strike (never whom)")
    return parser.parse_args()


async def _serve(server: Server) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await server.serve(threading.Event(), stop)


def _refuse(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
