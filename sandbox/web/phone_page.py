"""Phone pages: the list of people's phones, and each phone with its SMS inbox and Cl@ve PIN app."""

from html import escape
from itertools import islice

from sandbox.app import App
from sandbox.clock import SPAIN, iso
from sandbox.people import BY_NUMBER, PEOPLE, Person
from sandbox.phones import PIN_LIFE, Message, Phone, live_app_pin, new_app_pin
from sandbox.problems import Problem
from sandbox.web.control import phone_of
from sandbox.web.html import page, see_other
from sandbox.wire import Request, Response

SHOWN_MESSAGES = 30
REFRESH = 5


def refuse_cross_site(request: Request) -> None:
    """Raise ``Problem`` (403) when the browser reports a request from another origin (CSRF)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Problem(403, "forbidden", "Esta acción solo vale desde las páginas del sandbox.")


async def phones(_: App, __: Request) -> Response:
    """Handle ``GET /phones/``."""
    items = "".join(
        f'<li><a class="row" href="/phones/{person.document_number}/">{_avatar(person)}'
        f'<span class="t"><b>{escape(person.full_name)}</b>'
        f"<small>{person.document_number} · móvil …{person.phone[-2:]}</small></span></a></li>"
        for person in PEOPLE
    )
    return page(
        "Móviles", f'<h1>Móviles</h1><p class="lead">De cada persona, uno.</p><ul class="card list">{items}</ul>'
    )


async def phone(app: App, _: Request, number: str) -> Response:
    """Handle ``GET /phones/<document>/``; the app always shows a PIN, issuing one if none is live."""
    shown = phone_of(app, number)
    person = BY_NUMBER[number]
    main = f"""<p class="back"><a href="/phones/">Todos los móviles</a></p>
<div class="owner">{_avatar(person)}<div><h1>Móvil de {escape(person.full_name)}</h1>
<p class="meta">{_ending(person)}</p></div></div>
<div class="screen" data-live="{REFRESH}">
{_app(app, person, shown)}
{_inbox(shown)}
</div>"""
    return page(f"Móvil de {person.full_name}", main, refresh=REFRESH)


async def new_pin(app: App, request: Request, number: str) -> Response:
    """Handle ``POST /phones/<document>/pin/``, sent by the app's button."""
    refuse_cross_site(request)
    new_app_pin(phone_of(app, number), app.world.clock)
    return see_other(f"/phones/{number}/")


def _app(app: App, person: Person, shown: Phone) -> str:
    head = (
        '<section class="card app" aria-labelledby="app">'
        '<h2 id="app">App Cl@ve PIN <span class="tag">sandbox</span></h2>'
    )
    if not person.registered:
        return f'{head}<p class="note">Este documento no está registrado en Cl@ve: la app no da PIN.</p></section>'
    blocked = app.world.block_of(person)
    notice = '<p class="note">Cl@ve está bloqueada para este documento.</p>' if blocked else ""
    live = live_app_pin(shown, app.world.clock) or new_app_pin(shown, app.world.clock)
    left = max(int((live.expires_at - app.world.clock.now()).total_seconds()), 0)
    return f"""{head}{notice}
<dl class="codes">
<div><dt>Código</dt><dd><code data-code>{live.code}</code></dd></div>
<div><dt>PIN</dt><dd><code data-pin>{live.pin}</code></dd></div>
</dl>
<progress max="{int(PIN_LIFE.total_seconds())}" value="{left}" aria-label="Tiempo que queda"></progress>
<p class="meta" data-expires="{iso(live.expires_at)}">Quedan <b data-left>{_humanize(left)}</b>. Vale una sola vez.</p>
<form method="post" action="/phones/{person.document_number}/pin/"><button class="btn">Nuevo PIN</button></form>
</section>"""


def _inbox(shown: Phone) -> str:
    items = "".join(_message(message) for message in islice(shown.messages, SHOWN_MESSAGES))
    if not items:
        items = '<p class="lead">Todavía no hay mensajes. Cuando el portal pida un PIN, llegará aquí.</p>'
    inbox = f'<div class="inbox" aria-live="polite">{items}</div>'
    return f'<section aria-labelledby="inbox"><h2 id="inbox">Mensajes</h2>{inbox}</section>'


def _message(message: Message) -> str:
    sent = message.sent_at
    marked = escape(message.text).replace(f"es {message.pin} ", f"es <b>{message.pin}</b> ", 1)
    return (
        f'<article class="sms"><p class="from">Cl@ve (sandbox) <time datetime="{iso(sent)}">'
        f"{sent.astimezone(SPAIN):%H:%M:%S}</time></p><p>{marked}</p></article>"
    )


def _avatar(person: Person) -> str:
    tone = int(person.document_number[1:8]) % 6
    return f'<span class="avatar tone-{tone}" aria-hidden="true">{escape(person.given_name[0])}</span>'


def _ending(person: Person) -> str:
    state = "" if person.registered else " · no registrado en Cl@ve"
    return f"{person.document_number} · {person.phone}{state}"


def _humanize(seconds: int) -> str:
    return f"{seconds // 60} min {seconds % 60:02d} s"
