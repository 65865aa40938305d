"""A scripted model for tests: a double, and its answers say that they are made up."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from loomwork.kernel.messages import FinishReason, Message, Request, Response
from loomwork.prompts import ModelHandle

Rule = str | Response | Callable[[Request, int | None], str | Response]


class ScriptedModels:
    """Answers in the order of its script (the last line for ever) and keeps every request."""

    def __init__(self, *script: Rule, native: bool = False) -> None:
        self.script = list(script)
        self.native = native
        self.requests: list[Request] = []
        self.draws: list[int | None] = []

    async def complete(self, alias: str, request: Request, draw: int | None = None) -> Response:
        self.requests.append(request)
        self.draws.append(draw)
        rule = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        said = rule(request, draw) if callable(rule) else rule
        return said if isinstance(said, Response) else response(said)

    def stream(self, alias: str, request: Request, draw: int | None = None) -> Any:
        raise NotImplementedError

    async def embed(self, alias: str, texts: Sequence[str]) -> Any:
        """Vectors that count letters: alike texts are near."""
        return np.array([[text.lower().count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts])

    def takes_schema(self, alias: str) -> bool:
        return self.native

    def said(self, number: int = -1) -> str:
        """The last user turn of a request."""
        return self.requests[number].messages[-1].text


def response(text: str, finish: FinishReason = "stop") -> Response:
    return Response(message=Message.assistant(text), finish_reason=finish)


def scripted(*script: Rule, native: bool = False) -> tuple[ModelHandle, ScriptedModels]:
    models = ScriptedModels(*script, native=native)
    return ModelHandle("double", models), models
