"""The `scripted` driver: answers by rules, by a function, or by saying that it is a double. Sends nothing.

Every answer names its model "scripted double" and carries `extra["double"] = True`; the same request gets the same
answer for ever.
"""

import hashlib
import math
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

import msgspec

from loomwork.kernel.canonical import digest
from loomwork.kernel.clock import Clock, SystemClock
from loomwork.kernel.errors.models import (
    BadRequest,
    DeadlineExceeded,
    MalformedResponse,
    ModelError,
    NoRuleMatches,
    Overloaded,
    RateLimited,
    ServerError,
    StreamTruncated,
)
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import (
    Assembler,
    Delta,
    Done,
    ReasoningDelta,
    StreamEvent,
    TextDelta,
    ToolCallDelta,
    UsageEvent,
)
from loomwork.kernel.usage import Usage
from loomwork.models.drivers.scripted.instance import NoInstance, instance
from loomwork.models.drivers.scripted.rules import Rule, choose, last_text
from loomwork.models.estimate import estimate_request, estimate_text
from loomwork.models.protocols import Embedding, Mode

NAME = "scripted double"
GREETING = "I am a scripted double, not a model. You said: {last}"
_FAILURES: dict[str, type[ModelError]] = {
    "rate_limited": RateLimited,
    "overloaded": Overloaded,
    "server_error": ServerError,
    "malformed": MalformedResponse,
}
_PIECE = 12
_DIMENSIONS = 64

Answer = Callable[[Request], "str | Rule"]


class Scripted:
    """A double of a model.

    Args:
        rules: Tried in order. Without any, it says that it is a double and repeats what was said; where an answer
            must meet a schema it makes an instance of it.
        function: Asked instead of the rules.
        model: A name of your own, shown after "scripted double".
        dimensions: Of its embeddings.
        clock: What waits are measured with.
    """

    def __init__(
        self,
        rules: Sequence[Rule] = (),
        *,
        function: Answer | None = None,
        model: str = "",
        dimensions: int = _DIMENSIONS,
        clock: Clock | None = None,
    ) -> None:
        self._rules = tuple(rules)
        self._function = function
        self._name = f"{NAME}: {model}" if model else NAME
        self._dimensions = dimensions
        self._clock: Clock = clock or SystemClock()
        self._failed: dict[str, int] = {}

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield the answer's pieces, then `Done`. Raises what the script says, or `NoRuleMatches`."""
        rule, text = self._chosen(request)
        if rule.wait:
            await self._clock.sleep(rule.wait)
        failing = self._fails_now(rule, request)
        if failing and rule.fail != "truncated":
            raise self._failure(rule)
        whole = Assembler()
        for delta in _deltas(rule, text, request):
            whole.add(delta)
            if failing and isinstance(delta, UsageEvent):
                raise StreamTruncated(provider="scripted", model=self._name, detail="the script says so")
            if mode != "whole":
                yield delta
        finish = "tool_calls" if rule.tool else "stop"
        yield Done(response=self._finished(whole, finish, request))

    async def embed(self, texts: Sequence[str]) -> Embedding:
        """Vectors that follow from the texts' bytes and mean nothing."""
        import numpy as np

        rows = [_vector(text, self._dimensions) for text in texts]
        used = Usage(input_tokens=sum(estimate_text(text) for text in texts))
        return Embedding(vectors=np.array(rows, dtype=np.float32), usage=used, model=self._name)

    def _chosen(self, request: Request) -> tuple[Rule, str]:
        if self._function is not None:
            said = self._function(request)
            return (said, said.text) if isinstance(said, Rule) else (Rule(text=said), said)
        chosen = choose(self._rules, request)
        if chosen is not None:
            return chosen.rule, chosen.text
        if self._rules:
            raise NoRuleMatches(provider="scripted", model=self._name, asked=last_text(request)[:200], sent=False)
        form = request.response_schema
        if form is not None:
            return Rule(), self._instance(form.schema or {"type": "object"}, request)
        return Rule(), GREETING.replace("{last}", last_text(request))

    def _instance(self, schema: dict[str, Any], request: Request) -> str:
        try:
            return msgspec.json.encode(instance(schema, str(digest(request))[:16])).decode()
        except NoInstance as error:
            raise BadRequest(provider="scripted", model=self._name, status=400, detail=str(error)) from error

    def _fails_now(self, rule: Rule, request: Request) -> bool:
        if not rule.fail:
            return False
        key = str(digest(request))
        self._failed[key] = self._failed.get(key, 0) + 1
        return not rule.fails or self._failed[key] <= rule.fails

    def _failure(self, rule: Rule) -> ModelError:
        fields: dict[str, object] = {"provider": "scripted", "model": self._name, "detail": "the script says so"}
        if rule.fail == "deadline":
            return DeadlineExceeded(**fields, phase="total", seconds=rule.wait)
        return _FAILURES[rule.fail](**fields, retry_after=rule.retry_after)

    def _finished(self, whole: Assembler, finish: str, request: Request) -> Response:
        return whole.finish(
            finish_reason="tool_calls" if finish == "tool_calls" else "stop",
            finish_raw=finish,
            model=self._name,
            id=f"double-{str(digest(request))[:16]}",
            extra={"double": True},
        )


def _deltas(rule: Rule, text: str, request: Request) -> list[Delta]:
    out: list[Delta] = [ReasoningDelta(text=piece) for piece in _pieces(rule.reasoning)]
    said = rule.reasoning
    if rule.tool:
        arguments = msgspec.json.encode(rule.arguments).decode()
        out.append(ToolCallDelta(block=0, id=f"call_{str(digest(request))[:16]}", name=rule.tool))
        out.extend(ToolCallDelta(block=0, arguments=piece) for piece in _pieces(arguments))
        said += arguments
    else:
        out.extend(TextDelta(text=piece) for piece in _pieces(text))
        said += text
    used = Usage(input_tokens=estimate_request(request), output_tokens=estimate_text(said))
    return [*out, UsageEvent(usage=used)]


def _pieces(text: str) -> list[str]:
    return [text[start : start + _PIECE] for start in range(0, len(text), _PIECE)]


def _vector(text: str, dimensions: int) -> list[float]:
    raw: list[float] = []
    while len(raw) < dimensions:
        block = hashlib.sha256(f"{len(raw)}:{text}".encode()).digest()
        raw.extend(byte - 127.5 for byte in block)
    raw = raw[:dimensions]
    norm = math.sqrt(sum(x * x for x in raw))
    return [x / norm for x in raw]
