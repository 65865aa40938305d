"""Read one document of any format, and what lies inside it. What is wrong is said in the document, never raised."""

from loomwork.kernel.clock import Clock, SystemClock
from loomwork.kernel.errors.knowledge import (
    BlankDocument,
    BrokenDocument,
    DocumentProblem,
    DocumentTooDeep,
    DocumentTooLarge,
    EmptyDocument,
    ParserOutOfMemory,
    UnsupportedDocument,
)
from loomwork.knowledge.parsing.detecting import format_of
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.formats import PARSERS, formats
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.languages import language_of
from loomwork.knowledge.parsing.limits import MIB, Hints, Limits, Meter
from loomwork.knowledge.values import Document


def parse(
    data: bytes, *, name: str, limits: Limits | None = None, hints: Hints | None = None, clock: Clock | None = None
) -> Document:
    r"""Return the document that a file holds; `name` becomes its `doc` and `path`, and its suffix is a hint.

    Never raises for what is in the file. In process: for formats that are `FRAGILE` and files of strangers there is
    `Workers`, which ends what hangs and outlives what crashes.

    >>> document = parse(b"# Backup\n\nDaily at two.\n", name="guide/backup.md")
    >>> document.title, [document.text[block.start : block.end] for block in document.blocks]
    ('Backup', ['# Backup', 'Daily at two.'])
    """
    limits = limits or Limits()
    return _Reading(limits, Meter(limits, clock or SystemClock())).read(data, name, hints or Hints(), depth=1)


class _Reading:
    """One document and all that lies inside it: they share the limits."""

    def __init__(self, limits: Limits, meter: Meter) -> None:
        self._limits = limits
        self._meter = meter

    def read(self, data: bytes, name: str, hints: Hints, *, depth: int) -> Document:
        draft = Draft(self._meter)
        kind = ""
        try:
            kind = self._kind(data, name, hints)
            self._read(data, name, kind, hints, draft, depth)
        except DocumentProblem as problem:
            draft.problem(problem)
        except MemoryError:
            draft.problem(ParserOutOfMemory(limit=self._limits.memory // MIB))
        except Exception as error:
            draft.problem(BrokenDocument(format=kind or "unknown", reason=_reason(error)))
        return draft.document(name=name, format=kind, language=language_of(draft.prose()))

    def _kind(self, data: bytes, name: str, hints: Hints) -> str:
        if len(data) > self._limits.bytes:
            raise DocumentTooLarge(limit=self._limits.bytes, unit="bytes", setting="bytes")
        return format_of(data, name=name, hints=hints)

    def _read(self, data: bytes, name: str, kind: str, hints: Hints, draft: Draft, depth: int) -> None:
        if not data.strip():
            raise BlankDocument(bytes=len(data))
        if depth > self._limits.depth:
            raise DocumentTooDeep(inside=name, limit=self._limits.depth)
        parser = PARSERS.get(kind)
        if parser is None:
            raise UnsupportedDocument(kind=kind or name.rpartition(".")[2], known=", ".join(formats()))

        def nested(data: bytes, *, name: str, hints: Hints) -> Document:
            return self.read(data, name, hints, depth=depth + 1)

        job = Job(data=data, name=name, format=kind, limits=self._limits, hints=hints, meter=self._meter, nested=nested)
        parser(job, draft)
        if draft.empty and not draft.problems:
            raise EmptyDocument


def _reason(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
