"""Who may read a document: what its folder, the document itself and the settings say. Pure but for the own function.

What a document says of itself only narrows what its folder's `.readers` file says; where both speak, the groups that
both name may read. The nearest `.readers` file counts. Where neither speaks, the settings do. Whatever cannot be
understood means nobody.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from loomwork.kernel.errors.knowledge import (
    DocumentProblem,
    ReadersDoubtful,
    ReadersFunctionFailed,
    ReadersOfNobody,
    ReadersUnclear,
    ReadersUnsaid,
    ReadersUnsaidInRow,
)
from loomwork.knowledge.index.rows import Readers
from loomwork.knowledge.parsing.problems import problem_of
from loomwork.knowledge.settings import ReadersRule, as_groups
from loomwork.knowledge.sources.values import Allowed
from loomwork.knowledge.values import Problem

FILE = ".readers"
"""One group or `user:ID` a line, `everyone`, or nothing for nobody; `#` begins a comment."""
READERS = ReadersUnclear.code
"""The code of all that can be unclear about readers."""
Own = Callable[[str, Mapping[str, Any]], object]
"""A person's function: (id of a document, its metadata) -> groups."""


class Decided(NamedTuple):
    """Who may read a document, and what was unclear about it."""

    readers: Readers
    problem: Problem | None = None

    @property
    def told(self) -> tuple[Problem, ...]:
        """What was unclear, as a document's problems."""
        return () if self.problem is None else (self.problem,)


def folder_readers(text: str) -> Allowed:
    r"""Return what a `.readers` file says.

    >>> folder_readers("staff\nuser:ada  # our guest\n").readers, folder_readers("everyone").readers
    (('staff', 'user:ada'), None)
    """
    lines = [line.partition("#")[0].strip() for line in text.lstrip("\ufeff").splitlines()]
    return Allowed(as_groups([line for line in lines if line]))


def is_function(said: object) -> bool:
    """Say whether a setting names a function rather than a group.

    >>> is_function("acl:readers_of"), is_function("user:ada"), is_function("staff")
    (True, False, False)
    """
    return isinstance(said, str) and ":" in said and not said.startswith("user:")


class Policy:
    """Decides for one knowledge base.

    Args:
        said: The setting `readers`.
        load: Finds the function that `module:function` names.
    """

    def __init__(self, said: str | list[str] | ReadersRule, load: Callable[[str], Own]) -> None:
        self.key = (said.key if isinstance(said, ReadersRule) else "readers").casefold()
        self._column = said.column if isinstance(said, ReadersRule) else ""
        self._function: Own | None = None
        self.uses_function = is_function(said)
        if isinstance(said, ReadersRule):
            self._default: Allowed | None = None if said.otherwise == [] else Allowed(as_groups(said.otherwise))
        elif isinstance(said, str) and is_function(said):
            self._function = load(said)
            self._default = None
        else:
            self._default = Allowed(as_groups(said))

    def decide(self, doc: str, metadata: Mapping[str, Any], folder: Allowed | None) -> Decided:
        """Return who may read a document."""
        try:
            own = self._own(doc, metadata)
        except Exception as error:  # a person's function may raise anything; the document is then hidden
            told = f"{type(error).__name__}: {error}"
            return _nobody(ReadersFunctionFailed(failure=told) if self._function else ReadersUnclear(reason=told))
        if own is not None:
            return _narrowed(own.readers, folder)
        said = folder if folder is not None else self._default
        if said is None:
            return _nobody(ReadersUnsaidInRow(column=self._column) if self._column else ReadersUnsaid(key=self.key))
        return _plain(said.readers)

    def shown(self, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Return metadata without what names readers: who else may read a document is nobody's business."""
        return {name: value for name, value in metadata.items() if name.casefold() not in (self.key, "readers")}

    def said(self, metadata: Mapping[str, Any]) -> tuple[object] | None:
        """Return what metadata says under the key that names readers, however its letters are written."""
        return next(((value,) for name, value in metadata.items() if name.casefold() == self.key), None)

    def _own(self, doc: str, metadata: Mapping[str, Any]) -> Allowed | None:
        if self._function is not None:
            said = self._function(doc, self.shown(metadata))
            if said is None:
                raise ValueError("the function returned None; write 'everyone' for everyone")
            return Allowed(as_groups(said))
        own = self.said(metadata)
        if own is None:
            return None
        return Allowed(as_groups([] if own[0] is None else own[0]))


def _narrowed(own: Readers, folder: Allowed | None) -> Decided:
    if folder is None:
        return _plain(own)
    readers = narrowed(own, folder.readers)
    if readers == () and own and folder.readers:
        error = ReadersOfNobody(folder=", ".join(folder.readers), own=", ".join(own))
        return Decided(readers, problem_of(error))
    return _plain(readers)


def _plain(readers: Readers) -> Decided:
    """Return readers as they are; a group with a blank in its name is most likely two, and is told."""
    doubtful = next((group for group in readers or () if len(group.split()) > 1), None)
    return Decided(readers, None if doubtful is None else problem_of(ReadersDoubtful(group=doubtful)))


def narrowed(one: Readers, other: Readers) -> Readers:
    """Return the groups that both name.

    >>> narrowed(("hr", "staff"), ("staff",)), narrowed(None, ("staff",)), narrowed(("hr",), ("staff",))
    (('staff',), ('staff',), ())
    """
    if one is None or other is None:
        return other if one is None else one
    return tuple(sorted({*one} & {*other}))


def _nobody(error: DocumentProblem) -> Decided:
    return Decided((), problem_of(error))
