"""What test rows may be known to: files of rows, examples, texts, an index, what steps were given. Finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from loomwork.evals.data.likeness import texts_in
from loomwork.evals.data.reading import Placed, each_row
from loomwork.evals.leaks.values import Text, Where
from loomwork.flow.record import body_of, unpack
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.kernel.errors.base import LoomworkError
from loomwork.prompts.examples import Example

if TYPE_CHECKING:
    from loomwork.kernel.bodies import Reference
    from loomwork.knowledge.index import View
    from loomwork.store.protocols import Store
    from loomwork.store.rows import CallRow, ItemRow

NEWEST_RUNS = 50
MOST_CALLS = 50_000
"""Calls of the newest runs that are looked at: some seconds."""
_BATCH = 256
_JUDGING = frozenset({"scorer", "judge"})
"""Kinds of steps that are given question and answer because that is their work."""


class Rows:
    """Rows of a dataset: a training split, an optimiser's, any other file.

    Args:
        name: What a person calls it.
        rows: A file, or rows with their lines.
    """

    where: Where = "rows"

    def __init__(self, name: str, rows: Path | Iterable[Placed]) -> None:
        self.name = name
        self._rows = rows

    def texts(self) -> Iterator[Text]:
        """Yield the rows; a bad one says nothing."""
        for each in each_row(self._rows) if isinstance(self._rows, Path) else self._rows:
            if isinstance(each, Placed):
                yield Text(str(each.line), "", row=each.row)


class Examples:
    """Few-shot examples of a prompt.

    Args:
        name: The prompt's, or the file's.
        examples: As they were read.
    """

    where: Where = "rows"

    def __init__(self, name: str, examples: Sequence[Example]) -> None:
        self.name = name
        self._examples = examples

    def texts(self) -> Iterator[Text]:
        """Yield the examples."""
        for each in self._examples:
            yield Text(each.place, "", answer=each.answer, row=each.variables)


class Texts:
    """Long texts, such as documents that a model was trained on.

    Args:
        name: What a person calls them.
        texts: Each with its place.
    """

    where: Where = "texts"

    def __init__(self, name: str, texts: Callable[[], Iterable[tuple[str, str]]]) -> None:
        self.name = name
        self._texts = texts

    def texts(self) -> Iterator[Text]:
        """Yield them."""
        for place, text in self._texts():
            yield Text(place, text)


class Chunks:
    """The chunks of a knowledge base that may be seen.

    Args:
        name: The base's.
        view: What is seen of it.
    """

    where: Where = "index"

    def __init__(self, name: str, view: View) -> None:
        self.name = f"knowledge {name}"
        self._view = view

    def texts(self) -> Iterator[Text]:
        """Yield the chunks, with the headings above them, which may hold the question."""
        view = self._view
        for doc in view.ids:
            chunks = [row.chunk for row in view.fetch(view.rows_of(doc))]
            for chunk, following in zip_longest(chunks, chunks[1:]):
                text = f"{' '.join(chunk.section)}\n{chunk.text}"
                beyond = "" if following is None else following.text
                yield Text(f"{doc}:{chunk.start}", text, doc=doc, beyond=beyond)


class Memos:
    """What steps of the newest runs were given, whatever they were; judges aside.

    Args:
        store: Where it is kept.
        runs: How many runs.
        calls: How many of their calls, those of the newest run first.
    """

    where: Where = "memo"
    name: str = "memos"

    def __init__(self, store: Store, *, runs: int = NEWEST_RUNS, calls: int = MOST_CALLS) -> None:
        self._store = store
        self._runs = runs
        self._calls = calls

    def texts(self) -> Iterator[Text]:
        """Yield what each call was given, once for each item."""
        left = self._calls
        for run in self._store.runs.list(limit=self._runs):
            for item in self._store.runs.items(run.id):
                calls = self._store.calls.of_item(run.id, item.index, item.trial)[:left]
                left -= len(calls)
                yield from self._of_item(item, calls)
                if left <= 0:
                    return

    def _of_item(self, item: ItemRow, calls: Sequence[CallRow]) -> Iterator[Text]:
        about = self._said(item.input)
        seen: set[str] = set()
        for call in calls:
            if call.kind in _JUDGING or call.inputs in seen:
                continue
            seen.add(call.inputs)
            given = self._given(call)
            if given and given != about:
                yield Text(f"{item.run} {item.index} {call.step}", given, about=about)

    def _given(self, call: CallRow) -> str:
        try:
            body = body_of(unpack(self._store.blobs.get(call.record)))
        except (LoomworkError, msgspec.DecodeError):
            return ""
        return self._said(body)

    def _said(self, body: Reference | bytes | None) -> str:
        if body is None:
            return ""
        try:
            data = body if isinstance(body, bytes) else self._store.blobs.get(body)
            plain: Any = msgspec.to_builtins(decode_plain(data), str_keys=True, enc_hook=str)
        except (LoomworkError, TypeError, ValueError):
            return ""
        return "\n".join(_values(plain))


def _values(value: Any) -> Iterable[str]:
    """Return the texts in a value without the names of its fields, which nobody wrote for this row."""
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _values(each)]  # pyright: ignore[reportUnknownVariableType]  # what stands in a body is anything
    if isinstance(value, list | tuple):
        return [text for each in value for text in _values(each)]  # pyright: ignore[reportUnknownVariableType]  # as above
    return texts_in(value)
