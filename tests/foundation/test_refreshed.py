"""A value kept in memory: read by one thread at a time, shown by the others meanwhile, kept through an outage."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError

from foundation.refreshed import Refreshed, _run_beside


class Source:
    """Counts how often it is read; ``gate``, when given, holds a reading until it is opened."""

    def __init__(self, gate: threading.Event | None = None) -> None:
        self.reads = 0
        self.begun = threading.Event()
        self.gate = gate
        self.away = False

    def read(self) -> int:
        self.reads += 1
        self.begun.set()
        if self.gate is not None:
            assert self.gate.wait(5)
        if self.away:
            raise DatabaseError("away")
        return self.reads


def never_old() -> float:
    return 3600


def always_old() -> float:
    return 0


def holder(source: Source, **options: Any) -> Refreshed[int]:
    return Refreshed("a number", source.read, **options)


def test_it_is_read_once_until_it_is_too_old() -> None:
    source = Source()
    kept = holder(source, max_age=never_old)
    assert [kept.get(), kept.get()] == [1, 1]
    kept = holder(source, max_age=always_old)
    assert [kept.get(), kept.get()] == [2, 3]


def test_another_version_is_read_whatever_the_age() -> None:
    kept = holder(Source())
    assert [kept.get(7), kept.get(7), kept.get(8)] == [1, 1, 2]


def test_a_value_that_was_put_there_counts_as_read() -> None:
    source = Source()
    kept = holder(source)
    kept.put(40, version=7)
    assert (kept.get(7), kept.peek(), source.reads) == (40, 40, 0)


def test_what_is_forgotten_is_read_again() -> None:
    kept = holder(Source(), max_age=never_old)
    kept.get()
    kept.forget()
    assert kept.peek() is None
    assert kept.get() == 2


def test_the_old_value_stays_while_the_source_is_away(caplog: pytest.LogCaptureFixture) -> None:
    source = Source()
    kept = holder(source, max_age=always_old)
    kept.get()
    source.away = True
    assert kept.get() == 1
    assert caplog.messages == ["Cannot read a number: DatabaseError"]


def test_without_an_old_value_there_is_the_fallback_or_the_error() -> None:
    source = Source()
    source.away = True
    assert holder(source, fallback=lambda: -1).get() == -1
    with pytest.raises(DatabaseError):
        holder(source).get()
    source.away = False
    assert holder(source).get() == 3


def in_thread(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_while_one_thread_reads_the_others_have_the_old_value() -> None:
    gate = threading.Event()
    source = Source()
    kept = holder(source, max_age=always_old)
    kept.get()
    source.begun.clear()
    source.gate = gate
    thread = in_thread(kept.get)
    assert source.begun.wait(5)
    assert [kept.get() for _other in range(5)] == [1] * 5
    gate.set()
    thread.join()
    assert (source.reads, kept.peek()) == (2, 2)


def test_the_first_callers_wait_for_one_reading() -> None:
    gate = threading.Event()
    source = Source(gate)
    kept = holder(source, max_age=never_old)
    got: list[int] = []
    threads = [in_thread(lambda: got.append(kept.get())) for _caller in range(8)]
    assert source.begun.wait(5)
    gate.set()
    for thread in threads:
        thread.join()
    assert (got, source.reads) == ([1] * 8, 1)


def test_what_takes_long_is_read_beside_the_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refreshed, "run_beside", staticmethod(_run_beside))
    monkeypatch.setattr("foundation.refreshed.PATIENCE_SECONDS", 0.01)
    gate, source = threading.Event(), Source()
    kept = holder(source, beside=True)
    assert kept.get(1) == 1
    source.gate = gate
    assert [kept.get(2) for _request in range(5)] == [1] * 5
    gate.set()
    assert kept._lock.acquire(timeout=5)
    kept._lock.release()
    assert (kept.get(2), source.reads) == (2, 2)


def test_what_is_quick_is_there_at_once_although_it_is_read_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refreshed, "run_beside", staticmethod(_run_beside))
    monkeypatch.setattr("foundation.refreshed.PATIENCE_SECONDS", 5)
    kept = holder(Source(), beside=True)
    assert [kept.get(1), kept.get(2)] == [1, 2]
