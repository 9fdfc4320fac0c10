"""The title card before each chapter, rendered by the browser in the typeface of the interface."""

from __future__ import annotations

import io
from html import escape

from PIL import Image
from playwright.sync_api import Browser, ViewportSize

from guides.tutorials import HEIGHT, WIDTH, Tutorial

PAGE = """<!doctype html><html lang="es"><style>
  body {{ margin: 0; height: 100vh; box-sizing: border-box; padding: 44px 44px 150px; display: flex;
    flex-direction: column; justify-content: space-between; background: #0b5563; color: #fff;
    font: 400 26px/1.4 system-ui, sans-serif; }}
  h1 {{ font-size: 54px; line-height: 1.15; letter-spacing: -.02em; margin: 0; text-wrap: balance; }}
  b {{ display: block; font-size: 30px; }} p {{ margin: 0; color: #dcebec; }}
  .bars {{ display: flex; gap: 10px; margin-bottom: 26px; }}
  i {{ height: 10px; flex: 1; border-radius: 9px; background: #ffffff40; }} i.on {{ background: #fff; }}
</style><p><b>Trámites</b>{above}</p><div>{bars}<h1>{title}</h1></div><p>{below}</p></html>"""
BELOW = "Con personas y datos inventados"
PAGE_SIZE = ViewportSize(width=540, height=720)
"""The window that the sizes in `PAGE` are meant for."""


class Cards:
    """Renders title cards and posters in a tab of its own."""

    def __init__(self, browser: Browser) -> None:
        self.page = browser.new_page(viewport=PAGE_SIZE)

    def of_chapter(self, tutorial: Tutorial, number: int) -> Image.Image:
        chapters = tutorial.chapters
        bars = "".join(f"<i{' class=on' if bar < number else ''}></i>" for bar in range(len(chapters)))
        title = chapters[number - 1].text.es
        return self._rendered(tutorial.title.es, f'<div class="bars">{bars}</div>', title, BELOW)

    def poster(self, tutorial: Tutorial) -> Image.Image:
        return self._rendered("Vídeo", "", tutorial.title.es, f"{tutorial.clock} min · {BELOW}")

    def _rendered(self, above: str, bars: str, title: str, below: str) -> Image.Image:
        self.page.set_content(PAGE.format(above=escape(above), bars=bars, title=escape(title), below=escape(below)))
        card = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        return card.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
