"""The live object behind `model("fast")`: ask, complete, stream, embed. Knows the alias, not what it stands for."""

from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from typing import Any, TypeVar, overload

from loomwork.kernel.messages import Request, Response, ToolSpec
from loomwork.kernel.stream import StreamEvent
from loomwork.prompts.ask import Question, ask
from loomwork.prompts.calls import Models
from loomwork.prompts.examples import Example
from loomwork.prompts.images import Image
from loomwork.prompts.prompt import Prompt
from loomwork.prompts.seam import run_blocking

A = TypeVar("A")


class ModelHandle:
    """One model of the project.

    Args:
        name: Its alias in the settings.
        models: All models.
    """

    __slots__ = ("_models", "name")

    def __init__(self, name: str, models: Models) -> None:
        self.name = name
        self._models = models

    @overload
    async def ask(self, prompt: Prompt | str, /, *, returns: type[A], **variables: Any) -> A: ...
    @overload
    async def ask(self, prompt: Prompt | str, /, **variables: Any) -> Any: ...
    async def ask(
        self,
        prompt: Prompt | str,
        /,
        *,
        returns: Any = None,
        images: Sequence[Image] = (),
        tools: Sequence[ToolSpec] = (),
        examples: Sequence[Example | Mapping[str, Any]] = (),
        temperature: float | None = None,
        max_tokens: int | None = None,
        draw: int | None = None,
        **variables: Any,
    ) -> Any:
        """Fill the prompt in, send it and return the answer.

        Args:
            prompt: A `Prompt`, or a template text.
            returns: What the answer must be: a pydantic model, dataclass, plain type, or JSON schema as a dict. The
                default is the prompt's own schema, else text.
            images: Shown behind the last user turn: paths, bytes, addresses or parts.
            tools: Offered to the model; the whole `Response` is returned then, as it may hold calls.
            examples: Shown behind the prompt's own.
            temperature: In the place of the prompt's and the model's.
            max_tokens: Likewise.
            draw: Which draw of a sampled answer to take; the default counts up within a step call.
            variables: The template's variables.

        Raises:
            PromptError: Before anything is sent.
            AnswerDoesNotFit: The answer still lacks its form after two repairs.
            AnswerRefused: The model refused.
        """
        question = Question(
            returns=returns,
            images=images,
            tools=tools,
            examples=examples,
            temperature=temperature,
            max_tokens=max_tokens,
            draw=draw,
            variables=variables,
        )
        return await ask(self._models, self.name, prompt, question)

    def ask_sync(self, prompt: Prompt | str, /, **options: Any) -> Any:
        """Do what `ask` does, from a thread that runs no event loop. Raises `SyncOnLoop` on one that does."""
        name = f"model({self.name!r}).ask"
        return run_blocking(f"{name}_sync()", f"await {name}()", self.ask(prompt, **options))

    def complete(self, request: Request, *, draw: int | None = None) -> Awaitable[Response]:
        """Send the request and return the whole response."""
        return self._models.complete(self.name, request, draw)

    def stream(self, request: Request, *, draw: int | None = None) -> AsyncIterator[StreamEvent]:
        """Send the request and yield its events; the last one is `Done`."""
        return self._models.stream(self.name, request, draw)

    def embed(self, texts: Sequence[str]) -> Awaitable[Any]:
        """Return one vector a text, as an array of shape (len(texts), dimensions)."""
        return self._models.embed(self.name, texts)

    def __repr__(self) -> str:
        return f"<model {self.name}>"
