"""Tones: each has its colour in the stylesheet."""

import re

from django.conf import settings

from foundation.rendering.tones import TONES


def test_the_stylesheet_knows_every_tone_and_no_other() -> None:
    css = "".join(path.read_text(encoding="utf-8") for path in (settings.BASE_DIR / "static/css").rglob("*.css"))
    known = set(re.findall(r'\[data-tone="?([a-z]+)"?\]', css))
    assert set(TONES) == known
