"""One item as scorers see it: what went in, what came out, how it was made. Reads the store only for what is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, cast

import msgspec
from msgspec import Struct

from loomwork.evals.scoring.score import Score
from loomwork.evals.scoring.scorer import Scorer
from loomwork.flow.recordings import Recordings
from loomwork.kernel import codecs
from loomwork.kernel.bodies import Reference
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.kernel.errors.base import LoomworkError
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow, SpanRow
from loomwork.trace.reading import build_tree, walk

TEXTS = ("text", "answer", "output", "content")
"""Where the words of an output stand, if it is more than words: the first of these that it has."""


class Facts(Struct, frozen=True, kw_only=True):
    """How an output was made. What was reused is counted as it was when it was made."""

    latency_ms: float = 0.0
    """Of the outermost call, as it ran."""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: dict[str, float] = {}
    """By currency; what has no price is not in it."""
    unpriced: int = 0
    """Model calls whose price is unknown."""
    model_calls: int = 0
    reused: bool = False
    """The output was not made for this run."""


class PassageSeen(Struct, frozen=True, kw_only=True):
    """A passage that a search found on the way."""

    doc: str
    text: str
    path: str = ""
    start: int = 0
    end: int = 0
    rank: int = 0
    score: float = 0.0


class ToolUse(Struct, frozen=True, kw_only=True):
    """A call of a tool on the way."""

    name: str
    arguments: dict[str, Any] = {}
    result: Any = None
    failed: bool = False


class Subject:
    """One item of a run."""

    def __init__(self, store: Store, item: ItemRow, *, expected: str = "", output: str = "") -> None:
        self._store = store
        self.item = item
        self._expected = expected
        self._output = output

    @property
    def index(self) -> int:
        """The row's number."""
        return self.item.index

    @property
    def error(self) -> str | None:
        """Why the item failed; None where it did not."""
        return self.item.error

    @cached_property
    def row(self) -> dict[str, Any]:
        """All of the row: the step's arguments and what is beside them."""
        found = self._value(self.item.input)
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}

    @cached_property
    def output(self) -> Any:
        """What the step returned, or the part of it that was asked for; None where it failed."""
        value = None if self.item.output is None else self._value(self.item.output)
        return part_of(value, self._output) if self._output else value

    def of(self, scorer: Scorer[..., Any], *, expected: str = "", output: str = "") -> dict[str, Any] | Score:
        """Return what a scorer takes of this item by name, or the score that it has without being called.

        Args:
            scorer: What is to be called.
            expected: The key of the row that holds what is expected.
            output: The part of the output that is scored (`answer`, `citations.0.doc`).
        """
        if self.item.status == "failed" and "error" not in scorer.takes:
            scale = scorer.scale
            is_worst = scale.on_failure == "worst"
            return Score(value=scale.worst if is_worst else None, reason=self.error or "", label="failed")
        found: dict[str, Any] = {}
        for name, optional in scorer.takes.items():
            value = self._named(name, expected, output)
            if value is not _ABSENT:
                found[name] = value
            elif not optional:
                return Score(value=None, reason=f"the row has no '{expected or name}'", label="absent")
        return found

    def _named(self, name: str, expected: str, output: str) -> Any:
        match name:
            case "output":
                return part_of(self.output, output) if output else self.output
            case "text":
                return as_text(part_of(self.output, output) if output else self.output)
            case "expected":
                return self.row.get(expected or "expected", _ABSENT)
            case "input" | "row":
                return self.row
            case "error":
                return self.error
            case "facts":
                return self.facts
            case "passages":
                return self.passages
            case "tool_calls":
                return self.tool_calls
            case _:
                return self.row.get(name, _ABSENT)

    @cached_property
    def facts(self) -> Facts:
        """How the output was made."""
        models = [self._made(each) for each in self._spans if each.kind == "model"]
        root = next((each for each in self._own if not each.parent), None)
        outer = None if root is None else self._made(root)
        cost: dict[str, float] = {}
        for each in models:
            if each.cost_micros is not None:
                cost[each.currency] = cost.get(each.currency, 0.0) + each.cost_micros / 1e6
        return Facts(
            latency_ms=0.0 if outer is None else (outer.end_ns - outer.start_ns) / 1e6,
            input_tokens=sum(each.input_tokens for each in models),
            output_tokens=sum(each.output_tokens for each in models),
            cost=cost,
            unpriced=sum(each.cost_micros is None for each in models),
            model_calls=len(models),
            reused=root is not None and root.cached,
        )

    @cached_property
    def passages(self) -> list[PassageSeen]:
        """What searches found on the way, in order, each place once."""
        found: dict[tuple[str, int], PassageSeen] = {}
        for span in self._spans:
            if span.kind == "search" and span.output is not None:
                for each in _passages(self._value(span.output)):
                    found.setdefault((each.doc, each.start), each)
        return list(found.values())

    @cached_property
    def tool_calls(self) -> list[ToolUse]:
        """The tools that were called on the way, in order."""
        return [self._use(each) for each in self._spans if each.kind == "tool"]

    @cached_property
    def _own(self) -> list[SpanRow]:
        return self._store.spans.trace(self.item.trace) if self.item.trace else []

    @cached_property
    def _spans(self) -> list[SpanRow]:
        """The spans of the item's trace in the order of a tree, with what lies beneath what was reused."""
        found: list[SpanRow] = []
        for node in walk(build_tree(self._own)):
            found.append(node.row)
            if node.row.cached:
                found.extend(each.row for each in self._recordings.beneath(node.row))
        return found

    @cached_property
    def _recordings(self) -> Recordings:
        return Recordings(self._store)

    def _made(self, span: SpanRow) -> SpanRow:
        """Return the span in which the result of a span was made: itself, unless it was reused."""
        return (self._recordings.made(span) or span) if span.cached else span

    def _use(self, span: SpanRow) -> ToolUse:
        given: Any = {} if span.input is None else self._value(span.input)
        arguments = cast("dict[str, Any]", given) if isinstance(given, dict) else {"arguments": given}
        result = None if span.output is None else self._value(span.output)
        return ToolUse(name=span.name, arguments=arguments, result=result, failed=span.status == "error")

    def _value(self, at: Reference) -> Any:
        body = self._store.blobs.get(at)
        try:
            return codecs.decode(body)
        except LoomworkError:  # of a class that is not there any more
            return decode_plain(body)


