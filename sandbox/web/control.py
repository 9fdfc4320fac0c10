"""The sandbox's control API (``docs/contracts/sandbox.yaml``): people, phones, faults, effects, reset."""

from sandbox.app import App
from sandbox.paper.signing import authority as authority_certificate
from sandbox.people import PEOPLE
from sandbox.phones import Phone, new_app_pin
from sandbox.problems import Problem, not_found
from sandbox.wire import Request, Response, as_json


async def people(_: App, __: Request) -> Response:
    return as_json(200, [person.as_json() for person in PEOPLE])


async def messages(app: App, _: Request, number: str) -> Response:
    return as_json(200, [message.as_json() for message in phone_of(app, number).messages])


async def app_pin(app: App, _: Request, number: str) -> Response:
    return as_json(200, new_app_pin(phone_of(app, number), app.world.clock).as_json())


async def faults(app: App, _: Request) -> Response:
    return as_json(200, [fault.as_json() for fault in app.world.faults.listed])


async def put_faults(app: App, request: Request) -> Response:
    try:
        content = request.json()
    except ValueError as error:
        raise Problem(400, "bad-request", "El cuerpo no es JSON.") from error
    app.world.faults.replace(content)
    return await faults(app, request)


async def effects(app: App, _: Request) -> Response:
    return as_json(200, app.world.effects.as_json())


async def reset(app: App, _: Request) -> Response:
    app.world.reset()
    return Response(204, content_type="")


async def authority(_: App, __: Request) -> Response:
    """Return the PEM certificate of the test authority behind the documents' signatures."""
    return Response(200, authority_certificate(), "application/x-pem-file")


async def redirected(_: App, __: Request) -> Response:
    """Return a plausible but bogus answer, the target of the ``redirect`` fault, to expose clients that follow it."""
    return as_json(200, {"title": "Nadie debería seguir esta redirección", "sections": []})


def phone_of(app: App, number: str) -> Phone:
    phone = app.world.phones.get(number)
    if phone is None:
        raise not_found()
    return phone
