"""`ask`: fill a prompt in, send it, return the text or the checked answer. Knows models through a Protocol only."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from loomwork.kernel.messages import Request, Response, ToolSpec
from loomwork.prompts.calls import Models
from loomwork.prompts.examples import Example, as_examples
from loomwork.prompts.images import Image, image_parts
from loomwork.prompts.prompt import Prompt, as_prompt, record_use
from loomwork.prompts.returns import form_of
from loomwork.prompts.source import Source, plain_params
from loomwork.prompts.structured import answer_in_form, check_finished


class Question(Struct, frozen=True, kw_only=True):
    """What `ask` is told besides the variables."""

    returns: Any = None
    images: Sequence[Image] = ()
    tools: Sequence[ToolSpec] = ()
    examples: Sequence[Example | Mapping[str, Any]] = ()
    temperature: float | None = None
    max_tokens: int | None = None
    draw: int | None = None
    variables: Mapping[str, Any] = field(default_factory=dict[str, Any])


async def ask(models: Models, alias: str, prompt: Prompt | str, question: Question) -> Any:
    """Return the answer: text; with `returns` (or a schema in the prompt) the checked value; with tools the `Response`.

    Raises what filling in raises, before anything is sent; then model errors, `AnswerDoesNotFit`, `AnswerRefused`.
    """
    prompt = as_prompt(prompt)
    source = prompt.source()
    request = request_of(prompt, source, question)
    record_use(prompt, source)

    async def send(request: Request) -> Response:
        return await models.complete(alias, request, question.draw)

    wanted = question.returns if question.returns is not None else source.fields.schema
    if wanted is not None and wanted is not str:
        form = form_of(wanted)
        return await answer_in_form(send, request, form, native=models.takes_schema(alias), model=alias)
    response = await send(request)
    if question.tools:
        return response
    check_finished(response, alias)
    return response.text


def request_of(prompt: Prompt, source: Source, question: Question) -> Request:
    """Return the request that a question comes to, without a schema. Raises `PromptError`s."""
    messages = prompt.fill(
        source,
        question.variables,
        media=image_parts(question.images),
        more=as_examples(question.examples, place="example"),
    )
    params = plain_params(source)
    if question.temperature is not None:
        params["temperature"] = question.temperature
    if question.max_tokens is not None:
        params["max_tokens"] = question.max_tokens
    return Request(messages=messages, tools=tuple(question.tools), **params)
