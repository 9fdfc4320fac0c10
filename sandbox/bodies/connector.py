"""The bodies' side of the connector (``docs/contracts/connector.yaml``): runs, their progress and their answers."""

import asyncio
from dataclasses import dataclass
from uuid import uuid4

from sandbox.bodies.catalogue import PROCEDURES, Procedure
from sandbox.bodies.content import Content
from sandbox.bodies.inputs import Values, read_inputs
from sandbox.bodies.life import life_of
from sandbox.clock import iso
from sandbox.fingerprints import fingerprint
from sandbox.ledger import key_of
from sandbox.paper.archive import Archive
from sandbox.people import BY_NUMBER, Person
from sandbox.problems import Problem, not_found
from sandbox.tokens import Bearer, PortalKeys, believe
from sandbox.wire import Request, Response, as_json
from sandbox.world import Job, World

KEPT_JOBS = 20_000
SLOWNESS = 1.0
"""Multiplier applied to every procedure's delay; tests set it at or near zero."""

STAGES = ("Solicitud recibida", "Reuniendo los datos", "Preparando el documento", "Firmando el documento")


@dataclass(frozen=True)
class Run:
    """A validated call from an authenticated caller."""

    procedure: Procedure
    person: Person | None
    values: Values
    origin: str
    status_path: str


class Connector:
    """Handler for every body, served under ``/bodies/<entity>/<procedure>``."""

    def __init__(self, world: World, keys: PortalKeys, archive: Archive) -> None:
        self.world, self.keys, self.archive = world, keys, archive

    async def run(self, request: Request, entity: str, slug: str) -> Response:
        """Handle ``POST /bodies/<entity>/<procedure>``; raise ``Problem`` when the call is refused."""
        procedure = _procedure(entity, slug)
        bearer = await self._bearer(request, entity)
        key = key_of(request)
        if bearer.access and bearer.access != key:
            raise Problem(401, "unauthorized", "El token del portal es de otro acceso.")
        content = _content(request, procedure)
        mark = fingerprint(procedure.code, bearer.document_number, content)

        async def act() -> Response:
            if procedure.level == "advanced" and bearer.level != "advanced":
                raise Problem(403, "insufficient-level", "Este trámite pide el registro avanzado en Cl@ve.")
            values = read_inputs(procedure.data, content["inputs"])
            person = BY_NUMBER.get(bearer.document_number)
            run = Run(procedure, person, values, self.world.settings.public_url or request.origin, request.path)
            self.world.effects.procedure_runs[procedure.code] += 1
            return await self._start(run, bearer.document_number, request.origin)

        return await self.world.runs.once(f"{procedure.code} {key}", mark, act)

    async def status(self, request: Request, entity: str, slug: str, job_id: str) -> Response:
        """Handle ``GET /bodies/<entity>/<procedure>/status/<id>``: return progress, or the answer once it is ready."""
        procedure = _procedure(entity, slug)
        bearer = await self._bearer(request, entity)
        job = self.world.jobs.get(job_id)
        if job is None or (job.code, job.document_number) != (procedure.code, bearer.document_number):
            raise not_found()
        left = job.done_at - self.world.clock.now().timestamp()
        return job.answer if left <= 0 else _progress(f"{request.origin}{request.path}", 1 - left / job.seconds)

    async def _bearer(self, request: Request, entity: str) -> Bearer:
        return await believe(request.bearer, entity, self.keys, trust=self.world.settings.trust_tokens)

    async def _start(self, run: Run, document_number: str, origin: str) -> Response:
        procedure = run.procedure
        if not procedure.stages_seconds:
            if procedure.seconds:
                await asyncio.sleep(procedure.seconds * SLOWNESS)
            return await self._answer(run)
        job_id, seconds = uuid4().hex, procedure.stages_seconds * SLOWNESS
        done_at = self.world.clock.now().timestamp() + seconds
        answer = await self._answer(run)
        self.world.jobs[job_id] = Job(procedure.code, document_number, done_at, seconds, answer)
        if len(self.world.jobs) > KEPT_JOBS:
            self.world.jobs.popitem(last=False)
        return _progress(f"{origin}{run.status_path}/status/{job_id}", 0)

    async def _answer(self, run: Run) -> Response:
        """Return the signed PDF if the procedure issues a document and there is data for it; otherwise, JSON."""
        today = self.world.clock.today()
        content = Content(run.procedure.title)
        if run.person is not None and run.person.has_data:
            content = run.procedure.build(life_of(run.person, today), run.values)
        if run.procedure.kind == "document" and content.sections and run.person is not None:
            paper = await self.archive.paper(run.procedure, run.person, run.values, content, today, run.origin)
            return paper.response()
        return as_json(200, content.as_json(iso(self.world.clock.now())))


def _progress(status_url: str, done: float) -> Response:
    """Return a 202 with the current stage and ``progress`` from 0 to 100; ``done`` is a fraction from 0 to 1."""
    stage = STAGES[min(int(done * len(STAGES)), len(STAGES) - 1)]
    content = {"status_url": status_url, "progress": round(done * 100), "stage": stage, "retry_after": 1}
    return as_json(202, content, {"Retry-After": "1"})


def _procedure(entity: str, slug: str) -> Procedure:
    procedure = PROCEDURES.get(f"{entity}/{slug}")
    if procedure is None:
        raise not_found()
    return procedure


def _content(request: Request, procedure: Procedure) -> dict[str, object]:
    try:
        content = request.json()
    except ValueError as error:
        raise Problem(400, "bad-request", "El cuerpo no es JSON.") from error
    match content:
        case {"procedure": named, "inputs": dict() as inputs} if named in (procedure.code, procedure.slug):
            return {"inputs": inputs}
    raise Problem(400, "bad-request", "Se espera {procedure, inputs}, con el trámite de esta dirección.")
