"""What differs between the records of a call on both sides, each with the switch that sets it one way or the other."""

from __future__ import annotations

import re

from msgspec import Struct

from loomwork.flow.blaming.aligning import Pair, pairs
from loomwork.flow.blaming.tree import Node
from loomwork.flow.observe import FileRead
from loomwork.flow.reasons import Cause, code_changes, parts_of, read_changes, setting_changes
from loomwork.flow.runtime import Runtime

_FIXED = frozenset({"package", "python", "loomwork", "environment", "path", "folder", "database"})
"""Kinds of which nothing keeps how they were: they are as they are now on every try."""
_BASE = re.compile(r"knowledge\.([^.]+)\.")


class Change(Struct, frozen=True, kw_only=True):
    """One thing that differs between two runs."""

    kind: str
    """As of `why`; and `prompt`, `draw` (a sampled answer), `outside` (what a step met there), `unknown`."""
    name: str
    before: str = ""
    after: str = ""
    file: str = ""
    line: int = 0
    step: str = ""
    """The step of the project whose call it changed first."""
    switch: str = ""
    """What is set one way or the other; changes of one switch cannot be told apart."""

    @property
    def place(self) -> str:
        """Where it stands, `file:line`; empty where it stands nowhere."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def is_fixed(self) -> bool:
        """Whether nothing keeps how it was."""
        return self.switch.startswith("fixed:")

    def as_json(self) -> dict[str, str]:
        """Return the object of `blame --json`."""
        fields = {"kind": self.kind, "name": self.name, "before": self.before, "after": self.after}
        return fields | {"place": self.place, "step": self.step}


def changes_of(runtime: Runtime, pair: Pair) -> list[Change]:
    """Return what the records of a call say differs, but for what it called and was given."""
    if pair.a is None or pair.b is None or pair.a.call.id == pair.b.call.id:
        return []
    before, after = pair.a, pair.b
    told: list[tuple[str, Cause]] = []
    if before.call.behaviour != after.call.behaviour:
        parts = parts_of(runtime, before.record), parts_of(runtime, after.record)
        told += [(f"code:{cause.file}:{cause.name}", cause) for cause in code_changes(*parts)]
    told += _settings(runtime, pair)
    reads = read_changes(runtime, before.record.reads, after.record.reads)
    told += [(f"file:{cause.name}", cause) for cause in reads]
    step = step_of(pair)
    found = [_change(switch, cause, step) for switch, cause in told]
    found = [each for each in found if each.kind != "path" or len(found) == 1] or found
    return list({(each.switch, each.name): each for each in found}.values())


def _settings(runtime: Runtime, pair: Pair) -> list[tuple[str, Cause]]:
    """Return the settings that differ; those of a knowledge base are one switch, told by its documents."""
    if pair.a is None or pair.b is None:
        return []
    if _aliases(pair.a) != _aliases(pair.b):
        return []  # another model is asked: that is told where it was chosen
    causes = setting_changes(pair.a.record.shown, pair.b.record.shown)
    base = next((found[1] for cause in causes if (found := _BASE.match(cause.name))), None)
    if base is None:
        return [(f"setting:{cause.name}", cause) for cause in causes]
    builtin = runtime.keys.builtin(pair.node.call.step)
    tell = None if builtin is None or builtin.settle is None else builtin.settle.tell
    told = causes if tell is None else tell(runtime.services, causes)
    return [(f"index:{base}", cause) for cause in told]


def _aliases(node: Node) -> set[str]:
    return {name.split(".")[1] for name in node.record.shown if "." in name}


def _change(switch: str, cause: Cause, step: str) -> Change:
    kind = cause.kind
    if kind == "file" and cause.name.startswith("prompts/"):
        kind = "prompt"
    if kind in _FIXED:
        switch = f"fixed:{kind}:{cause.name}"
    return Change(
        kind=kind, name=cause.name, before=cause.before, after=cause.after, file=cause.file, line=cause.line,
        step=step, switch=switch,
    )  # fmt: skip


def unexplained(pair: Pair) -> list[Change]:
    """Say what stands behind another result where the records show no difference: a draw, the outside, or nobody knows.

    Only for a pair with equal arguments in which no nested call explains it.
    """
    a, b = pair.a, pair.b
    if a is None or b is None or _aliases(a) != _aliases(b):
        return []  # another model is asked: that is told where it was chosen
    step = step_of(pair)
    before, after = told(a.call.error, a.record.preview_out), told(b.call.error, b.record.preview_out)
    switch = f"answer:{pair.node.call.step}:{pair.node.call.inputs}"
    if pair.node.call.kind == "model":
        kind = "draw" if b.record.draw is not None or a.record.draw is not None else "outside"
        return [Change(kind=kind, name=_alias(pair), before=before, after=after, step=step, switch=switch)]
    reasons = tuple(dict.fromkeys((*b.record.outside, *a.record.outside)))
    if reasons or pair.node.call.kind not in ("step", "model"):
        name = f"{pair.node.call.step} ({', '.join(reasons)})" if reasons else pair.node.call.step
        return [Change(kind="outside", name=name, before=before, after=after, step=step, switch=switch)]
    return [
        Change(
            kind="unknown", name=pair.node.call.step, before=before, after=after, step=step, switch=f"fixed:{switch}"
        )
    ]


def told(error: str | None, preview: str) -> str:
    """Return what a call came to, for people."""
    return error or preview


def _alias(pair: Pair) -> str:
    """Return what a model is called in the settings."""
    for name in pair.node.record.shown:
        return name.split(".")[1]
    return pair.node.call.step


def step_of(pair: Pair) -> str:
    """Return the innermost step of the project that a call stands in: loomwork's own steps have no module."""
    inner = (pair.node, *reversed(pair.above))
    return next((node.call.step for node in inner if ":" in node.call.step), pair.node.call.step)


def read_texts(pair: Pair) -> dict[str, tuple[str | None, str | None]]:
    """Return the files that a call read on both sides, by path, with the hashes of what they held."""
    if pair.a is None or pair.b is None:
        return {}
    before = {read.path: read.digest for read in pair.a.record.reads if isinstance(read, FileRead)}
    after = {read.path: read.digest for read in pair.b.record.reads if isinstance(read, FileRead)}
    return {path: (before[path], after[path]) for path in before if path in after and before[path] != after[path]}


def is_explained(pair: Pair) -> bool:
    """Say whether a nested call that came to something else explains another result."""
    return any(not child.same_result for child in pairs(pair))
