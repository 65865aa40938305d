"""The scorer `tool_calls`: were the right tools called with accepted arguments. Calls nothing itself.

Accepted values are written as the Berkeley Function Calling Leaderboard writes them, `{"name": {"city": ["Paris"],
"unit": ["C", ""]}}` (a list of accepted values for each argument; `""` among them: it may be left out), or plainly,
`{"name": "weather", "arguments": {"city": "Paris"}}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, cast

from loomwork.evals.scorers.given import one_of
from loomwork.evals.scorers.texts import NOTHING_EXPECTED
from loomwork.evals.scoring import Score, ToolUse, builtin_scorer
from loomwork.evals.scoring.subject import part_of
from loomwork.kernel.errors.evals_scorers import BadAcceptedCall

_LOOSE = re.compile(r"[ ,./\-_*^]")
"""What BFCL leaves out of texts before it compares them."""
_SHOWN = 80
_HELD = ("tool_calls", "calls")


class Call(NamedTuple):
    """A call as it was made."""

    name: str
    arguments: Mapping[str, Any]


class Wanted(NamedTuple):
    """A call as it is accepted: for each argument the accepted values; `""` among them: it may be left out."""

    name: str
    accepted: Mapping[str, Sequence[Any]]


@builtin_scorer(name="tool_calls", semantics=1)
def tool_calls(
    output: Any,
    expected: Any,
    tool_calls: list[ToolUse],
    *,
    source: Literal["auto", "trace", "output"] = "auto",
    order: Literal["any", "same"] = "any",
    more: Literal["wrong", "allowed"] = "wrong",
) -> Score:
    """Whether the expected tools were called with accepted arguments; how much of it was right is in the parts.

    Texts are compared as BFCL does, without case, spaces and `,./-_*^`; 5 is 5.0, and true is not 1.

    Args:
        output: What the step returned: calls are read from it where it holds them.
        expected: The accepted calls, in BFCL's form or plainly; an empty list: no call is right.
        tool_calls: What was called on the way.
        source: Where the calls are taken from: the `trace`, the `output`, or `auto`: the output if it holds any.
        order: Whether they have to come in the order given.
        more: What a further call is: `wrong` or `allowed`.
    """
    one_of("tool_calls", ("auto", "trace", "output"), source=source)
    one_of("tool_calls", ("any", "same"), order=order)
    one_of("tool_calls", ("wrong", "allowed"), more=more)
    if expected is None:
        return NOTHING_EXPECTED
    wanted = [
        read_wanted(each)
        for each in (cast("list[Any]", expected) if isinstance(expected, list | tuple) else [expected])
    ]
    held = None if source == "trace" else calls_in(output)
    if held is None:
        held = [] if source == "output" else [Call(each.name, each.arguments) for each in tool_calls]
    return _compared(held, wanted, order=order, more=more)


def _compared(made: Sequence[Call], wanted: Sequence[Wanted], *, order: str, more: str) -> Score:
    pairs = _in_order(made, wanted) if order == "same" else _matched(made, wanted)
    right = sum(each >= 0 for each in pairs)
    is_right = right == len(wanted) and (more == "allowed" or len(made) == len(wanted))
    names = _shared_names(made, wanted)
    longest = max(len(made), len(wanted)) if more == "wrong" else len(wanted)
    parts = {"calls": right / longest if longest else 1.0, "names": names, "arguments": _arguments(made, wanted)}
    return Score(value=float(is_right), reason="" if is_right else _problem(made, wanted, pairs), parts=parts)


def _matched(made: Sequence[Call], wanted: Sequence[Wanted]) -> list[int]:
    """Return for each accepted call the call that meets it, or -1: as many as can be met, each call used once."""
    taken: dict[int, int] = {}

    def place(at: int, seen: set[int]) -> bool:
        for number, call in enumerate(made):
            if number in seen or not meets(call, wanted[at]):
                continue
            seen.add(number)
            if number not in taken or place(taken[number], seen):
                taken[number] = at
                return True
        return False

    for at in range(len(wanted)):
        place(at, set())
    by_wanted = {at: number for number, at in taken.items()}
    return [by_wanted.get(at, -1) for at in range(len(wanted))]


def _in_order(made: Sequence[Call], wanted: Sequence[Wanted]) -> list[int]:
    found: list[int] = []
    start = 0
    for each in wanted:
        at = next((at for at in range(start, len(made)) if meets(made[at], each)), -1)
        found.append(at)
        start = at + 1 if at >= 0 else start
    return found


def meets(call: Call, wanted: Wanted) -> bool:
    """Say whether a call is accepted."""
    return call.name == wanted.name and not _misfits(call, wanted)


def _misfits(call: Call, wanted: Wanted) -> list[str]:
    wrong = [name for name, value in call.arguments.items() if not _fits(value, wanted.accepted.get(name, ()))]
    absent = [name for name, values in wanted.accepted.items() if name not in call.arguments and "" not in values]
    return wrong + absent


def _fits(value: Any, accepted: Sequence[Any]) -> bool:
    return any(_same(value, each) for each in accepted)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, str) and isinstance(wanted, str):
        return value == wanted or _loose(value) == _loose(wanted)
    if isinstance(value, Mapping) and isinstance(wanted, Mapping):
        return _same_object(cast("Mapping[str, Any]", value), cast("Mapping[str, Any]", wanted))
    if isinstance(value, list | tuple) and isinstance(wanted, list | tuple):
        mine, others = cast("Sequence[Any]", value), cast("Sequence[Any]", wanted)
        return len(mine) == len(others) and all(map(_same, mine, others))
    return value == wanted


def _same_object(value: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Compare objects; as an argument, each value in one may be a list of accepted ones."""
    if any(name not in wanted for name in value):
        return False
    for name, each in wanted.items():
        values = cast("list[Any]", each) if isinstance(each, list) else None
        if name not in value:
            if values is None or "" not in values:
                return False
        elif not (_same(value[name], each) or (values is not None and _fits(value[name], values))):
            return False
    return True


