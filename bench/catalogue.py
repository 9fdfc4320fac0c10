"""`python -m bench.catalogue`: pages of 5,000 procedures while a body falters, and while a version is published.

Both happen every two seconds, far more often than they do. No request may wait for the catalogue to be read
again: the 99th percentile of each page is compared with the same page's at rest, in the same run.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from bench.load import put_load
from tools.console import say
from tools.serving import Portal, serving

PROCEDURES = int(os.environ.get("BENCH_PROCEDURES", "5000"))
SECONDS = int(os.environ.get("BENCH_SECONDS", "10"))
PAUSE_SECONDS = 2.0
MAX_RATIO = 2.0
MAX_MEMORY_MB = 200
PAGES = {"home": "/", "entities": "/tramites/", "entity": "/tramites/b7/", "procedure": ""}  # the last is found


def main() -> int:
    """Serve, measure and print; return 0 when a flap of health holds its bound, and so does memory."""
    with serving(None, WEB_WORKERS="1") as portal:
        os.environ |= {"DATA_DIR": str(portal.data / "var"), "DJANGO_SETTINGS_MODULE": "tramites_site.settings"}
        _fill()
        while not requests.get(f"{portal.url}{PAGES['procedure']}", timeout=60).ok:  # read beside the requests
            time.sleep(0.2)
        measure(portal, None)  # fills caches
        rest = measure(portal, None)
        flap, publication = measure(portal, _flap), measure(portal, _publish)
        memory = peak_memory()
    say(f"{PROCEDURES} procedures, one web process, p99 of a page in ms ({SECONDS} s each)\n")
    say(f"{'page':12}{'at rest':>10}{'health flaps':>16}{'publications':>16}")
    for name in PAGES:
        ratios = [values[name] / rest[name] for values in (flap, publication)]
        cells = [f"{values[name]:.1f} ×{ratio:.2f}" for values, ratio in zip((flap, publication), ratios, strict=True)]
        say(f"{name:12}{rest[name]:>10.1f}{cells[0]:>16}{cells[1]:>16}")
    say(f"\npeak memory of the web process: {memory:.0f} MB (at most {MAX_MEMORY_MB})")
    return 0 if memory <= MAX_MEMORY_MB and all(flap[name] <= MAX_RATIO * rest[name] for name in PAGES) else 1


def _fill() -> None:
    import django

    django.setup()
    from bench.backoffice_data import fill_catalogue
    from procedures.models import CatalogueStamp, Entity, LifeEvent, Procedure

    LifeEvent.objects.all().delete()
    Entity.objects.all().delete()
    fill_catalogue(PROCEDURES)
    LifeEvent.objects.update(icon="truck")
    CatalogueStamp.bump()
    PAGES["procedure"] = f"/tramites/{Procedure.objects.filter(entity__slug='b7')[0].code}/"


def measure(portal: Portal, meanwhile: Callable[[int], None] | None) -> dict[str, float]:
    """Return the 99th percentile of each page in milliseconds, while something happens again and again."""
    found = {}
    with _repeated(meanwhile):
        for name, path in PAGES.items():
            load = ("-t1", "-c4", f"-d{SECONDS}s", "--latency", f"{portal.url}{path}")
            match = put_load(*load, result=r"99%\s+([\d.]+)(us|ms|s)\b")
            found[name] = float(match[1]) * {"us": 0.001, "ms": 1, "s": 1000}[match[2]]
    return found


@contextmanager
def _repeated(act: Callable[[int], None] | None) -> Iterator[None]:
    over = threading.Event()

    def repeat() -> None:
        count = 0
        while act and not over.wait(PAUSE_SECONDS):
            act(count := count + 1)

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _flap(count: int) -> None:
    """Have the body of the measured pages down, or well again."""
    from procedures.models import Availability, ConnectorHealth

    ConnectorHealth.objects.get_or_create(pk="b7")
    ConnectorHealth.objects.filter(pk="b7").set_state(Availability.DOWN if count % 2 else Availability.OK)


def _publish(count: int) -> None:
    from procedures.models import ProcedureVersion

    version = ProcedureVersion.objects.filter(state="published", procedure__slug=f"t{count}").latest("pk")
    version.copy_to_draft().publish()


def peak_memory() -> float:
    """Return the largest resident set of the web processes, in MB."""
    peaks = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes()
            if b"granian" in command and (match := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
                peaks.append(int(match[1]) / 1024)
        except OSError:
            continue
    return max(peaks, default=0)


if __name__ == "__main__":
    sys.exit(main())
