"""Which scorers were chosen, and how they are set: `NAME,setting=value`, tables of loomwork.toml, the project's own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, cast

from msgspec import Struct

from loomwork.evals.scoring.score import Scale
from loomwork.evals.scoring.scorer import Scorer, settings_of
from loomwork.flow.behaviour import Project, import_target
from loomwork.kernel.canonical import Digest, digest
from loomwork.kernel.errors.evals import BadScorerWords, NoSuchScorer, NotAScorer, SameLabel
from loomwork.kernel.errors.phrases import nearest

BOUND = ("as", "expected", "output")
"""Settings that every scorer has: its label, the row's key that holds what is expected, the part of the output."""


class Chosen(Struct, frozen=True, kw_only=True):
    """A scorer as it is applied."""

    label: str
    """What its column is called."""
    scorer: Scorer[..., Any]
    settings: dict[str, Any] = {}
    expected: str = ""
    """The row's key that holds what is expected; empty: `expected`."""
    output: str = ""
    """The part of the output that is scored; empty: all of it."""

    @property
    def scale(self) -> Scale:
        """What its values mean."""
        return cast("Scorer[..., Any]", self.scorer).scale  # read through an instance, a step in a class looks bound

    @property
    def identity(self) -> Digest:
        """Hash of what was chosen: two of one identity give one score (as long as the scorer's code is the same)."""
        scorer = cast("Scorer[..., Any]", self.scorer)
        return digest((scorer.name, self.settings, self.expected, self.output))


def choose(words: Sequence[str], *, tables: Mapping[str, Mapping[str, Any]], project: Project) -> list[Chosen]:
    """Return the scorers that words name.

    Args:
        words: Each `NAME` or `NAME,setting=value,...`. A name is a table `[scorers.NAME]`, a scorer that loomwork
            brings along, or `module:function` of the project.
        tables: The tables of loomwork.toml: `use` names the scorer, the other keys are its settings.
        project: Where `module:function` is looked for.

    Raises:
        BadScorerWords: They cannot be read.
        NoSuchScorer: No scorer has that name.
        NotAScorer: What was named is none.
        BadScorer: It has no such setting, or lacks one.
        SameLabel: Two would be called the same.
    """
    found: list[Chosen] = []
    for each in words:
        chosen = _chosen(each, tables, project)
        if any(other.label == chosen.label for other in found):
            raise SameLabel(label=chosen.label)
        found.append(chosen)
    return found


def _chosen(text: str, tables: Mapping[str, Mapping[str, Any]], project: Project) -> Chosen:
    name, given = _read(text)
    table: dict[str, Any] = dict(tables.get(name, {}))
    use = table.pop("use", name)
    if not isinstance(use, str):
        raise BadScorerWords(text=name, reason="`use` names a scorer")
    scorer = find_scorer(use, project, known=tuple(tables))
    settings = table | given
    label, expected, output = (str(settings.pop(key, "")) for key in BOUND)
    return Chosen(
        label=label or (name if name in tables else _short(use)),
        scorer=scorer,
        settings=settings_of(scorer, settings),
        expected=expected,
        output=output,
    )


def find_scorer(name: str, project: Project, *, known: Sequence[str] = ()) -> Scorer[..., Any]:
    """Return a scorer by its name. Raises `NoSuchScorer`, `NotAScorer`, and what importing the module raises."""
    if ":" in name:
        found = import_target(name, project)
        if not isinstance(found, Scorer):
            raise NotAScorer(name=name, type=type(found).__name__)
        return cast("Scorer[..., Any]", found)
    homes = _homes()
    if name not in homes:
        raise NoSuchScorer(name=name, near=nearest(name, [*homes, *known]))
    module, attribute = homes[name]
    return cast("Scorer[..., Any]", getattr(import_module(module), attribute))


def _homes() -> Mapping[str, tuple[str, str]]:
    """Return where the scorers are that loomwork brings along, by name."""
    return cast("Mapping[str, tuple[str, str]]", import_module("loomwork.evals.scorers").HOMES)


def _short(use: str) -> str:
    return use.rpartition(":")[2]


def _read(text: str) -> tuple[str, dict[str, Any]]:
    """Read `NAME,setting=value,setting=value`; a value is JSON where it can be, else a text.

    >>> _read("numeric,tolerance=0.01,expected=answer")
    ('numeric', {'tolerance': 0.01, 'expected': 'answer'})
    >>> _read('regex,pattern="a,b"')
    ('regex', {'pattern': 'a,b'})
    """
    name, *rest = _parts(text)
    if not name:
        raise BadScorerWords(text=text, reason="it has no name")
    settings: dict[str, Any] = {}
    for each in rest:
        key, sign, value = each.partition("=")
        if not sign or not key.strip():
            raise BadScorerWords(text=text, reason=f"'{each}' is not setting=value")
        settings[key.strip()] = _value(value)
    return name.strip(), settings


def _parts(text: str) -> list[str]:
    """Split at commas that are in no quotes, brackets or braces."""
    parts, depth, quoted = [""], 0, False
    for at, letter in enumerate(text):
        if letter == '"' and (at == 0 or text[at - 1] != "\\"):
            quoted = not quoted
        elif not quoted:
            depth += (letter in "[{(") - (letter in "]})")
        if letter == "," and not quoted and depth <= 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
