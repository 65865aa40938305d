"""How a step gets its arguments from a request: the last message, the conversation, or a JSON object. Pure.

Values are read as the step's annotations say (pydantic's rules), so that a step that takes a model of its own gets one.
"""

import inspect
from collections.abc import Mapping
from functools import cached_property
from typing import Any, cast, get_type_hints

import msgspec
from pydantic import PydanticUserError, TypeAdapter, ValidationError

from loomwork.flow.step import Step
from loomwork.gateway.settings import InputForm
from loomwork.kernel.errors.gateway import StepInputWrong, WrongServedStep
from loomwork.kernel.messages import Message, Request

_P = inspect.Parameter
_SHOWN = 3


class Taking:
    """What one step takes.

    Args:
        name: What it is served as.
        form: What of a conversation it gets.
        step: The step. Raises `WrongServedStep` where a conversation cannot be given to it.
    """

    def __init__(self, name: str, form: InputForm, step: Step[..., Any]) -> None:
        self._name = name
        self._form: InputForm = form
        self._step = step
        self._parameters = {
            key: each
            for key, each in step.signature.parameters.items()
            if each.kind in (_P.POSITIONAL_OR_KEYWORD, _P.KEYWORD_ONLY)
        }
        self._open = any(each.kind is _P.VAR_KEYWORD for each in step.signature.parameters.values())
        required = [key for key, each in self._parameters.items() if each.default is _P.empty]
        self.first = next(iter(self._parameters), "")
        if form != "json":
            if not self.first:
                raise WrongServedStep(name=name, step=step.name, problem="it takes no parameter for the message")
            if any(key != self.first for key in required):
                problem = f'it needs {", ".join(required)}: say input = "json"'
                raise WrongServedStep(name=name, step=step.name, problem=problem)

    @cached_property
    def _adapters(self) -> dict[str, TypeAdapter[Any]]:
        try:
            hints = get_type_hints(self._step.func, include_extras=True)
        except (NameError, TypeError):
            hints = {}
        return {key: TypeAdapter(hints[key]) for key in self._parameters if key in hints and hints[key] is not Any}

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of its arguments."""
        properties: dict[str, Any] = {}
        for key in self._parameters:
            try:
                properties[key] = self._adapters[key].json_schema() if key in self._adapters else {}
            except PydanticUserError:  # a type that JSON does not have
                properties[key] = {}
        required = [key for key, each in self._parameters.items() if each.default is _P.empty]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": self._open}

    def talk(self, request: Request) -> dict[str, Any]:
        """The arguments that a conversation gives. Raises `StepInputWrong`."""
        match self._form:
            case "last":
                return self._checked({self.first: request.messages[-1].text})
            case "conversation":
                return self._checked({self.first: [_turn(message) for message in request.messages]})
            case "json":
                try:
                    found = msgspec.json.decode(request.messages[-1].text)
                except msgspec.DecodeError as error:
                    raise self._wrong(f"the last message is no JSON ({error})") from error
                if not isinstance(found, dict):
                    raise self._wrong("the last message is no JSON object")
                return self.given(cast("dict[str, Any]", found))

    def heard(self, request: Request) -> tuple[Message, ...]:
        """The messages of a conversation that the step is given."""
        return request.messages if self._form == "conversation" else request.messages[-1:]

    def given(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments that a JSON object gives. Raises `StepInputWrong`."""
        unknown = [key for key in found if key not in self._parameters]
        if unknown and not self._open:
            raise self._wrong(f"it has no parameter {', '.join(unknown[:_SHOWN])}")
        missing = [k for k, each in self._parameters.items() if each.default is _P.empty and k not in found]
        if missing:
            raise self._wrong(f"{', '.join(missing[:_SHOWN])} is missing")
        return self._checked(found)

    def _checked(self, found: Mapping[str, Any]) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for key, value in found.items():
            adapter = self._adapters.get(key)
            try:
                out[key] = value if adapter is None else adapter.validate_python(value)
            except ValidationError as error:
                problems = error.errors(include_url=False, include_input=False, include_context=False)
                raise self._wrong(f"{key}: {problems[0]['msg']}") from None
        return out

    def _wrong(self, detail: str) -> StepInputWrong:
        takes = ", ".join(str(each) for each in self._parameters.values()) or "nothing"
        return StepInputWrong(name=self._name, detail=detail, takes=takes)


def _turn(message: Message) -> dict[str, Any]:
    return {"role": message.role, "content": message.text}
