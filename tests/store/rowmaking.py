"""Rows with sensible values, of which a test names only what it is about."""

from typing import Any

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.errors import LoomworkError, RowsDangling
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow, ItemRow, RunRow, SpanRow

MINUTE_NS = 60_000_000_000
NOW_NS = 1_700_000_000_000_000_000


def d(text: str) -> Digest:
    """A digest that stands for `text`."""
    return digest_bytes(text.encode())


def a_call(name: str = "c1", /, **changes: Any) -> CallRow:
    """A memo of step app:answer."""
    fields: dict[str, Any] = {
        "id": d(f"id {name}")[:28],
        "key": d("key"),
        "step": "app:answer",
        "kind": "step",
        "behaviour": d("behaviour"),
        "inputs": d("inputs"),
        "run": "r1",
        "item": 0,
        "trial": 0,
        "status": "ok",
        "reuse": "always",
        "result": d("result of " + name),
        "value": d("value"),
        "observed": d("observed"),
        "record": d("record of " + name),
        "created_ns": NOW_NS,
        "trace": d("trace")[:32],
        "span": d(f"span {name}")[:16],
    }
    return CallRow(**(fields | changes))


def bodies_of(name: str) -> list[bytes]:
    """The bodies that `a_call(name)` refers to."""
    return [b"result of " + name.encode(), b"record of " + name.encode()]


def a_span(name: str = "s1", /, **changes: Any) -> SpanRow:
    """A finished root span of one millisecond."""
    fields: dict[str, Any] = {
        "trace": d("trace")[:32],
        "span": d(f"span {name}")[:16],
        "name": "answer",
        "kind": "step",
        "start_ns": NOW_NS,
        "end_ns": NOW_NS + 1_000_000,
    }
    return SpanRow(**(fields | changes))


def a_run(name: str = "r1", /, **changes: Any) -> RunRow:
    """A run that has just begun; its process is unknown."""
    fields: dict[str, Any] = {"id": name, "target": "app:answer", "started_ns": NOW_NS}
    return RunRow(**(fields | changes))


def an_item(index: int = 0, /, **changes: Any) -> ItemRow:
    """A finished item of run r1."""
    fields: dict[str, Any] = {"run": "r1", "index": index, "trial": 0, "status": "ok", "input": d("input")}
    return ItemRow(**(fields | changes))


def ailments(store: Store) -> list[LoomworkError]:
    """What a full examination finds, but for bodies that a test did not bother to write."""
    problems = [finding.problem for finding in store.care.examine()]
    return [problem for problem in problems if not isinstance(problem, RowsDangling)]
