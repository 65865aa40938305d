"""Notice a server that silently cuts a prompt: compare the tokens it counted with what was sent. Sends nothing."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from loomwork.kernel.errors.models import PromptTruncated
from loomwork.kernel.messages import Request, TextPart
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.models.estimate import estimate_text
from loomwork.models.protocols import Mode, Model
from loomwork.models.target import Target

_SHORT = 1500
"""Prompts with fewer estimated tokens fit everywhere; their estimates are too rough to judge by."""
_LEAST_SHARE = 0.5
"""A tokeniser that needs less than half of the estimate is not known; a cut prompt is."""


class Attentive:
    """A model whose answers to cut prompts are refused with `PromptTruncated`."""

    def __init__(self, model: Model, *, target: Target) -> None:
        self._model = model
        self._target = target

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        """Yield what the model yields; the check comes before `Done`."""
        async with aclosing(self._model.stream(request, mode=mode)) as events:
            async for event in events:
                if isinstance(event, Done) and event.response.usage is not None:
                    self._check(request, event.response.usage.input_tokens)
                yield event

    def _check(self, request: Request, counted: int) -> None:
        texts = (part.text for message in request.messages for part in message.parts if isinstance(part, TextPart))
        expected = sum(estimate_text(text) for text in texts)
        if expected >= _SHORT and 0 < counted < expected * _LEAST_SHARE:
            raise PromptTruncated(
                provider=self._target.provider, model=self._target.model, counted=counted, expected=expected
            )
