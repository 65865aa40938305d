"""Notice a server that silently cuts a prompt: compare the tokens it counted with what was sent. Sends nothing."""

from loomwork.kernel.errors.models import PromptTruncated
from loomwork.kernel.messages import Request, Response, TextPart
from loomwork.models.estimate import estimate_text
from loomwork.models.protocols import Model
from loomwork.models.target import Target
from loomwork.models.wrappers.around import Around

_SHORT = 1500
"""Prompts with fewer estimated tokens fit everywhere; their estimates are too rough to judge by."""
_LEAST_SHARE = 0.5
"""A tokeniser that needs less than half of the estimate is not known; a cut prompt is."""


class Attentive(Around):
    """A model whose answers to cut prompts are refused with `PromptTruncated`."""

    def __init__(self, model: Model, *, target: Target) -> None:
        super().__init__(model)
        self._target = target

    def call(self, request: Request) -> "_Check":
        """Return what checks an answer before the caller has it."""
        return _Check(self._target, request)


class _Check:
    __slots__ = ("_request", "_target")

    def __init__(self, target: Target, request: Request) -> None:
        self._target = target
        self._request = request

    def __enter__(self) -> "_Check":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def spoke(self) -> None:
        return None

    def answered(self, response: Response) -> None:
        if response.usage is None:
            return
        counted, target = response.usage.input_tokens, self._target
        messages = self._request.messages
        texts = (part.text for message in messages for part in message.parts if isinstance(part, TextPart))
        expected = sum(estimate_text(text) for text in texts)
        if expected >= _SHORT and 0 < counted < expected * _LEAST_SHARE:
            raise PromptTruncated(provider=target.provider, model=target.model, counted=counted, expected=expected)
