"""Base layout of every page: it warns that this is a sandbox and not Cl@ve, and loads nothing from other origins."""

from html import escape

from sandbox.wire import Response

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page(title: str, main: str, *, refresh: int = 0, status: int = 200) -> Response:
    """Return a full page.

    ``title`` is plain text, ``main`` is HTML that starts with the h1, and ``refresh`` is the reload interval in seconds
    for browsers without JavaScript (0 for none).
    """
    again = f'<noscript><meta http-equiv="refresh" content="{refresh}"></noscript>' if refresh else ""
    document = f"""<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} · Sandbox, no es Cl@ve</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/sandbox.css">
<script src="/static/sandbox.js" defer></script>
{again}
</head>
<body>
<a class="skip" href="#main">Saltar al contenido</a>
<header class="warning"><strong>Esto es un sandbox. No es Cl@ve</strong>, ni un organismo: todo es ficticio.</header>
<main id="main">
{main}
</main>
</body>
</html>
"""
    return Response(status, document.encode(), "text/html; charset=utf-8", HEADERS)


def see_other(path: str) -> Response:
    return Response(303, headers={"Location": path, "Cache-Control": "no-store"}, content_type="")