def _loose(text: str) -> str:
    return _LOOSE.sub("", text).lower().replace("'", '"')


def read_wanted(given: Any) -> Wanted:
    """Return an accepted call. Raises `BadAcceptedCall` where it has neither form."""
    if isinstance(given, Mapping):
        found = cast("Mapping[str, Any]", given)
        arguments = found.get("arguments", {})
        if (
            isinstance(found.get("name"), str)
            and isinstance(arguments, Mapping)
            and not set(found) - {"name", "arguments"}
        ):
            return Wanted(found["name"], {key: [value] for key, value in cast("Mapping[str, Any]", arguments).items()})
        if len(found) == 1:
            name, accepted = next(iter(found.items()))
            if isinstance(accepted, Mapping):
                by_name = cast("Mapping[str, Any]", accepted)
                return Wanted(
                    name, {key: values if isinstance(values, list) else [values] for key, values in by_name.items()}
                )
    raise BadAcceptedCall(name="tool_calls", given=repr(cast("object", given))[:_SHOWN])


def calls_in(output: Any) -> list[Call] | None:
    """Return the calls that an output holds; None where it holds none.

    >>> calls_in([{"weather": {"city": "Paris"}}]), calls_in({"tool_calls": []}), calls_in("It is warm.")
    ([Call(name='weather', arguments={'city': 'Paris'})], [], None)
    """
    for name in _HELD:
        inner = part_of(output, name)
        if isinstance(inner, list | tuple):
            output = cast("Any", inner)
            break
    if isinstance(output, Mapping):
        output = [output]
    if not isinstance(output, list | tuple):
        return None
    found = [_call(each) for each in cast("Sequence[Any]", output)]
    return [each for each in found if each is not None] if None not in found else None


def _call(given: Any) -> Call | None:
    function = part_of(given, "function")
    holder = given if function is None or isinstance(function, str) else function
    name = part_of(holder, "name")
    if isinstance(name, str):
        return Call(name, _read_arguments(part_of(holder, "arguments")))
    if isinstance(given, Mapping) and len(cast("Mapping[str, Any]", given)) == 1:
        key, arguments = next(iter(cast("Mapping[str, Any]", given).items()))
        return Call(key, cast("Mapping[str, Any]", arguments)) if isinstance(arguments, Mapping) else None
    return None


def _read_arguments(given: Any) -> Mapping[str, Any]:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return {"arguments": given}
    return cast("Mapping[str, Any]", given) if isinstance(given, Mapping) else {}


def _shared_names(made: Sequence[Call], wanted: Sequence[Wanted]) -> float:
    left = [each.name for each in wanted]
    same = 0
    for each in made:
        if each.name in left:
            left.remove(each.name)
            same += 1
    return 2 * same / (len(made) + len(wanted)) if made or wanted else 1.0


def _arguments(made: Sequence[Call], wanted: Sequence[Wanted]) -> float:
    """Return the share of arguments that are right, each accepted call held against the nearest of its name."""
    shares: list[float] = []
    for each in wanted:
        total = max(len(each.accepted), 1)
        wrong = [
            len(_misfits(call, each)) if each.accepted or call.arguments else 0
            for call in made
            if call.name == each.name
        ]
        shares.append(max(0.0, 1.0 - min(wrong) / total) if wrong else 0.0)
    return sum(shares) / len(shares) if shares else 1.0


def _problem(made: Sequence[Call], wanted: Sequence[Wanted], pairs: Sequence[int]) -> str:
    for each, at in zip(wanted, pairs, strict=True):
        if at < 0:
            same = [call for call in made if call.name == each.name]
            if not same:
                return f"{each.name} was not called"
            nearest = min((_misfits(call, each) for call in same), key=len)
            return (
                f"{each.name}: {', '.join(nearest)}"
                if nearest
                else f"{each.name} was not called at its place, or too seldom"
            )
    further = [call.name for at, call in enumerate(made) if at not in pairs]
    return f"also called: {', '.join(further)}"[:200]
