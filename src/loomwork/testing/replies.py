"""Decide what the double answers: a hash of the request, or what a rule says. Knows nothing of sockets or clocks.

>>> ask = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
>>> reply(Script(), "/v1/chat/completions", ask).text == reply(Script(), "/v1/chat/completions", ask).text
True
>>> reply(Script(rules=(Rule(when="hi", text="hello"),)), "/v1/chat/completions", ask).text
'hello'
"""

import hashlib
import json
import math
from typing import Any, Literal, cast

from msgspec import Struct

from loomwork.models.drivers.scripted.instance import instance

Json = dict[str, Any]


class Rule(Struct, frozen=True, kw_only=True):
    """An answer of one's own for requests whose JSON text contains `when`; `{hash}` in `text` is filled in."""

    when: str = ""
    text: str = "{hash}"
    reasoning: str = ""
    tool: str = ""
    arguments: Json = {}
    finish: str = ""


class Fault(Struct, frozen=True, kw_only=True):
    """What goes wrong, and when: on the calls numbered in `calls` (from 1; empty: all) whose JSON contains `when`.

    `status` answers with an error; `hang` never answers; `drip` waits `seconds` before each chunk; `cut` ends the
    body cleanly after `at` bytes; `disconnect` does so by closing the connection; `duplicate` sends each chunk
    twice; `malformed` sends broken JSON; `wrong_schema` sends JSON of another shape.
    """

    kind: Literal["status", "hang", "drip", "cut", "disconnect", "duplicate", "malformed", "wrong_schema"]
    calls: tuple[int, ...] = ()
    when: str = ""
    status: int = 500
    code: str = ""
    message: str = "scripted fault"
    retry_after: str = ""
    seconds: float = 0.0
    at: int = 0


class Script(Struct, frozen=True, kw_only=True):
    """How a double behaves. The plain one answers everything at once with a hash of the request."""

    latency_s: float = 0.0
    rules: tuple[Rule, ...] = ()
    faults: tuple[Fault, ...] = ()
    models: tuple[str, ...] = ("double",)
    dimensions: int = 8
    chunk: int = 8


class Reply(Struct, frozen=True, kw_only=True):
    """What the double says, before it is put into a protocol's words."""

    digest: str
    text: str
    reasoning: str = ""
    tool: str = ""
    arguments: Json = {}
    finish: str = ""
    input_tokens: int = 0
    output_tokens: int = 0


def request_digest(path: str, body: Json) -> str:
    """Sixteen hex digits over the whole request but for how it is transported (`stream`, `stream_options`)."""
    kept = {key: value for key, value in body.items() if key not in {"stream", "stream_options"}}
    text = json.dumps([path, kept], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def reply(script: Script, path: str, body: Json) -> Reply:
    """The answer to `body`: the first rule that matches, else an instance of the asked schema, else the hash."""
    digest = request_digest(path, body)
    whole = json.dumps(body, ensure_ascii=False)
    rule = next((r for r in script.rules if r.when in whole), None)
    if rule is None:
        schema = _schema(body)
        rule = Rule(text="{hash}" if schema is None else json.dumps(instance(schema, digest), ensure_ascii=False))
    text = "" if rule.tool else rule.text.replace("{hash}", digest)
    spoken = text + rule.reasoning + (json.dumps(rule.arguments) if rule.tool else "")
    return Reply(
        digest=digest,
        text=text,
        reasoning=rule.reasoning,
        tool=rule.tool,
        arguments=rule.arguments,
        finish=rule.finish,
        input_tokens=_tokens(json.dumps([body.get("system"), body.get("messages")], ensure_ascii=False)),
        output_tokens=_tokens(spoken),
    )


def vector(text: str, dimensions: int) -> list[float]:
    """A unit vector that only `text` decides."""
    raw: list[float] = []
    block = 0
    while len(raw) < dimensions:
        digest = hashlib.sha256(f"{block}:{text}".encode()).digest()
        raw.extend(byte - 127.5 for byte in digest)
        block += 1
    raw = raw[:dimensions]
    norm = math.sqrt(sum(x * x for x in raw))
    return [x / norm for x in raw]


def fault_for(script: Script, call: int, body: Json) -> Fault | None:
    """The first scripted fault that this call meets."""
    if not script.faults:
        return None
    whole = json.dumps(body, ensure_ascii=False)
    return next((f for f in script.faults if (not f.calls or call in f.calls) and f.when in whole), None)


def _object(value: Any) -> Json:
    return cast("Json", value) if isinstance(value, dict) else {}


def _tokens(text: str) -> int:
    return max(1, math.ceil(len(text) / 4)) if text else 0


def _schema(body: Json) -> Json | None:
    form: Json = body.get("response_format") or _object(body.get("output_config")).get("format") or {}
    if form.get("type") == "json_object":
        return {"type": "object", "properties": {"hash": {"type": "string"}}}
    holder = cast("Json", form.get("json_schema", form))
    return cast("Json | None", holder.get("schema"))
