"""What may have made a row of two runs differ, from the records alone. Calls nothing and writes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from loomwork.flow.blaming.aligning import Pair, differing, origins, unharmed
from loomwork.flow.blaming.changes import Change, changes_of, is_explained, read_texts, step_of, told, unexplained
from loomwork.flow.blaming.tree import Node, Trees
from loomwork.flow.blaming.verdict import Blame, Note, Place
from loomwork.flow.runtime import Runtime
from loomwork.kernel.errors.flow import NoSuchRow, NoSuchRun, NothingKept
from loomwork.kernel.errors.phrases import Nothing
from loomwork.store.rows import ItemRow, RunRow


class Suspicion(Struct, frozen=True, kw_only=True):
    """Two trees of one row, where they begin to differ, and what may have done it."""

    a: RunRow
    b: RunRow
    row: int
    trial: int
    root: Pair
    found: tuple[tuple[Pair, tuple[Change, ...]], ...]
    """The differing calls in the order in which they ended, with what changed for each: those with a change alone."""
    first: Pair
    also: tuple[Change, ...]
    files: dict[str, tuple[str | None, str | None]]
    """Files that were read with other contents on both sides: the hashes of these."""
    notes: tuple[Note, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that may have done it, each once, in the order of the calls that it changed."""
        every = [change for _, changes in self.found for change in changes]
        return tuple({(change.switch, change.name): change for change in every}.values())

    @property
    def switches(self) -> tuple[str, ...]:
        """What can be set one way or the other."""
        return tuple(dict.fromkeys(change.switch for change in self.changes))

    @property
    def is_same(self) -> bool:
        """Whether the row came to the same in both runs."""
        return self.root.same_result

    def calls_after(self) -> int:
        """Return how many model calls the second run's tree has from the first difference on."""
        begun, count = False, 0
        first = {id(node) for node in (self.first.b, self.first.a) if node is not None}
        for node in () if self.root.b is None else _starts(self.root.b):
            begun = begun or id(node) in first
            count += begun and node.call.kind == "model"
        return max(count, 1)

    def verdict(self, changes: Iterable[Change], **known: object) -> Blame:
        """Return the answer: these changes did it, the others did not."""
        kept = tuple(changes)
        names = {(change.switch, change.name) for change in kept}
        others = [change for change in (*self.changes, *self.also) if (change.switch, change.name) not in names]
        other = {(change.switch, change.name): change for change in others}
        acted = next((pair for pair, found in self.found if any(each in kept for each in found)), self.first)
        fields: dict[str, object] = {"notes": self.notes} | known
        return Blame(
            a=self.a.id, b=self.b.id, row=self.row, trial=self.trial,
            step=None if self.is_same else place_of(acted), changes=kept, also=tuple(other.values()), **fields,  # pyright: ignore[reportArgumentType] # the fields of Blame by name
        )  # fmt: skip


def _starts(node: Node) -> Iterable[Node]:
    yield node
    for child in node.children:
        yield from _starts(child)


def place_of(pair: Pair) -> Place:
    """Return a differing call for people."""
    step, node = step_of(pair), pair.node
    holder = next((each for each in (node, *reversed(pair.above)) if each.call.step == step), node)
    sides = [told(each.call.error, each.record.preview_out) if each is not None else "" for each in (pair.a, pair.b)]
    inner = node.call.step if node.call.step != step else ""
    return Place(name=step, call=holder.call.id, inner=inner, before=sides[0], after=sides[1])


def suspect(runtime: Runtime, run_a: str, run_b: str, *, row: int, trial: int = 0) -> Suspicion:
    """Compare what two runs recorded for a row.

    The row is the second run's; where the first run has another one there, the one with the same input is taken.

    Raises:
        NoSuchRun: One of the runs is not there.
        NoSuchRow: One has no such row or trial.
        NothingKept: The calls of the row were pruned.
    """
    a, b = (_run(runtime, name) for name in (run_a, run_b))
    item_b = _item(runtime, b, row, trial)
    item_a = _like(runtime, a, item_b)
    trees = Trees(runtime)
    before, after = trees.of_item(item_a), trees.of_item(item_b)
    if before is None or after is None:
        raise NothingKept(run=(a if before is None else b).id, row=row)
    root = Pair(after, before, after)
    notes: list[Note] = []
    if item_a.index != row:
        notes.append("another row")
    return _compared(runtime, Suspicion(
        a=a, b=b, row=row, trial=trial, root=root, found=(), first=root, also=(), files={}, notes=tuple(notes)
    ))  # fmt: skip


def _compared(runtime: Runtime, begun: Suspicion) -> Suspicion:
    from msgspec.structs import replace

    root = begun.root
    if root.same_result:
        also = _each(runtime, [root])
        return replace(begun, also=also, notes=(*begun.notes, "same"))
    if not root.same_inputs:
        return replace(begun, found=((root, (_input(root),)),))
    begins = origins(root)
    where = {id(pair.node) for pair in begins}
    found: list[tuple[Pair, tuple[Change, ...]]] = []
    files: dict[str, tuple[str | None, str | None]] = {}
    for pair in differing(root):
        changes = changes_of(runtime, pair)
        if not changes and id(pair.node) in where and pair.same_inputs and not is_explained(pair):
            changes = unexplained(pair)
        files |= read_texts(pair)
        if changes:
            found.append((pair, tuple(changes)))
    met = {(change.switch, change.name) for _, changes in found for change in changes}
    also = [each for each in _each(runtime, unharmed(root)) if (each.switch, each.name) not in met]
    return replace(begun, found=tuple(found), first=begins[0], also=tuple(also), files=files)


def _each(runtime: Runtime, pairs: Iterable[Pair]) -> tuple[Change, ...]:
    every = [change for pair in pairs for change in changes_of(runtime, pair)]
    return tuple({(change.switch, change.name): change for change in every}.values())


def _input(root: Pair) -> Change:
    sides = [node.record.preview_in if node is not None else "" for node in (root.a, root.b)]
    return Change(kind="input", name=root.node.call.step, before=sides[0], after=sides[1], step=root.node.call.step,
                  switch="fixed:input")  # fmt: skip


def _run(runtime: Runtime, name: str) -> RunRow:
    run = runtime.store.runs.get(name)
    if run is None:
        known = ", ".join(each.id for each in runtime.store.runs.list(limit=5)) or Nothing()
        raise NoSuchRun(run=name, known=known)
    return run


def _item(runtime: Runtime, run: RunRow, row: int, trial: int) -> ItemRow:
    found = runtime.store.runs.item(run.id, row, trial)
    if found is None:
        raise NoSuchRow(run=run.id, row=row)
    return found


def _like(runtime: Runtime, run: RunRow, item: ItemRow) -> ItemRow:
    """Return the item of a run that has the same input: at the same place if it is there, else the first one."""
    here = runtime.store.runs.item(run.id, item.index, item.trial)
    if here is not None and here.input == item.input:
        return here
    every = runtime.store.runs.items(run.id)
    same = next((each for each in every if each.input == item.input and each.trial == item.trial), here)
    if same is None:
        raise NoSuchRow(run=run.id, row=item.index)
    return same


def is_noise(suspicion: Suspicion) -> bool:
    """Say whether what differs first is a sampled answer to an equal question."""
    return any(change.kind == "draw" for change in suspicion.changes[:1])
