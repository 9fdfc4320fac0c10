"""What the walks have at hand: a browser for each new person, the album, and the portal's database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from playwright.sync_api import Browser

from tools.browser import PHONE
from tools.person import Person
from tools.screens.album import Album
from tools.serving import Portal


class Tour:
    """The portal, and the person whose pages are photographed now."""

    def __init__(self, browser: Browser, portal: Portal, album: Album) -> None:
        self.browser, self.portal, self.album = browser, portal, album
        self.person = self.somebody_new()

    def somebody_new(self) -> Person:
        """Go on with another person, in a browser without cookies, while the sandbox works as it should."""
        self.portal.sandbox.work()
        context = self.browser.new_context(viewport=PHONE, locale="es-ES")
        context.set_default_timeout(15_000)
        self.person = Person(context.new_page(), self.portal.url, self.portal.sandbox)
        return self.person

    def take(self, name: str) -> None:
        self.album.take(self.person.page, name)

    def open(self, path: str, name: str) -> None:
        self.person.opens(path)
        self.take(name)

    def open_until(self, path: str, shown: str, name: str) -> None:
        """Open a page until every process of the portal has noticed a change, and shows this element."""
        for _attempt in range(40):
            self.person.opens(path)
            if self.person.page.locator(f"main {shown}").count():
                return self.take(name)
            self.person.page.wait_for_timeout(250)
        raise AssertionError(f"{path} never shows {shown}")

    def execute(self, statement: str) -> None:
        """Change the portal's database, for states that would take hours to come about."""
        with closing(sqlite3.connect(self.portal.data / "var" / "tramites.sqlite3", timeout=20)) as database, database:
            database.execute(statement)

    def finish_by_app(self, code: str, number: str) -> None:
        """Start another procedure for the saved user, taking the first year where one is asked for; identify."""
        self.person.opens(f"/tramites/{code}/empezar/")
        year = self.person.page.locator("main select")
        if year.count():
            year.first.select_option(index=1)
        self.person.validates_by_app(number)
