"""Put a project together as it was in one run, in the other, or between the two, and try a row there.

What lies in the project is one side; git, the store and the records give the other. Every state of the code is checked
against what the records say that it did before it is believed. Decides nothing of what the tries mean.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import msgspec

from loomwork.flow.blaming import Suspicion, Tried
from loomwork.flow.blaming.tree import Node
from loomwork.flow.blaming.trying import code_of
from loomwork.flow.observe import FileRead
from loomwork.flow.runtime import Runtime
from loomwork.kernel.canonical import Digest
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.rows import RunRow
from loomwork.workspace.opening import Workspace
from loomwork.workspace.worlds.job import Job
from loomwork.workspace.worlds.revisions import Code, code_at, code_now, content, revisions_around
from loomwork.workspace.worlds.scratch import Scratch, Settings
from loomwork.workspace.worlds.settings import value_of
from loomwork.workspace.worlds.splicing import Mark, joined, spliced

_CODE, _FILE, _SETTING = "code:", "file:", "setting:models."


class Lost(Enum):
    """Stands for a content that is kept nowhere."""

    NOWHERE = "nowhere"


class Rebuilt:
    """The two sides of a suspicion, and everything between them. Close it when done.

    Args:
        workspace: The project as it is.
        store: The address of its store, with an absolute path.
        suspicion: The two runs.
    """

    def __init__(self, workspace: Workspace, store: str, suspicion: Suspicion) -> None:
        self._workspace = workspace
        self._runtime: Runtime = workspace.runtime
        self._store = store
        self._suspicion = suspicion
        self._scratch = Scratch(workspace.project)
        self._marks = [
            Mark(change.file, change.name, change.line, change.switch)
            for change in suspicion.changes
            if change.switch.startswith(_CODE)
        ]
        try:
            self._prepare()
        except BaseException:
            self._scratch.close()
            raise

    def _prepare(self) -> None:
        """Find both sides."""
        suspicion = self._suspicion
        b, a = suspicion.root.b, suspicion.root.a
        self._b = None if b is None else self._code(suspicion.b, b)
        self._a = self._b if not self._marks or a is None else self._code(suspicion.a, a)
        self._files = {path: (self._body(path, one), self._body(path, two)) for path, (one, two) in _texts(suspicion)}
        self._base = {} if b is None else dict(self._as_read(b))
        self.groups = self._groups()

    def __enter__(self) -> Rebuilt:
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.close()

    async def attempt(self, on: frozenset[str], most: int) -> Tried:
        """Try the row with these switches as in the second run, with at most so many model calls."""
        if not await asyncio.to_thread(self._put, on):
            return Tried(outcome="not rebuilt")
        suspicion = self._suspicion
        job = Job(
            what="try", store=self._store, answer="", a=suspicion.a.id, b=suspicion.b.id, row=suspicion.row,
            trial=suspicion.trial, on=sorted(on), most=most,
        )  # fmt: skip
        answer = await asyncio.to_thread(self._scratch.do, job)
        return Tried(outcome="not rebuilt") if answer is None else msgspec.json.decode(answer, type=Tried)

    def _put(self, on: frozenset[str]) -> bool:
        """Lay the project out; False where a part of it is not kept anywhere."""
        off = set(self._suspicion.switches) - on
        if self._b is None or (self._a is None and any(each.startswith(_CODE) for each in off)):
            return False
        files: dict[str, bytes | None] = dict(self._base)
        for path, (one, two) in self._files.items():
            body = one if f"{_FILE}{path}" in off else two
            if isinstance(body, Lost):
                return False
            files[path] = body
        settings = self._as_set(off)
        if settings is None:
            return False
        code = self._b if self._a is None else spliced(self._a, self._b, self._marks, on)
        self._scratch.put({**files, **code})
        self._scratch.put_settings(settings)
        return True

    def _groups(self) -> dict[str, str]:
        """Return the code switches that can only be set together, by the first of them."""
        if self._b is None:
            return {}
        marked = {mark.switch for mark in self._marks}
        close = [marked] if self._a is None else joined(self._a, self._b, self._marks)
        found: dict[str, str] = {}
        for switches in close:
            names = sorted(switches | {each for each, group in found.items() if group in switches})
            found |= dict.fromkeys(names, names[0])
        return found

    def _code(self, run: RunRow, root: Node) -> Code | None:
        """Return the code that a run had, as its records attest; None where neither the project nor git has it."""
        wanted = code_of(self._runtime, root)
        here = code_now(self._workspace.project)
        if self._does(here, wanted):
            return here
        for revision in revisions_around(self._workspace.project, run.started_ns):
            code = code_at(self._workspace.project, revision)
            if code is not None and self._does(code, wanted):
                return code
        return None

    def _does(self, code: Code, wanted: dict[str, Digest]) -> bool:
        self._scratch.put(code)
        job = Job(what="look", store=self._store, answer="", steps=sorted(wanted))
        answer = self._scratch.do(job)
        return answer is not None and msgspec.json.decode(answer, type=dict[str, Digest]) == wanted

    def _body(self, path: str, digest: Digest | None) -> bytes | Lost | None:
        """Return what a file held; None where there was none."""
        if digest is None:
            return None
        if Path(path).is_absolute():
            return Lost.NOWHERE
        try:
            return self._runtime.store.blobs.get(digest)
        except (BlobMissing, BlobCorrupt):
            found = content(self._workspace.project, path, digest)
            return Lost.NOWHERE if found is None else found

    def _as_read(self, root: Node) -> Iterator[tuple[str, bytes | None]]:
        """Yield the files that the second run read and that lie there otherwise now, as far as they are kept."""
        for node in root.walk():
            for read in node.record.reads:
                if isinstance(read, FileRead) and not self._runtime.observer.holds(read):
                    body = self._body(read.path, read.digest)
                    if not isinstance(body, Lost):
                        yield read.path, body

    def _as_set(self, off: set[str]) -> Settings | None:
        """Return the model settings to write; None where one cannot be written as it was."""
        wanted: dict[str, str] = {}
        root = self._suspicion.root.b
        for node in root.walk() if root is not None else ():
            if node.call.kind == "model":
                wanted |= self._changed_since(node.record.shown)
        for change in self._suspicion.changes:
            if change.switch.startswith(_SETTING):
                wanted[change.name] = change.before if change.switch in off else change.after
        found: Settings = {}
        for name, text in wanted.items():
            _, alias, key = name.split(".", 2)
            value = value_of(key, text)
            if value is False:
                return None
            found[alias, key] = value
        return found

    def _changed_since(self, shown: dict[str, str]) -> dict[str, str]:
        """Return the settings of a model that are otherwise now than in the second run."""
        alias = next(iter(shown), "..").split(".")[1]
        if alias not in self._workspace.models.aliases:
            return {}
        now = self._workspace.models.resolve(alias).shown
        return {name: shown.get(name, "") for name in {**shown, **now} if shown.get(name) != now.get(name)}


def _texts(suspicion: Suspicion) -> list[tuple[str, tuple[Digest | None, Digest | None]]]:
    return [(path, (_digest(one), _digest(two))) for path, (one, two) in suspicion.files.items()]


def _digest(text: str | None) -> Digest | None:
    return None if text is None else Digest(text)


def rebuild(workspace: Workspace, store: str, suspicion: Suspicion) -> Rebuilt:
    """Return the two sides of a suspicion, ready to be tried; use it in a `with` block."""
    return Rebuilt(workspace, store, suspicion)
