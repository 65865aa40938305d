"""`/v1/models` and `/v1/steps`: what a key may ask for, as OpenAI lists it or, to its clients, as Anthropic does.

Knows no request for an answer.
"""

import inspect
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from loomwork.gateway import foreign
from loomwork.gateway.admission.keys import ANONYMOUS
from loomwork.gateway.dialects.chat.writing import encode
from loomwork.gateway.dialects.chat.writing import error_of as openai_error
from loomwork.gateway.dialects.messages.writing import error_of as anthropic_error
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.problems import problem_of
from loomwork.gateway.serving.served import Served
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.gateway import NotServed

Json = dict[str, Any]
_SCHEMA_OF_TEXT: Json = {"type": "string"}


def routes(gateway: Gateway) -> list[Route]:
    """Return the routes."""
    lists = _Lists(gateway)
    return [
        Route("/v1/models", lists.models, methods=["GET"]),
        Route("/v1/models/{name:path}", lists.model, methods=["GET"]),
        Route("/v1/steps", lists.steps, methods=["GET"]),
        Route("/v1/steps/{name:path}", lists.step, methods=["GET"]),
    ]


def presented(request: Request) -> str:
    """Return the key that a client sends, in either of the usual places."""
    said = request.headers.get("authorization", "")
    return said[7:].strip() if said[:7].lower() == "bearer " else request.headers.get("x-api-key", "")


def guarded(gateway: Gateway, route: Route) -> Route:
    """Return a route that asks for a key wherever requests need one."""

    async def answer(request: Request) -> Response:
        try:
            gateway.admission.identify(presented(request))
        except LoomworkError as error:
            return _refused(error, theirs=False)
        return await route.endpoint(request)

    return Route(route.path, answer, methods=route.methods)


class _Lists:
    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._since = gateway.clock.now_ns() // 1_000_000_000

    async def models(self, request: Request) -> Response:
        """List everything that the key may use."""
        theirs = "anthropic-version" in request.headers
        try:
            entries = [self._entry(each, theirs=theirs) for each in self._allowed(request)]
        except LoomworkError as error:
            return _refused(error, theirs=theirs)
        if not theirs:
            return _json({"object": "list", "data": entries})
        ends = [entry["id"] for entry in entries]
        return _json(
            {
                "data": entries,
                "has_more": False,
                "first_id": ends[0] if ends else None,
                "last_id": ends[-1] if ends else None,
            }
        )

    async def model(self, request: Request) -> Response:
        """Tell of one."""
        theirs = "anthropic-version" in request.headers
        try:
            return _json(self._entry(self._one(request), theirs=theirs))
        except LoomworkError as error:
            return _refused(error, theirs=theirs)

    async def steps(self, request: Request) -> Response:
        """List the steps that the key may call."""
        try:
            found = [_step(each) for each in self._allowed(request) if each.step is not None]
        except LoomworkError as error:
            return _refused(error, theirs=False)
        return _json({"object": "list", "data": found})

    async def step(self, request: Request) -> Response:
        """Tell what a step takes."""
        try:
            found = self._one(request)
            if found.step is None:
                raise NotServed(name=found.name, near="", known="see /v1/steps")
            return _json(_step(found))
        except LoomworkError as error:
            return _refused(error, theirs=False)

    def _allowed(self, request: Request) -> list[Served]:
        key = self._gateway.admission.identify(presented(request))
        if key is ANONYMOUS:
            foreign.check(dict(request.scope["headers"]))
        return [
            each
            for each in self._gateway.serving.all
            if key.may_use(each.name) and (each.step is None or key.has_scope(f"step:{each.name}"))
        ]

    def _one(self, request: Request) -> Served:
        name: str = request.path_params["name"]
        found = self._gateway.serving.find(name)
        if found not in self._allowed(request):
            raise NotServed(name=name, near="", known="see /v1/models")
        return found

    def _entry(self, served: Served, *, theirs: bool) -> Json:
        if theirs:
            return {
                "type": "model",
                "id": served.name,
                "display_name": served.title or served.name,
                "created_at": "1970-01-01T00:00:00Z",
            }
        return {"id": served.name, "object": "model", "created": self._since, "owned_by": f"loomwork:{served.kind}"}


def _step(served: Served) -> Json:
    step, taking = served.function
    return {
        "id": served.name,
        "object": "step",
        "title": served.title or served.name,
        "description": inspect.getdoc(step.func) or "",
        "input": taking.schema,
        "streams": step.form in ("stream", "sync-stream"),
    }


def _json(value: Any, status: int = 200) -> Response:
    return Response(encode(value), status_code=status, media_type="application/json")


def _refused(error: LoomworkError, *, theirs: bool) -> Response:
    problem = problem_of(error)
    return _json(anthropic_error(problem, "") if theirs else openai_error(problem), problem.status)
