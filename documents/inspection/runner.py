"""Asking the process that parses PDFs (``child.py``), within limits of time, memory and output.

A process answers for one file after another, as starting it takes longer than most files. What exceeds a limit, or
ends without an answer, is killed, and the next file gets a new process.
"""

import atexit
import os
import subprocess
import sys
import threading
from contextlib import suppress
from math import ceil
from pathlib import Path
from typing import BinaryIO, cast

from documents.inspection.child import REPLY, REQUEST

PROCESSES = 2
"""How many files a worker process has parsed at the same time."""
MEMORY_BYTES = 512 << 20
START_SECONDS = 20
SECONDS, BYTES_PER_SECOND = 3, 8 << 20
"""The time for any file, and how many bytes earn one more second."""
MAX_ANSWER_BYTES = 1 << 20
FILES_PER_PROCESS = 100
_CHILD = Path(__file__).with_name("child.py")


class InspectionFailed(Exception):
    """The file could not be read, or not within the limits."""


class InspectionProcess:
    """One running child and the pipes to it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD), str(MEMORY_BYTES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
        )
        self.requests, self.replies = cast(BinaryIO, self.process.stdin), cast(BinaryIO, self.process.stdout)
        self.files_left = FILES_PER_PROCESS
        try:
            self._exchange(b"", START_SECONDS)
        except InspectionFailed:
            self.close()
            raise

    def inspect(self, task: str, content: bytes) -> bytes:
        """Return the answer to a task; raise ``InspectionFailed``, after which the process may be spent."""
        self.files_left -= 1
        seconds = SECONDS + len(content) / BYTES_PER_SECOND
        header = REQUEST.pack(task.encode(), len(content), ceil(seconds))
        is_read, answer = self._exchange(header, seconds, content)
        if not is_read:
            raise InspectionFailed("the parser refuses the file")
        return answer

    @property
    def is_spent(self) -> bool:
        return self.files_left <= 0 or self.process.poll() is not None

    def _exchange(self, header: bytes, seconds: float, content: bytes = b"") -> tuple[bool, bytes]:
        """Send a request and return its reply; kill the process when it is late, dies or says too much."""
        deadline = threading.Timer(seconds, self._give_up)
        deadline.start()
        try:
            for part in (header, content):
                self.requests.write(part)
            self.requests.flush()
            reply = self.replies.read(REPLY.size)
            is_read, size = REPLY.unpack(reply) if len(reply) == REPLY.size else (0, MAX_ANSWER_BYTES + 1)
            answer = self.replies.read(size) if size <= MAX_ANSWER_BYTES else b""
        except OSError:
            size, answer, is_read = 1, b"", 0
        finally:
            deadline.cancel()
        if len(answer) != size:
            self._give_up()
            raise InspectionFailed("no answer within the limits")
        return bool(is_read), answer

    def _give_up(self) -> None:
        self.files_left = 0
        self.process.kill()

    def close(self) -> None:
        """End the process and close the pipes to it."""
        self.process.kill()
        for pipe in (self.requests, self.replies):
            with suppress(OSError):
                pipe.close()
        self.process.wait()


_free = threading.BoundedSemaphore(PROCESSES)
_idle: list[InspectionProcess] = []


def inspect(task: str, content: bytes) -> bytes:
    """Return what the child answers about the content; raise ``InspectionFailed``."""
    if not _free.acquire(timeout=START_SECONDS):
        raise InspectionFailed("all processes are busy")
    try:
        return _inspect(task, content)
    except OSError as error:
        raise InspectionFailed("no process can be started") from error
    finally:
        _free.release()


def _inspect(task: str, content: bytes) -> bytes:
    process = _idle_process() or InspectionProcess()
    try:
        return process.inspect(task, content)
    finally:
        if process.is_spent:
            process.close()
        else:
            _idle.append(process)


def _idle_process() -> InspectionProcess | None:
    """Take a process that waits and is still alive."""
    while _idle:
        with suppress(IndexError):  # another thread was faster
            process = _idle.pop()
            if not process.is_spent:
                return process
            process.close()
    return None


@atexit.register
def _close_idle() -> None:
    while _idle:
        _idle.pop().close()


os.register_at_fork(after_in_child=_idle.clear)
"""A fork shares no process with its parent."""
