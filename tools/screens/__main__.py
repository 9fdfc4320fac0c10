"""Take all pictures, or those whose name contains one of the words given."""

from __future__ import annotations

import sys

from tools.browser import chromium
from tools.screens.album import Album
from tools.screens.tour import Tour
from tools.screens.walks import WALKS
from tools.serving import ROOT, serving

FOLDER = ROOT / "var" / "screens"


def main(wanted: list[str]) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not wanted:
        for picture in FOLDER.glob("*.png"):
            picture.unlink()
    with serving(QUESTION_SECONDS="0") as portal, chromium() as browser:
        tour = Tour(browser, portal, Album(FOLDER, wanted))
        for walk in WALKS:
            walk(tour)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
