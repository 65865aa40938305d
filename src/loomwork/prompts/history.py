"""Which run used which version of a prompt, with what result; joined with git. Reads the store, writes nothing."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from loomwork.prompts.git import Commit, commits, text_at
from loomwork.prompts.library import beside_at, version_of
from loomwork.prompts.origins import name_of, read_text
from loomwork.prompts.seam import NAME, VERSION
from loomwork.store.protocols import Store
from loomwork.store.rows import RunRow, SpanRow

MOST_RUNS = 50
MOST_SPANS = 20_000
"""Spans of one run that are looked at."""


class Use(Struct, frozen=True, kw_only=True):
    """What one run did with one version."""

    run: str
    target: str
    started_ns: int
    status: str
    calls: int
    """Step calls that asked with this version, reused ones included."""
    reused: int
    failed: int
    ok_items: int
    """Of the run, over all its prompts."""
    failed_items: int
    cost: dict[str, float]


class Version(Struct, frozen=True, kw_only=True):
    """One version of a prompt."""

    version: str
    is_current: bool
    commits: tuple[Commit, ...] = ()
    """The commits whose file has this content, newest first; empty for a version that was never committed."""
    uses: tuple[Use, ...] = ()
    """Newest first."""


def history(path: Path, *, project: Path, store: Store) -> list[Version]:
    """Return the versions of a prompt: the current one first, then by their last commit or use, newest first.

    Looks at the newest `MOST_RUNS` runs and 100 commits.
    """
    relative = path.relative_to(project).as_posix() if path.is_relative_to(project) else path.as_posix()
    current = version_of(read_text(path, project), lambda name: read_text(path.parent / name, project))
    committed: dict[str, list[Commit]] = {}
    for commit in commits(path):
        text = text_at(path, commit.revision)
        version = version_of(text, beside_at(path, commit.revision)) if text is not None else ""
        if version:
            committed.setdefault(version, []).append(commit)
    used: dict[str, list[Use]] = {}
    for version, use in _uses(name_of(relative), store):
        used.setdefault(version, []).append(use)
    found = [
        Version(
            version=version,
            is_current=version == current,
            commits=tuple(committed.get(version, ())),
            uses=tuple(used.get(version, ())),
        )
        for version in dict.fromkeys([current, *committed, *used])
        if version
    ]
    return sorted(found, key=lambda each: (not each.is_current, -_latest(each)))


def _latest(version: Version) -> int:
    times = [use.started_ns for use in version.uses] + [commit.time_ns for commit in version.commits]
    return max(times, default=0)


class Asking(NamedTuple):
    """A step call that asked with a version of a prompt: its span, and the span of the call that was made at first."""

    run: RunRow
    version: str
    reused: SpanRow
    span: SpanRow


def askings(name: str, store: Store) -> Iterator[Asking]:
    """Yield the calls that asked with a prompt, newest run first."""
    for run in store.runs.list(limit=MOST_RUNS):
        for span in store.spans.list(limit=MOST_SPANS, run=run.id, roots_only=False):
            made = _asking(span, store)
            for version in _versions(made, name):
                yield Asking(run, version, span, made)


def _uses(name: str, store: Store) -> Iterator[tuple[str, Use]]:
    for _, of_run in groupby(askings(name, store), lambda asking: asking.run.id):
        spans: dict[str, list[Asking]] = {}
        for asking in of_run:
            spans.setdefault(asking.version, []).append(asking)
        for version, asked in spans.items():
            yield version, _use(asked[0].run, [asking.reused for asking in asked])


def _asking(span: SpanRow, store: Store) -> SpanRow:
    """Return the span that asked: of a reused call, the one that was made at first."""
    call = span.attributes.get("loomwork.call") if span.cached and NAME not in span.attributes else None
    row = store.calls.get(call) if isinstance(call, str) else None
    if row is None:
        return span
    return next((each for each in store.spans.trace(row.trace) if each.span == row.span), span)


def _versions(span: SpanRow, name: str) -> list[str]:
    names, versions = _texts(span.attributes.get(NAME)), _texts(span.attributes.get(VERSION))
    return [version for each, version in zip(names, versions, strict=False) if each == name]


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- any list will do
    return [value] if isinstance(value, str) else []


def _use(run: RunRow, spans: list[SpanRow]) -> Use:
    summary: dict[str, Any] = json.loads(run.summary) if run.summary else {}
    return Use(
        run=run.id,
        target=run.target,
        started_ns=run.started_ns,
        status=run.status,
        calls=len(spans),
        reused=sum(span.cached for span in spans),
        failed=sum(span.status == "error" for span in spans),
        ok_items=run.ok,
        failed_items=run.failed,
        cost=summary.get("cost", {}),
    )
