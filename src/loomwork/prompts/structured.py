"""Get an answer of a given form: ask natively or by instruction, check, and let the model repair it at most twice.

Knows neither prompts nor drivers: it sends requests through a function.
"""

import json

from msgspec import structs

from loomwork.kernel.errors.prompts import AnswerCutOff, AnswerDoesNotFit, AnswerRefused
from loomwork.kernel.messages import Message, Request, Response, ResponseSchema, TextPart
from loomwork.prompts.calls import Send
from loomwork.prompts.returns import Form, Misfit

REPAIRS = 2
SHOWN = 120
INSTRUCTION = "Answer with JSON only, without any other text. The JSON must fit this JSON schema:\n{schema}"
REPAIR = "Your answer does not fit the JSON schema ({problem}). Answer again with the corrected JSON only."


async def answer_in_form(send: Send, request: Request, form: Form, *, native: bool, model: str) -> object:
    """Return the checked answer.

    Args:
        send: Sends a request to the model.
        request: The conversation, without a schema.
        form: What the answer must be.
        native: The model itself holds the answer to the schema; else the schema is written into the last user turn.
        model: What errors call the model.

    Raises:
        AnswerDoesNotFit: after `REPAIRS` repairs; its `text` is the last answer.
        AnswerRefused: the model refused. AnswerCutOff: the answer ended at max_tokens.
    """
    request = in_form(request, form, native=native)
    repairs = 0
    while True:
        response = await send(request)
        check_finished(response, model)
        try:
            return form.read(response.text)
        except Misfit as misfit:
            problem = misfit.problem
        text = response.text
        if response.finish_reason == "length":
            raise AnswerCutOff(model=model, begins=_begins(text))
        if repairs == REPAIRS:
            raise AnswerDoesNotFit(model=model, repairs=repairs, problem=problem, begins=_begins(text), text=text)
        repairs += 1
        request = _asking_for_repair(request, response, problem)


def in_form(request: Request, form: Form, *, native: bool) -> Request:
    """Return the request that asks for an answer of that form: as the model's own schema, or by instruction."""
    return _natively(request, form) if native else _by_instruction(request, form)


def check_finished(response: Response, model: str) -> None:
    """Raise `AnswerRefused` where the model refused or its provider filtered the answer."""
    if response.refusal or response.finish_reason in ("refusal", "content_filter"):
        reason = response.refusal or response.finish_raw or response.finish_reason
        raise AnswerRefused(model=model, reason=reason[:200])


def _natively(request: Request, form: Form) -> Request:
    return structs.replace(request, response_schema=ResponseSchema(name=form.name, schema=form.schema))


def _by_instruction(request: Request, form: Form) -> Request:
    """Write the schema behind the last text of the last user turn."""
    wanted = INSTRUCTION.format(schema=json.dumps(form.schema, ensure_ascii=False))
    messages = list(request.messages)
    at = max((at for at, each in enumerate(messages) if each.role == "user"), default=-1)
    if at < 0:
        return structs.replace(request, messages=(*messages, Message.user(wanted)))
    parts = list(messages[at].parts)
    for place in reversed(range(len(parts))):
        part = parts[place]
        if isinstance(part, TextPart):
            parts[place] = TextPart(text=f"{part.text}\n\n{wanted}", extra=part.extra)
            break
    else:
        parts.append(TextPart(text=wanted))
    messages[at] = structs.replace(messages[at], parts=tuple(parts))
    return structs.replace(request, messages=tuple(messages))


def _asking_for_repair(request: Request, response: Response, problem: str) -> Request:
    said = Message.assistant(response.text or "(nothing)")
    return structs.replace(
        request, messages=(*request.messages, said, Message.user(REPAIR.format(problem=problem[:2000])))
    )


def _begins(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…")
