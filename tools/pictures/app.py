"""`make app-pictures`: screenshots for the web app manifest, in `static/img/app/`.

Chrome offers those whose form factor is the device's: narrow ones at two pixels a point, wide ones as a window.
"""

from __future__ import annotations

from functools import partial

from tools.browser import DESKTOP, PHONE, chromium
from tools.person import Person
from tools.pictures.screenshot import save_screenshot
from tools.serving import ROOT, serving

take = partial(save_screenshot, folder=ROOT / "static" / "img" / "app", most_bytes=100 * 1024)


def main() -> None:
    with serving() as portal, chromium() as browser:
        phone = browser.new_context(
            viewport=PHONE, locale="es-ES", device_scale_factor=2, is_mobile=True, reduced_motion="reduce"
        )
        person = Person(phone.new_page(), portal.url, portal.sandbox)
        person.opens("/tramites/")
        take(person.page, "narrow-1")
        person.opens("/tramites/tgss/vida-laboral/")
        take(person.page, "narrow-2")
        number = person.somebody()
        person.starts("dgt/puntos")
        person.saves_user(number)
        person.validates_by_app(number)
        person.sees_result("consultation")
        take(person.page, "narrow-3")
        desktop = browser.new_page(viewport=DESKTOP, locale="es-ES")
        desktop.goto(f"{portal.url}/tramites/")
        take(desktop, "wide-1")


if __name__ == "__main__":
    main()
