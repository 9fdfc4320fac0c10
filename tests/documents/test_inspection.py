"""The pages of a PDF are counted in a process of its own, within limits of time, memory and output."""

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from documents.inspection import MAX_PAGES, UNKNOWN, count_pages, runner
from documents.inspection.runner import InspectionFailed, inspect
from tests.documents.factories import a_pdf
from tests.documents.hostile import hostile
from tests.parallel import in_parallel

HOSTILE = hostile()


@pytest.fixture(autouse=True)
def _a_process_of_its_own() -> Iterator[None]:
    runner._close_idle()
    yield
    runner._close_idle()


def process_id() -> int:
    """Return the id of the process that waits for the next file."""
    (waiting,) = runner._idle
    return waiting.process.pid


@pytest.mark.parametrize("pages", [1, 3, 60])
def test_the_pages_of_a_real_pdf_are_counted(pages: int) -> None:
    assert count_pages(a_pdf(pages)) == pages


@pytest.mark.parametrize("before", [b"\r\n", b"\xef\xbb\xbf", b" " * 1000, b"\xef\xbb\xbf\xef\xbb\xbf\r\n"])
def test_what_stands_before_the_header_does_not_matter(before: bytes) -> None:
    assert count_pages(before + a_pdf(3)) == 3


def test_a_pdf_written_again_with_compressed_objects_counts_the_same() -> None:
    target = io.BytesIO()
    copy_into_new_writer(PdfFileReader(io.BytesIO(a_pdf(4)))).write(target)  # type: ignore[no-untyped-call]  # pyHanko leaves it untyped
    assert count_pages(target.getvalue()) == 4


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_has_no_pages_and_costs_little(name: str) -> None:
    began = time.perf_counter()
    assert count_pages(HOSTILE[name]) == UNKNOWN, name
    assert time.perf_counter() - began < runner.SECONDS + 2
    assert count_pages(a_pdf(2)) == 2, "the next file is read"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"<html>", b"%PDF-1.7\n<html></html>", bytes(1000)])
def test_what_is_no_pdf_has_no_pages(content: bytes) -> None:
    assert count_pages(content) == UNKNOWN


def test_one_process_reads_many_files() -> None:
    count_pages(a_pdf())
    first = process_id()
    for _ in range(5):
        count_pages(a_pdf())
    assert process_id() == first


def test_a_process_is_ended_after_its_share_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "FILES_PER_PROCESS", 2)
    assert [count_pages(a_pdf(pages)) for pages in (1, 2)] == [1, 2]
    assert not runner._idle
    assert count_pages(a_pdf(3)) == 3


def test_a_process_that_is_late_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    count_pages(a_pdf())
    late = process_id()
    monkeypatch.setattr(runner, "SECONDS", 0)
    monkeypatch.setattr(runner, "BYTES_PER_SECOND", 1 << 40)
    assert count_pages(HOSTILE["a page tree of 20,000 levels"]) == UNKNOWN
    assert not Path(f"/proc/{late}").exists()
    monkeypatch.undo()
    assert count_pages(a_pdf(2)) == 2


def test_a_process_that_needs_too_much_memory_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "MEMORY_BYTES", 128 << 20)
    assert count_pages(a_pdf(2)) == 2
    assert count_pages(a_pdf() + bytes(120 << 20)) == UNKNOWN
    assert count_pages(a_pdf(3)) == 3


def test_an_answer_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "MAX_ANSWER_BYTES", 1)
    assert count_pages(a_pdf(9)) == 9
    with pytest.raises(InspectionFailed):
        inspect("pages", a_pdf(10))
    assert not runner._idle


def test_an_unlikely_number_of_pages_is_not_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (b"0", b"-3", b"%d" % (MAX_PAGES + 1), b"", b"many"):
        monkeypatch.setattr("documents.inspection.inspect", lambda *_, answer=answer: answer)
        assert count_pages(a_pdf()) == UNKNOWN


def test_an_unknown_task_is_no_answer() -> None:
    with pytest.raises(InspectionFailed):
        inspect("nothing", a_pdf())
    assert count_pages(a_pdf(2)) == 2


def test_a_process_that_was_killed_from_outside_is_replaced() -> None:
    count_pages(a_pdf())
    (waiting,) = runner._idle
    waiting.process.kill()
    waiting.process.wait()
    assert count_pages(a_pdf(2)) == 2


def test_no_process_to_be_had_is_no_failure_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nonexistent")
    assert count_pages(a_pdf()) == UNKNOWN


def test_the_process_knows_no_secret_and_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "secret-of-the-portal")
    count_pages(a_pdf())
    process = Path("/proc") / str(process_id())
    assert process.joinpath("environ").read_bytes() == b""
    assert {path.name for path in process.joinpath("fd").iterdir()} == {"0", "1", "2"}
    limits = {line[:26].strip(): line[26:].split()[:2] for line in process.joinpath("limits").read_text().splitlines()}
    assert limits["Max open files"] == ["3", "3"]
    assert limits["Max file size"] == limits["Max core file size"] == ["0", "0"]
    assert limits["Max address space"] == [str(runner.MEMORY_BYTES)] * 2
    assert int(limits["Max cpu time"][0]) <= runner.SECONDS + 3


def test_many_files_at_once_need_few_processes() -> None:
    counted: list[int] = []
    in_parallel(lambda: counted.append(count_pages(a_pdf(2))), times=12)
    assert counted == [2] * 12
    assert 1 <= len(runner._idle) <= runner.PROCESSES


def test_a_fork_starts_its_own_process() -> None:
    count_pages(a_pdf())
    child = os.fork()
    if child == 0:
        os._exit(len(runner._idle))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
