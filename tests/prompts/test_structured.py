import datetime
import enum
from dataclasses import dataclass
from typing import Literal

import jsonschema
import pydantic
import pytest

from loomwork.kernel.errors.prompts import AnswerCutOff, AnswerDoesNotFit, BadReturns
from loomwork.prompts import Prompt
from loomwork.prompts.extract import json_values
from loomwork.prompts.returns import form_of
from tests.prompts.doubles import response, scripted


class Ticket(pydantic.BaseModel):
    """A ticket of support."""

    urgency: Literal["low", "high"]
    days: int = pydantic.Field(ge=0)


@dataclass
class Place:
    name: str
    since: datetime.date


class Colour(enum.Enum):
    RED = "red"


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


async def test_a_model_with_native_schemas_is_given_the_schema_alone():
    model, models = scripted('{"urgency": "low", "days": 2}', native=True)
    assert await model.ask("Judge: {{ x }}", x="y", returns=Ticket) == Ticket(urgency="low", days=2)
    request = models.requests[0]
    assert request.response_schema is not None
    assert request.response_schema.name == "Ticket"
    assert request.response_schema.schema == Ticket.model_json_schema()
    assert request.messages[-1].text == "Judge: y"


async def test_any_other_model_is_told_the_schema_in_words():
    model, models = scripted('Sure!\n```json\n{"urgency": "high", "days": 0}\n```')
    assert (await model.ask("Judge", returns=Ticket)).urgency == "high"
    assert models.requests[0].response_schema is None
    assert '"urgency"' in models.said()
    assert len(models.requests[0].messages[-1].parts) == 1, "one text: not every server takes several"


async def test_a_wrong_answer_is_repaired_in_a_conversation_that_says_what_was_wrong():
    model, models = scripted('{"urgency": "odd", "days": 1}', "{}", '{"urgency": "low", "days": 1}')
    assert await model.ask("Judge", returns=Ticket) == Ticket(urgency="low", days=1)
    assert len(models.requests) == 3
    roles = [message.role for message in models.requests[2].messages]
    assert roles == ["user", "assistant", "user", "assistant", "user"]
    assert "urgency: Input should be 'low' or 'high'" in models.requests[1].messages[-1].text
    assert models.requests[1].messages[-2].text == '{"urgency": "odd", "days": 1}'


async def test_after_two_repairs_it_is_an_error_that_keeps_the_last_answer():
    model, models = scripted("no", "nope", "still no JSON")
    with pytest.raises(AnswerDoesNotFit) as caught:
        await model.ask("Judge", returns=Ticket)
    assert len(models.requests) == 3
    assert caught.value.text == "still no JSON"
    assert caught.value.exit_code == 1


async def test_an_answer_that_was_cut_off_is_not_repaired():
    model, models = scripted(response('{"urgency": "lo', finish="length"))
    with pytest.raises(AnswerCutOff, match="max_tokens"):
        await model.ask("Judge", returns=Ticket)
    assert len(models.requests) == 1


async def test_native_answers_are_checked_too():
    model, models = scripted('{"urgency": "low", "days": -1}', '{"urgency": "low", "days": 1}', native=True)
    assert (await model.ask("Judge", returns=Ticket)).days == 1
    assert models.requests[1].response_schema is not None


@pytest.mark.parametrize(
    ("returns", "text", "value"),
    [
        (Place, '{"name": "X", "since": "2026-01-02"}', Place("X", datetime.date(2026, 1, 2))),
        (list[int], '{"value": [1, 2]}', [1, 2]),
        (list[int], "[1, 2]", [1, 2]),
        (int, "7", 7),
        (float, '{"value": 7}', 7.0),
        (bool, "true", True),
        (tuple[int, str], '{"value": [1, "a"]}', (1, "a")),
        (Literal["a", "b"], '"a"', "a"),
        (Colour, '{"value": "red"}', Colour.RED),
        (Ticket | None, '{"value": null}', None),
        (dict[str, int], '{"value": 3}', {"value": 3}),
        (SCHEMA, 'text {"n": 3} text', {"n": 3}),
        ({"type": "array", "items": {"type": "string"}}, '{"value": ["a"]}', ["a"]),
    ],
)
async def test_every_kind_of_type_can_be_asked_for(returns: object, text: str, value: object):
    model, _ = scripted(text)
    answer = await model.ask("hi", returns=returns)
    assert answer == value
    assert type(answer) is type(value)
    form = form_of(returns)
    assert form.schema["type"] == "object", "every API wants an object at the root"
    jsonschema.Draft202012Validator.check_schema(form.schema)


async def test_a_schema_in_the_prompt_is_the_default_form():
    model, _ = scripted('{"n": "x"}', '{"n": 1}')
    prompt = Prompt.inline("---\nschema:\n  type: object\n  properties:\n    n: {type: integer}\n---\nhi")
    assert await model.ask(prompt) == {"n": 1}
    assert await scripted("plain")[0].ask(prompt, returns=str) == "plain"


async def test_definitions_still_resolve_when_a_list_is_wrapped():
    form = form_of(list[Ticket])
    value = {"value": [{"urgency": "low", "days": 1}]}
    jsonschema.validate(value, form.schema)
    assert form.read(str(value).replace("'", '"')) == [Ticket(urgency="low", days=1)]


@pytest.mark.parametrize("returns", [3, {"type": "nonsense"}, open])
def test_what_no_answer_can_be_checked_against_is_refused(returns: object):
    with pytest.raises(BadReturns):
        form_of(returns)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('<think>maybe {"a": 0}</think>{"a": 1}', [{"a": 1}]),
        ('{"a": 1} trailing', [{"a": 1}]),
        ('[not json] {"a": 1}', [{"a": 1}]),
        ("```\n[1]\n```\nand\n```json\n{}\n```", [[1], {}]),
        ("{" * 5000, []),
        ("[" * 100_000, []),
        ("", []),
    ],
)
def test_json_is_found_in_what_models_write(text: str, values: list[object]):
    assert list(json_values(text)) == values
