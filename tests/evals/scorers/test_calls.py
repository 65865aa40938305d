import copy
from typing import Any

import pytest

from loomwork.evals.scorers.calls import calls_in, tool_calls
from loomwork.evals.scoring import ToolUse
from loomwork.kernel.errors import BadAcceptedCall, NotAChoice
from tests.evals.scorers.lab import rows

WEATHER = {"name": "weather", "arguments": {"city": "Paris", "days": 3}}


def accepted(values: Any) -> Any:
    """The first value that is accepted, all the way down."""
    if isinstance(values, list):
        given = [each for each in values if each != ""]
        return accepted_inside(given[0]) if given else None
    return values


def accepted_inside(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: accepted(each) for name, each in value.items()}
    return [accepted_inside(each) for each in value] if isinstance(value, list) else value


def as_made(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {name: {key: accepted(each) for key, each in arguments.items() if accepted(each) is not None}}
        for call in row["ground_truth"]
        for name, arguments in call.items()
    ]


def test_accepted_calls_of_bfcl_are_right_and_broken_ones_are_not():
    broken = 0
    for row in rows("bfcl.jsonl"):
        made = as_made(row)
        assert tool_calls(made, row["ground_truth"], []).value == 1
        assert tool_calls(list(reversed(made)), row["ground_truth"], []).value == 1
        name, arguments = next(iter(row["ground_truth"][0].items()))
        needed = next(key for key, values in arguments.items() if "" not in values)
        for change in ("name", "drop", "value", "more"):
            other = copy.deepcopy(made)
            match change:
                case "name":
                    other[0] = {f"{name}_2": other[0][name]}
                case "drop":
                    del other[0][name][needed]
                case "value":
                    other[0][name][needed] = "certainly something else"
                case _:
                    other[0][name]["not_a_parameter"] = 1
            broken += 1
            assert tool_calls(other, row["ground_truth"], []).value == 0
    assert broken == 4 * 48


def test_calls_are_read_from_the_trace_where_the_output_holds_none():
    used = [ToolUse(name="weather", arguments={"city": "paris", "days": 3.0})]
    assert tool_calls("It is warm.", WEATHER, used).value == 1
    assert tool_calls("It is warm.", WEATHER, used, source="output").value == 0
    assert tool_calls([{"weather": {}}], WEATHER, used, source="trace").value == 1


def test_part_of_the_credit_stands_in_the_parts():
    score = tool_calls(
        [{"name": "weather", "arguments": '{"city": "Rome", "days": 3}'}], [WEATHER, {"name": "stop"}], []
    )
    assert (score.value, score.reason) == (0, "weather: city")
    assert score.parts == {"calls": 0.0, "names": pytest.approx(2 / 3), "arguments": 0.25}


def test_order_and_further_calls_count_where_that_is_said():
    two = [{"name": "a"}, {"name": "b"}]
    assert tool_calls(list(reversed(two)), two, []).value == 1
    assert tool_calls(list(reversed(two)), two, [], order="same").value == 0
    further = tool_calls([*two, {"name": "c"}], two, [])
    assert (further.value, further.reason) == (0, "also called: c")
    assert tool_calls([*two, {"name": "c"}], two, [], more="allowed").value == 1


def test_one_call_can_meet_only_one_of_two_that_accept_it():
    either = {"go": {"to": ["home", "work"]}}
    home = {"go": {"to": ["home"]}}
    assert tool_calls([{"go": {"to": "home"}}, {"go": {"to": "work"}}], [either, home], []).value == 1
    assert tool_calls([{"go": {"to": "home"}}], [either, home], []).value == 0


def test_values_are_compared_as_values():
    for given, wanted, same in [
        (True, 1, False),
        (5, 5.0, True),
        ("New York", "new-york", True),
        ([1, 2], [2, 1], False),
    ]:
        assert tool_calls([{"f": {"x": given}}], {"name": "f", "arguments": {"x": wanted}}, []).value == same


def test_no_call_can_be_what_is_expected():
    assert tool_calls("nothing to do", [], []).value == 1
    assert tool_calls("x", [], [ToolUse(name="weather")]).value == 0
    assert tool_calls("x", None, []).value is None


def test_openai_and_anthropic_write_calls_differently():
    openai = {"tool_calls": [{"function": {"name": "weather", "arguments": '{"city": "Paris", "days": 3}'}}]}
    found = calls_in(openai)
    assert found is not None
    assert (found[0].name, found[0].arguments) == ("weather", {"city": "Paris", "days": 3})
    assert calls_in(None) is None
    assert calls_in("") is None


def test_what_is_no_accepted_call_is_refused():
    with pytest.raises(BadAcceptedCall, match="'weather' is no accepted call"):
        tool_calls("x", ["weather"], [])
    with pytest.raises(NotAChoice):
        tool_calls("x", WEATHER, [], order="sorted")  # pyright: ignore[reportArgumentType] -- what a person may type
