"""Parts rendered once: also when many threads need one at the same moment."""

import threading
from typing import Any

import pytest
from django.template import Context, Engine, Template

from foundation.templatetags import page_parts


def test_threads_that_need_a_part_at_once_have_it_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, renderings = threading.Event(), threading.Event(), []

    class Part:
        def render(self, context: Context) -> str:
            renderings.append(1)
            begun.set()
            assert go_on.wait(5)
            return "part"

    engine: Any = Engine()
    monkeypatch.setattr(engine, "get_template", lambda name: Part())
    context = Context()
    context.template = Template("", engine=engine)
    shown: list[str] = []
    threads = [
        threading.Thread(target=lambda: shown.append(page_parts.once(context, "part.html", "stamp")))
        for _thread in range(4)
    ]
    for thread in threads:
        thread.start()
    assert begun.wait(5)
    go_on.set()
    for thread in threads:
        thread.join()
    assert (shown, len(renderings)) == (["part"] * 4, 1)
