"""Which run used which version of a prompt, with what result; joined with git. Reads the store, writes nothing."""

import json
from collections.abc import Collection, Iterator
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
MOST_CALLS = 50_000
"""Calls whose prompts are remembered."""


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


class Uses:
    """What runs did with prompts. Whoever asks more than once keeps it: a run that has ended is read once, for all."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._runs: dict[str, dict[str, dict[str, Use]]] = {}
        self._calls: dict[str, tuple[tuple[str, str], ...]] = {}
        self._same: dict[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]] = {}
        """Each value once, however many calls have it."""

    def of(self, name: str) -> Iterator[tuple[str, Use]]:
        """Yield the uses of a prompt with its versions, newest run first; of the newest `MOST_RUNS` runs."""
        for run in self._store.runs.list(limit=MOST_RUNS):
            yield from self._of_run(run).get(name, {}).items()

    def by_name(self) -> dict[str, list[Use]]:
        """Return the uses of every prompt, newest run first: each run is looked at once."""
        found: dict[str, list[Use]] = {}
        for run in self._store.runs.list(limit=MOST_RUNS):
            for name, versions in self._of_run(run).items():
                found.setdefault(name, []).extend(versions.values())
        return found

    def _of_run(self, run: RunRow) -> dict[str, dict[str, Use]]:
        known = self._runs.get(run.id)
        if known is not None:
            return known
        counts: dict[tuple[str, str], list[int]] = {}
        for span in self._store.spans.list(limit=MOST_SPANS, run=run.id, roots_only=False):
            for asked in self._asked(span):
                calls = counts.setdefault(asked, [0, 0, 0])
                for at, counted in enumerate((True, span.cached, span.status == "error")):
                    calls[at] += counted
        found: dict[str, dict[str, Use]] = {}
        for (name, version), (calls, reused, failed) in counts.items():
            found.setdefault(name, {})[version] = _use(run, calls=calls, reused=reused, failed=failed)
        if run.ended_ns is not None:
            self._runs[run.id] = found
        return found

    def _asked(self, span: SpanRow) -> tuple[tuple[str, str], ...]:
        """Return the prompts and versions that a call asked with; of a reused call, those that it did at first."""
        call = _reused_call(span)
        if call is None:
            return _named(span)
        found = self._calls.get(call)
        if found is None:
            if len(self._calls) >= MOST_CALLS:
                self._calls.clear()
            found = _named(_made(call, self._store) or span)
            self._calls[call] = found = self._same.setdefault(found, found)
        return found


def history(path: Path, *, project: Path, store: Store, uses: Uses | None = None) -> list[Version]:
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
    for version, use in (uses or Uses(store)).of(name_of(relative)):
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


def askings(name: str, store: Store, *, runs: Collection[str] | None = None) -> Iterator[Asking]:
    """Yield the calls that asked with a prompt, newest run first; of `runs` only, where they are given."""
    for run in store.runs.list(limit=MOST_RUNS):
        if runs is not None and run.id not in runs:
            continue
        for span in store.spans.list(limit=MOST_SPANS, run=run.id, roots_only=False):
            call = _reused_call(span)
            made = span if call is None else _made(call, store) or span
            for each, version in _named(made):
                if each == name:
                    yield Asking(run, version, span, made)


def _reused_call(span: SpanRow) -> str | None:
    """Return the call that a span reused, where that one says what was asked with."""
    call = span.attributes.get("loomwork.call") if span.cached and NAME not in span.attributes else None
    return call if isinstance(call, str) else None


def _made(call: str, store: Store) -> SpanRow | None:
    """Return the span of a call that was made; None where it is gone."""
    row = store.calls.get(call)
    if row is None:
        return None
    return next((each for each in store.spans.trace(row.trace) if each.span == row.span), None)


def _named(span: SpanRow) -> tuple[tuple[str, str], ...]:
    """Return the prompts that a span asked with, and their versions."""
    names, versions = _texts(span.attributes.get(NAME)), _texts(span.attributes.get(VERSION))
    return tuple(zip(names, versions, strict=False))


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- any list will do
    return [value] if isinstance(value, str) else []


def _use(run: RunRow, *, calls: int, reused: int, failed: int) -> Use:
    summary: dict[str, Any] = json.loads(run.summary) if run.summary else {}
    return Use(
        run=run.id,
        target=run.target,
        started_ns=run.started_ns,
        status=run.status,
        calls=calls,
        reused=reused,
        failed=failed,
        ok_items=run.ok,
        failed_items=run.failed,
        cost=summary.get("cost", {}),
    )
