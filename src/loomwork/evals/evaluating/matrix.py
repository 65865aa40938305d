"""Models and prompts side by side: which variants there are, and what in the application they stand in for.

Every variant is a run of its own over one store: what does not depend on the variant is made once.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from msgspec import Struct

from loomwork.flow.behaviour import Project
from loomwork.kernel.errors.evals import BadVariants, WhichOne


class Variant(Struct, frozen=True, kw_only=True):
    """One way to run the application."""

    models: dict[str, str] = {}
    """What stands in for each alias: the name of another."""
    prompts: dict[str, str] = {}
    """What stands in for each prompt: the path of another file."""

    @property
    def label(self) -> str:
        """What its row is called: what stands in, without what it stands in for."""
        return " · ".join([*self.models.values(), *self.prompts.values()]) or "-"


class Axis(Struct, frozen=True, kw_only=True):
    """Candidates for one place of the application."""

    place: str
    """An alias, or the path of a prompt; empty: the only one that the application uses."""
    candidates: tuple[str, ...]


def read_axis(text: str) -> Axis:
    """Return what `[PLACE=]A,B,C` says.

    >>> read_axis("smart=gpt,claude").place, read_axis("a,b").candidates
    ('smart', ('a', 'b'))

    Raises:
        BadVariants: There is no candidate, or one stands twice.
    """
    place, sign, listed = text.partition("=")
    if not sign:
        place, listed = "", text
    candidates = tuple(each.strip() for each in listed.split(",") if each.strip())
    if not candidates:
        raise BadVariants(text=text, reason="it names no candidate")
    if len(set(candidates)) < len(candidates):
        raise BadVariants(text=text, reason="a candidate stands in it twice")
    return Axis(place=place.strip(), candidates=candidates)


def variants(models: Sequence[Axis], prompts: Sequence[Axis], *, project: Project) -> list[Variant]:
    """Return every combination, the first candidates together first: that one is the measure of the others.

    Args:
        models: Candidates for aliases.
        prompts: Candidates for prompts.
        project: Its modules, as far as they are loaded, say which alias and which prompt the application uses.

    Raises:
        WhichOne: A place was left out, and the application uses none or several.
    """
    places = [_place(each, "model", project) for each in models] + [_place(each, "Prompt", project) for each in prompts]
    found: list[Variant] = []
    for chosen in product(*(each.candidates for each in (*models, *prompts))):
        pairs = list(zip(places, chosen, strict=True))
        found.append(Variant(models=dict(pairs[: len(models)]), prompts=dict(pairs[len(models) :])))
    return found


def _place(axis: Axis, call: str, project: Project) -> str:
    if axis.place:
        return axis.place
    used = sorted(set(literals(call, project)))
    if len(used) != 1:
        option = "models" if call == "model" else "prompts"
        raise WhichOne(option=option, listed=", ".join(used) or "none", candidates=",".join(axis.candidates))
    return used[0]


def literals(call: str, project: Project) -> Iterator[str]:
    """Yield the texts that the project's loaded modules call a function with, as `model("fast")` does."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py") and project.owns(file):
            try:
                tree = ast.parse(Path(file).read_text(encoding="utf-8"))
            except (OSError, SyntaxError, UnicodeDecodeError):
                continue
            yield from _called(tree, call)


def _called(tree: ast.AST, name: str) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            func = node.func
            called = func.id if isinstance(func, ast.Name) else func.attr if isinstance(func, ast.Attribute) else ""
            value: Any = node.args[0].value
            if called == name and isinstance(value, str):
                yield value


class Broken(Struct, frozen=True, kw_only=True):
    """A row that passes under some variants and fails under others."""

    row: int
    scorer: str
    passes: tuple[str, ...]
    """Labels of variants."""
    fails: tuple[str, ...]


def broken_rows(scores: Mapping[str, Mapping[str, Mapping[int, float]]], *, at: float = 0.5) -> list[Broken]:
    """Return the rows that do not go the same way under every variant: those of most variants that fail first.

    Args:
        scores: By the variant's label, by scorer: the value of each row (the mean of its trials), higher is better.
        at: From here on a row passes.
    """
    scorers = sorted({name for each in scores.values() for name in each})
    found: list[Broken] = []
    for scorer in scorers:
        held = {label: each[scorer] for label, each in scores.items() if scorer in each}
        rows = sorted(set[int]().union(*(each.keys() for each in held.values())))
        for row in rows:
            passes = tuple([label for label, each in held.items() if row in each and each[row] >= at])
            fails = tuple([label for label, each in held.items() if row in each and each[row] < at])
            if passes and fails:
                found.append(Broken(row=row, scorer=scorer, passes=passes, fails=fails))
    return sorted(found, key=lambda each: (-len(each.fails), each.scorer, each.row))
