"""The launcher's supervisor: everything it has started ends, however the launcher itself ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tools.launcher.supervisor import GRACE

ROOT = Path(__file__).resolve().parent.parent.parent
LAUNCHER = """
import sys
from pathlib import Path
from tools.launcher.supervisor import Ended, Supervisor
supervisor = Supervisor(Path(sys.argv[1]) if sys.argv[1] else None)
try:
    with supervisor:
        print(supervisor.guard.pid, flush=True)
        for number, command in enumerate(sys.argv[2:]):
            supervisor.start(f"command{number}", command)
        while True:
            supervisor.watch(0.05)
except Ended as reason:
    print(reason, flush=True)
sys.exit(0 if supervisor.asked else 1)
"""
FAMILY = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in sys.argv else signal.SIG_DFL)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
os.write(1, f"{os.getpid()} {child.pid}\\n".encode())  # at once: another family writes too
time.sleep(60)
"""


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # no /proc, or gone just now
        return not os.path.isdir("/proc")


def wait_for_end(pids: list[int], seconds: float = 8) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(lives(pid) for pid in pids):
        time.sleep(0.05)
    assert not [pid for pid in pids if lives(pid)]


class Launched:
    """A launcher with two families of two processes, and the process ids of these."""

    def __init__(self, mark: str, *words: str, through: tuple[str, ...] = ()) -> None:
        command = " ".join([sys.executable, "-c", f"'{FAMILY}'", *words])
        self.process = subprocess.Popen(
            [*through, sys.executable, "-c", LAUNCHER, mark, command, command],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        lines = [self.process.stdout.readline().split() for _line in range(3)]
        self.guard, *self.family = [int(pid) for line in lines for pid in line]

    def end(self) -> str:
        """Wait for the launcher and all that it started, and return what it said."""
        wait_for_end([self.guard, *self.family])
        return self.process.communicate(timeout=10)[0]


@pytest.fixture
def launched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Launched]:
    """Start with the words that the test's parameter holds, with a mark."""
    started = Launched(str(tmp_path / "mark"), *getattr(request, "param", ()))
    yield started
    for pid in (started.process.pid, started.guard, *started.family):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    started.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_all_families_end_when_the_launcher_is_asked_to_stop(launched: Launched, number: signal.Signals) -> None:
    launched.process.send_signal(number)
    assert launched.end() == "Stopped.\n"
    assert launched.process.returncode == 0


def test_all_families_end_when_the_launcher_is_killed(launched: Launched) -> None:
    launched.process.kill()
    launched.end()
    assert launched.process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("launched", [("stubborn",)], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_family_that_will_not_stop_is_killed(launched: Launched, number: signal.Signals) -> None:
    started = time.monotonic()
    launched.process.send_signal(number)
    launched.end()
    assert time.monotonic() - started < GRACE + 3


def test_all_families_end_with_their_terminal(launched: Launched) -> None:
    os.killpg(launched.process.pid, signal.SIGHUP)  # as the kernel does to the group in the foreground
    assert launched.end() == "Stopped.\n"


def test_when_one_command_ends_by_itself_all_end_and_it_is_named(launched: Launched) -> None:
    os.kill(launched.family[2], signal.SIGKILL)
    said = launched.end()
    assert launched.process.returncode == 1
    assert said in [
        f"command{number} ended by itself, so everything was stopped; the lines above say why.\n" for number in (0, 1)
    ]


def test_all_families_end_when_their_guard_is_killed(launched: Launched) -> None:
    os.kill(launched.guard, signal.SIGKILL)
    assert launched.end().startswith("guard ended by itself")
    assert launched.process.returncode == 1


def test_the_launcher_hears_of_a_signal_that_only_make_got(launched: Launched, tmp_path: Path) -> None:
    (tmp_path / "mark").unlink()  # as make does at SIGINT
    assert launched.end() == "Stopped.\n"


def test_all_families_end_when_the_parent_of_the_launcher_is_killed(tmp_path: Path) -> None:
    started = Launched("", through=("/bin/sh", "-c", '"$@"; true', "sh"))
    started.process.kill()
    started.end()


def test_a_command_whose_turn_has_not_come_is_never_started_after_a_stop() -> None:
    program = """
import os, signal
from tools.launcher.supervisor import Supervisor
with Supervisor() as supervisor:
    supervisor.start("first", "echo first")
    supervisor.commands["first"].wait()
    os.kill(os.getpid(), signal.SIGTERM)
    supervisor.wait(0)
    supervisor.start("second", "echo second")
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout == "first\n"
    assert "Ended: Stopped." in ended.stderr
