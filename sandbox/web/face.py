"""The sandbox's home page (purpose, people with their test data, fault presets) and its CSV verification pages."""

from html import escape
from typing import Any

from sandbox.app import App
from sandbox.bodies.catalogue import ENTITY_NAMES
from sandbox.bodies.content import day
from sandbox.bodies.life import life_of
from sandbox.faults import Fault
from sandbox.people import PEOPLE, Person
from sandbox.problems import not_found
from sandbox.web.html import HEADERS, page, see_other
from sandbox.web.phone_page import refuse_cross_site
from sandbox.wire import Request, Response

PRESETS: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "well": ("Todo funciona", []),
    "clave-down": ("Cl@ve no responde", [{"target": "clave", "fault": "error", "status": 503}]),
    "clave-slow": ("Cl@ve va lenta (4 s)", [{"target": "clave", "fault": "slow", "seconds": 4}]),
    "clave-hangs": ("Cl@ve se cuelga", [{"target": "clave", "fault": "hang"}]),
    "bodies-down": ("Los organismos no responden", [{"target": "*", "operation": "run", "fault": "error"}]),
    "bodies-html": ("Los organismos contestan HTML", [{"target": "*", "operation": "run", "fault": "html"}]),
    "unsteady": ("Una de cada tres se corta", [{"target": "*", "fault": "reset", "probability": 0.33}]),
}


async def face(app: App, _: Request) -> Response:
    """Handle ``GET /``."""
    main = f"""<h1>El sandbox de Trámites</h1>
<p class="lead">Hace de Cl@ve, de los móviles de la gente y de los organismos, para probar el portal sin tocar nada de
verdad. <strong>No es Cl@ve</strong>; estas personas no existen y sus documentos no valen.</p>
{_state(app)}
<section aria-labelledby="people"><h2 id="people">Personas</h2>
<p class="meta">Abre el móvil de una de ellas y, en el portal, identifícate con sus datos.</p>
<div class="people">{"".join(_card(app, person) for person in PEOPLE)}</div></section>
<section aria-labelledby="more"><h2 id="more">Para programas</h2>
<ul class="plain"><li><a href="/api/people"><code>GET /api/people</code></a></li>
<li><a href="/api/effects"><code>GET /api/effects</code></a></li>
<li><a href="/api/faults"><code>GET /api/faults</code></a> y <code>PUT /api/faults</code></li>
<li><a href="/api/authority"><code>GET /api/authority</code></a>: la autoridad de prueba que firma los documentos</li>
<li><code>POST /api/reset</code></li></ul></section>"""
    return page("El sandbox de Trámites", main)


async def preset(app: App, request: Request) -> Response:
    """Handle ``POST /fallos/``: apply a fault preset or reset the sandbox to its initial state."""
    refuse_cross_site(request)
    chosen = request.form().get("preset", "")
    if chosen == "reset":
        app.world.reset()
    elif chosen in PRESETS:
        app.world.faults.replace(PRESETS[chosen][1])
    else:
        raise not_found()
    return see_other("/")


async def verification(app: App, _: Request, csv: str) -> Response:
    """Handle ``GET /csv/<csv>``: describe the document behind the code, as a body's verification page would."""
    paper = app.archive.by_csv.get(csv)
    if paper is None:
        missing = (
            "<h1>No consta</h1><p>Este sandbox no ha expedido ningún documento con ese código, o ya no lo guarda.</p>"
        )
        return page("No consta", missing, status=404)
    main = f"""<h1>Documento verificado</h1>
<p class="lead">El código corresponde a un documento que este sandbox ha expedido. Es ficticio.</p>
<dl class="facts card"><div><dt>Documento</dt><dd>{escape(paper.title)}</dd></div>
<div><dt>Organismo</dt><dd>{escape(paper.entity_name)} (de mentira)</dd></div>
<div><dt>Expedido</dt><dd>{day(paper.issued)}</dd></div>
<div><dt>CSV</dt><dd><code>{paper.csv}</code></dd></div></dl>
<p><a class="btn" href="/csv/{paper.csv}/archivo">Abrir el documento</a></p>"""
    return page("Documento verificado", main)


async def verified_file(app: App, _: Request, csv: str) -> Response:
    """Handle ``GET /csv/<csv>/archivo``: serve the document to anyone who holds its code."""
    paper = app.archive.by_csv.get(csv)
    if paper is None:
        raise not_found()
    headers = {**HEADERS, "Content-Disposition": f'inline; filename="{paper.filename}"'}
    return Response(200, paper.pdf, "application/pdf", headers)


def _state(app: App) -> str:
    in_force = app.world.faults.listed
    what = "".join(f"<li>{_humanize(fault)}</li>" for fault in in_force if fault.times != 0)
    now = (
        f'<ul class="plain">{what}</ul>'
        if what
        else '<p><span class="dot" aria-hidden="true"></span>Todo funciona.</p>'
    )
    labels = {name: label for name, (label, _) in PRESETS.items()} | {"reset": "Volver al principio"}
    buttons = "".join(_button(name, label) for name, label in labels.items())
    return f"""<section class="card" aria-labelledby="faults"><h2 id="faults">Fallos</h2>{now}
<form method="post" action="/fallos/" class="buttons">{buttons}</form></section>"""


def _button(name: str, label: str) -> str:
    return f'<button class="btn ghost" name="preset" value="{name}">{escape(label)}</button>'


def _humanize(fault: Fault) -> str:
    whom = {"clave": "Cl@ve", "*": "Todos"}.get(fault.target, ENTITY_NAMES.get(fault.target, fault.target))
    parts = [whom, fault.operation or "en todo", fault.fault]
    if fault.wait:
        parts.append(f"{fault.wait:g} s")
    if fault.times is not None:
        parts.append(f"{fault.times} veces más")
    if fault.probability is not None:
        parts.append(f"{fault.probability:.0%}")
    return escape(" · ".join(parts))


def _card(app: App, person: Person) -> str:
    contrast = "Número de soporte" if person.kind == "nie" else "Fecha de expedición"
    facts = [
        ("NIE" if person.kind == "nie" else "DNI", person.document_number),
        (contrast, _as_typed(person)),
        ("Móvil", person.phone),
        ("Nivel", "avanzado" if person.level == "advanced" else "básico"),
    ]
    if person.has_data:
        life = life_of(person, app.world.clock.today())
        facts += [
            ("Nacimiento", f"{day(life.born)}, {person.birth_place}"),
            ("Seguridad Social", life.social_security_number),
            ("Matrícula", life.owns.vehicles[0].plate),
            ("Referencia catastral", life.owns.properties[0].reference),
        ]
    listed = "".join(f"<div><dt>{label}</dt><dd>{escape(value)}</dd></div>" for label, value in facts)
    return f"""<article class="card person"><h3>{escape(person.full_name)}</h3>
<p class="meta">{escape(person.note)}</p><dl class="facts">{listed}</dl>
<p><a class="btn ghost" href="/phones/{person.document_number}/">Móvil de {escape(person.given_name)}</a></p>
</article>"""


def _as_typed(person: Person) -> str:
    """Return the contrast datum as typed into the portal: the support number of a NIE, or a dd/mm/yyyy date."""
    return person.contrast if person.kind == "nie" else "/".join(reversed(person.contrast.split("-")))
