"""A model server on loopback that answers with a hash of the request. Speaks OpenAI's and Anthropic's words.

It counts what reaches it, waits and fails as its script says, and is no model: every answer follows from the request.
`python -m loomwork.testing.double --port 0` prints its base URL (with /v1) as the first line.

Control, for processes that only have the URL: `GET /double/calls`, `POST /double/script`, `POST /double/reset`.
"""

import argparse
import asyncio
import contextlib
import sys
from collections import Counter, deque
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self
from weakref import WeakSet

import msgspec
from aiohttp import web

from loomwork.testing import wording
from loomwork.testing.replies import Fault, Json, Reply, Script, fault_for, reply, request_digest, vector

_DECODE = msgspec.json.Decoder(dict[str, Any])
_ENCODE = msgspec.json.Encoder()
_SCRIPT = msgspec.json.Decoder(Script)
_REMEMBERED = 10_000  # bodies kept for tests to look at; counts are kept for all


class Double:
    """The server and its memory of what it was asked. Use as an async context manager.

    `url` ends in /v1 (what OpenAI clients call base_url); `root` is the same without it (Anthropic clients).
    """

    def __init__(self, script: Script | None = None, *, port: int = 0, log: Path | None = None) -> None:
        self.script = script or Script()
        self.requests: deque[Json] = deque(maxlen=_REMEMBERED)
        self.headers: deque[dict[str, str]] = deque(maxlen=_REMEMBERED)
        self.calls = 0
        self.open = 0
        self.most_open = 0
        self.connections = 0
        """How many connections were opened."""
        self._known: WeakSet[asyncio.BaseTransport] = WeakSet()
        self.seen: Counter[str] = Counter()
        self.root = ""
        self._port = port
        self._log = log
        self._runner: web.AppRunner | None = None
        self._ended = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def url(self) -> str:
        """The base URL of the OpenAI-compatible side."""
        return f"{self.root}/v1"

    def reset(self) -> None:
        """Forget what was asked; the script stays."""
        self.requests.clear()
        self.headers.clear()
        self.seen.clear()
        self.calls = 0
        self.most_open = self.open

    async def idle(self) -> None:
        """Wait until no request is open."""
        await self._quiet.wait()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=256 * 1024 * 1024)
        app.add_routes(
            [
                web.post("/v1/chat/completions", self._chat),
                web.post("/v1/messages", self._messages),
                web.post("/v1/embeddings", self._embeddings),
                web.get("/v1/models", self._models),
                web.get("/double/calls", self._report),
                web.post("/double/script", self._rescript),
                web.post("/double/reset", self._forget),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=1024)
        await site.start()
        port: int = self._runner.addresses[0][1]
        self.root = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._ended.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        return await self._serve("openai", request)

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        return await self._serve("anthropic", request)

    async def _embeddings(self, request: web.Request) -> web.StreamResponse:
        return await self._serve("embeddings", request)

    async def _serve(self, kind: str, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        try:
            body = _DECODE.decode(raw)
        except msgspec.DecodeError as error:
            return web.json_response(wording.error_body(kind, Fault(kind="status", message=str(error))), status=400)
        if request.transport is not None and request.transport not in self._known:
            self._known.add(request.transport)
            self.connections += 1
        call = self._count(request, body)
        self.open += 1
        self._quiet.clear()
        self.most_open = max(self.most_open, self.open)
        try:
            fault = fault_for(self.script, call, body)
            if self.script.latency_s:
                await asyncio.sleep(self.script.latency_s)
            if fault is not None and fault.kind == "hang":
                await self._ended.wait()
            if fault is not None and fault.kind == "status":
                return self._failed(kind, fault)
            return await self._answer(kind, request, body, fault)
        finally:
            self.open -= 1
            if not self.open:
                self._quiet.set()

    def _count(self, request: web.Request, body: Json) -> int:
        digest = request_digest(request.path, body)
        self.calls += 1
        self.seen[digest] += 1
        self.requests.append(body)
        self.headers.append(dict(request.headers))
        if self._log is not None:
            with self._log.open("ab") as file:
                file.write(_ENCODE.encode({"call": self.calls, "digest": digest, "body": body}) + b"\n")
        return self.calls

    def _failed(self, kind: str, fault: Fault) -> web.Response:
        headers = {"request-id": "req_double", "x-request-id": "req_double"}
        if fault.retry_after:
            headers["retry-after"] = fault.retry_after
        return web.json_response(wording.error_body(kind, fault), status=fault.status, headers=headers)

    async def _answer(self, kind: str, request: web.Request, body: Json, fault: Fault | None) -> web.StreamResponse:
        model = str(body.get("model", "double"))
        if kind == "embeddings":
            return await _whole(request, self._vectors(model, body), fault)
        said = reply(self.script, request.path, body)
        if not body.get("stream"):
            write = wording.openai_whole if kind == "openai" else wording.anthropic_whole
            return await _whole(request, write(model, said), fault)
        return await _stream(request, self._events(kind, model, said, body), fault)

    def _events(self, kind: str, model: str, said: Reply, body: Json) -> Iterable[bytes]:
        if kind == "anthropic":
            return wording.anthropic_events(model, said, chunk=self.script.chunk)
        options: Json = body.get("stream_options") or {}
        usage = bool(options.get("include_usage"))
        return wording.openai_events(model, said, chunk=self.script.chunk, usage=usage)

    def _vectors(self, model: str, body: Json) -> Json:
        texts = body.get("input", [])
        texts = [texts] if isinstance(texts, str) else texts
        size = int(body.get("dimensions") or self.script.dimensions)
        rows = [
            {"object": "embedding", "index": i, "embedding": vector(str(text), size)} for i, text in enumerate(texts)
        ]
        tokens = sum(max(1, len(str(text)) // 4) for text in texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        return {"object": "list", "data": rows, "model": model, "usage": usage}

    async def _models(self, _request: web.Request) -> web.Response:
        rows = [{"id": name, "object": "model", "owned_by": "loomwork-double"} for name in self.script.models]
        return web.json_response({"object": "list", "data": rows})

    async def _report(self, _request: web.Request) -> web.Response:
        counts = {"calls": self.calls, "distinct": len(self.seen), "open": self.open, "most_open": self.most_open}
        return web.json_response({**counts, "seen": dict(self.seen)})

    async def _rescript(self, request: web.Request) -> web.Response:
        self.script = _SCRIPT.decode(await request.read())
        return web.json_response({"ok": True})

    async def _forget(self, _request: web.Request) -> web.Response:
        self.reset()
        return web.json_response({"ok": True})


async def _whole(request: web.Request, value: Json, fault: Fault | None) -> web.StreamResponse:
    payload = _ENCODE.encode(value)
    if fault is None:
        return web.Response(body=payload, content_type="application/json")
    if fault.kind == "malformed":
        payload = payload[: len(payload) // 2]
    if fault.kind == "wrong_schema":
        payload = b'{"object":"something else","value":[1,2,3]}'
    if fault.kind in {"cut", "disconnect", "drip"}:
        return await _send(request, [payload], fault, content_type="application/json")
    return web.Response(body=payload, content_type="application/json")


async def _stream(request: web.Request, events: Iterable[bytes], fault: Fault | None) -> web.StreamResponse:
    if fault is not None and fault.kind == "malformed":
        events = [event[: len(event) // 2] + b"\n\n" if i == 1 else event for i, event in enumerate(events)]
    if fault is not None and fault.kind == "wrong_schema":
        events = [b'data: {"object":"something else","value":[1,2,3]}\n\n', b"data: [DONE]\n\n"]
    if fault is not None and fault.kind == "duplicate":
        events = [event for event in events for _ in range(2)]
    return await _send(request, events, fault, content_type="text/event-stream")


async def _send(
    request: web.Request, pieces: Iterable[bytes], fault: Fault | None, *, content_type: str
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": content_type, "x-request-id": "req_double"})
    await response.prepare(request)
    left = fault.at if fault is not None and fault.kind in {"cut", "disconnect"} else None
    for piece in pieces:
        if fault is not None and fault.kind == "drip":
            await asyncio.sleep(fault.seconds)
        part = piece if left is None else piece[:left]
        await response.write(part)
        if left is not None:
            left -= len(part)
            if left <= 0:
                break
    if fault is not None and fault.kind == "disconnect" and request.transport is not None:
        request.transport.abort()
        return response
    await response.write_eof()
    return response


async def _main(options: argparse.Namespace) -> None:
    script = Script() if options.script is None else _SCRIPT.decode(options.script.read_bytes())
    if options.latency:
        script = msgspec.structs.replace(script, latency_s=options.latency)
    async with Double(script, port=options.port, log=options.log) as double:
        sys.stdout.write(double.url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m loomwork.testing.double", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--script", type=Path, default=None, help="a JSON file of the form of `Script`")
    parser.add_argument("--log", type=Path, default=None, help="write each request to this file as a line of JSON")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(parser.parse_args()))


if __name__ == "__main__":
    main()