class _Absent:
    """Nothing, where None is something."""


_ABSENT = _Absent()


def part_of(value: Any, path: str) -> Any:
    """Return what stands at a path of keys, attributes and places; None where nothing does.

    >>> part_of({"answer": {"parts": ["a", "b"]}}, "answer.parts.1")
    'b'
    """
    found = value
    for name in path.split("."):
        found = _beneath(found, name)
    return found


def _beneath(value: Any, name: str) -> Any:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value).get(name)
    if isinstance(value, list | tuple) and name.lstrip("-").isdigit():
        several = cast("list[Any]", value)
        return several[int(name)] if -len(several) <= int(name) < len(several) else None
    return getattr(cast("object", value), name, None)


def as_text(output: Any) -> str:
    """Return the words of an output: its text, or that of its field `text` or `answer`, else its JSON.

    >>> as_text({"answer": "42", "sources": []}), as_text(None), as_text([1, 2])
    ('42', '', '[1, 2]')
    """
    if output is None:
        return ""
    if isinstance(output, str):
        return output
    for name in TEXTS:
        found = part_of(output, name)
        if isinstance(found, str):
            return found
    try:
        return json.dumps(msgspec.to_builtins(output), ensure_ascii=False)
    except (TypeError, ValueError):
        return str(output)


def _passages(found: Any) -> Iterator[PassageSeen]:
    for each in cast("list[Any]", found) if isinstance(found, list | tuple) else ():
        text = part_of(each, "text")
        if isinstance(text, str):
            yield PassageSeen(
                doc=str(part_of(each, "doc") or ""),
                text=text,
                path=str(part_of(each, "path") or ""),
                start=int(part_of(each, "start") or 0),
                end=int(part_of(each, "end") or 0),
                rank=int(part_of(each, "rank") or 0),
                score=float(part_of(each, "score") or 0.0),
            )
