"""Read and write text completions. Pure. Each prompt becomes a conversation of one turn, each choice an answer of it.

>>> COMPLETIONS.read({"model": "m", "prompt": ["a", "b"], "n": 2}).requests[3].messages[0].text
'b'
"""

from collections.abc import Sequence
from typing import Any

from loomwork.gateway.dialects.asked import Asked, Head, Name
from loomwork.gateway.dialects.chat.reading import MOST_CHOICES
from loomwork.gateway.dialects.chat.writing import encode, error_of, finish_of, total, usage_of
from loomwork.gateway.dialects.fields import Json, flag, items, member, number, obj, said, text, whole
from loomwork.gateway.problems import Problem
from loomwork.kernel.errors.gateway import FieldWrong
from loomwork.kernel.messages import Message, Request, Response, TokenLogprob
from loomwork.kernel.stream import Done, StreamEvent, TextDelta
from loomwork.kernel.usage import Usage

_NUMBERS = ("temperature", "top_p", "presence_penalty", "frequency_penalty")
_READ = frozenset(
    {"model", "prompt", "stream", "stream_options", "n", "stop", "max_tokens", "seed", "echo", "logprobs", *_NUMBERS}
)
_UNMEANT = {
    "suffix": "models are asked by conversations, where nothing comes after the answer; put it into the prompt",
    "best_of": "the answers are not compared; ask for as many by `n` and choose",
}
"""Fields that a model of conversations cannot obey, and what to do."""
_MOST_LOGPROBS = 20


class Completions:
    """`/v1/completions`."""

    name: Name = "completions"
    driver = "openai"
    prefix = "cmpl-"

    def read(self, body: Json) -> Asked:
        """Read a request. Raises `FieldWrong`."""
        for name, detail in _UNMEANT.items():
            if body.get(name) and not (name == "best_of" and body[name] == body.get("n", 1)):
                raise FieldWrong(field=name, detail=detail)
        fields: Json = {name: value for name in _NUMBERS if (value := number(body, name)) is not None}
        if body.get("seed") is not None:
            fields["seed"] = whole(body, "seed", least=-(2**63))
        if body.get("logprobs") is not None:
            if flag(body, "echo"):
                raise FieldWrong(field="logprobs", detail="those of the prompt cannot be had; leave out `echo`")
            fields["logprobs"] = whole(body, "logprobs", most=_MOST_LOGPROBS)
        if body.get("max_tokens") is not None:
            fields["max_tokens"] = whole(body, "max_tokens", least=1)
        stop = body.get("stop")
        if stop:
            fields["stop"] = (stop,) if isinstance(stop, str) else tuple(text(o, "stop") for o in items(stop, "stop"))
        prompts = _prompts(body.get("prompt"))
        n = whole(body, "n", least=1, most=MOST_CHOICES) or 1
        if n * len(prompts) > MOST_CHOICES:
            raise FieldWrong(field="prompt", detail=f"at most {MOST_CHOICES} choices in one request")
        options = body.get("stream_options")
        user = body.get("user")
        return Asked(
            served=member(body, "model", ""),
            requests=tuple(Request(messages=(Message.user(p),), **fields) for p in prompts for _ in range(n)),
            stream=bool(flag(body, "stream")),
            user="" if user is None else text(user, "user"),
            extra=said(body, _READ),
            usage_chunk=options is not None and bool(flag(obj(options, "stream_options"), "include_usage")),
            echo=prompts[0] if flag(body, "echo") and len(prompts) == 1 else "",
        )

    def write(self, asked: Asked, head: Head, responses: Sequence[Response]) -> bytes:
        """Write a whole answer."""
        body = _body(head, responses[0])
        body["choices"] = [
            _choice(place, asked.echo + response.text, finish_of(response), _logprobs(response.logprobs))
            for place, response in enumerate(responses)
        ]
        usage = total(responses)
        if usage is not None:
            body["usage"] = usage_of(usage)
        return encode(body)

    def pieces(self, asked: Asked, head: Head) -> "_Pieces":
        """Begin to write an answer in pieces."""
        return _Pieces(asked, head)

    def error(self, problem: Problem, trace: str) -> bytes:
        """Write a refusal."""
        del trace
        return encode(error_of(problem))

    def broken(self, problem: Problem, trace: str) -> bytes:
        """Write into a stream that it breaks off."""
        del trace
        return b"data: " + encode(error_of(problem)) + b"\n\n"


class _Pieces:
    """One streamed completion while it is written."""

    def __init__(self, asked: Asked, head: Head) -> None:
        self._asked = asked
        self._fields: Json = {
            "id": head.id,
            "object": "text_completion",
            "created": head.created,
            "model": head.model,
        }
        self._said: dict[int, int] = {}
        """How many characters of a choice have been said."""
        self._usage: Usage | None = None

    def take(self, choice: int, event: StreamEvent) -> bytes:
        """Write what an event says."""
        if isinstance(event, TextDelta):
            return self._text(choice, event.text, event.logprobs)
        if not isinstance(event, Done):
            return b""
        response = event.response
        if response.usage is not None:
            self._usage = response.usage if self._usage is None else self._usage + response.usage
        said = b"" if choice in self._said else self._text(choice, response.text, response.logprobs)
        return said + self._chunk([_choice(choice, "", finish_of(response))])

    def end(self) -> bytes:
        """The tokens, where they were asked for, and the end."""
        if not self._asked.usage_chunk:
            return b"data: [DONE]\n\n"
        used = None if self._usage is None else usage_of(self._usage)
        return self._chunk([], usage=used) + b"data: [DONE]\n\n"

    def _text(self, choice: int, text: str, logprobs: tuple[TokenLogprob, ...] = ()) -> bytes:
        said = self._said.get(choice)
        shown = self._asked.echo + text if said is None else text
        self._said[choice] = (said or 0) + len(text)
        return self._chunk([_choice(choice, shown, None, _logprobs(logprobs, said or 0))])

    def _chunk(self, choices: list[Json], **more: Any) -> bytes:
        return b"data: " + encode({**self._fields, "choices": choices, **more}) + b"\n\n"


def _prompts(prompt: Any) -> list[str]:
    if isinstance(prompt, str):
        return [prompt]
    found = items(prompt if prompt is not None else [""], "prompt")
    if found and all(isinstance(one, str) for one in found):
        return found
    raise FieldWrong(field="prompt", detail="it must be text or an array of texts; token numbers are not taken")


def _body(head: Head, first: Response) -> Json:
    return {
        "id": first.id or head.id,
        "object": "text_completion",
        "created": head.created,
        "model": first.model or head.model,
    }


def _choice(place: int, text: str, finish: str | None, logprobs: Json | None = None) -> Json:
    return {"index": place, "text": text, "logprobs": logprobs, "finish_reason": finish}


def _logprobs(found: tuple[TokenLogprob, ...], start: int = 0) -> Json | None:
    """How likely tokens were, in the words of text completions.

    >>> _logprobs((TokenLogprob(token="Hi", logprob=-0.5), TokenLogprob(token="!", logprob=-0.1)), 3)["text_offset"]
    [3, 5]
    """
    if not found:
        return None
    offsets: list[int] = []
    for one in found:
        offsets.append(start)
        start += len(one.token)
    return {
        "tokens": [one.token for one in found],
        "token_logprobs": [one.logprob for one in found],
        "top_logprobs": [{other.token: other.logprob for other in one.top} for one in found],
        "text_offset": offsets,
    }


COMPLETIONS = Completions()
