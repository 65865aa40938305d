"""Turn what went wrong with a document into a record of it, and back into words. Knows no format."""

import string
from functools import cache

from loomwork.kernel.errors import knowledge as kinds
from loomwork.kernel.errors.knowledge import DocumentProblem
from loomwork.knowledge.values import Document, Problem

FROM_OUTSIDE = frozenset({"ended"})
"""Codes of problems that say nothing of the document: it is read again at the next occasion."""
_UNSURE = FROM_OUTSIDE | {"broken", "crashed", "memory", "timeout", "unread"}
"""Codes of problems that another reading of the same bytes might not meet."""


def is_final(document: Document) -> bool:
    """Say whether reading a document again would come to the same: only then may it be kept for later.

    >>> is_final(Document(doc="a", path="a", text="", blocks=()))
    False
    """
    return bool(document.text.strip()) and not any(problem.code in _UNSURE for problem in document.problems)


def problem_of(error: DocumentProblem, *, page: int = 0, inside: str = "") -> Problem:
    """Return the record of an error; `inside` names the attachment or member that it is about.

    >>> problem_of(kinds.EncryptedDocument()).message
    'the document is protected by a password: save a copy without the password'
    """
    fields = {name: str(value) for name, value in error.fields.items()}
    return Problem(code=error.code, message=_within(str(error), inside), fields=_placed(fields, inside), page=page)


def inside(problem: Problem, name: str) -> Problem:
    """Return a problem of something that lies inside a document as a problem of that document."""
    return Problem(
        code=problem.code,
        message=_within(problem.message, name),
        fields=_placed(problem.fields, name),
        page=0,
    )


def error_of(problem: Problem) -> DocumentProblem:
    """Return the error that a record was made of, to be told in any language.

    >>> type(error_of(problem_of(kinds.EncryptedDocument()))).__name__
    'EncryptedDocument'
    """
    for kind in _kinds():
        if kind.code == problem.code and _asked(kind) <= problem.fields.keys():
            return kind(**problem.fields)
    return DocumentProblem(**problem.fields)


@cache
def _kinds() -> tuple[type[DocumentProblem], ...]:
    found = [thing for name, thing in vars(kinds).items() if name in kinds.__all__]
    classes = [thing for thing in found if isinstance(thing, type) and issubclass(thing, DocumentProblem)]
    return tuple(sorted(classes, key=lambda kind: (-len(_asked(kind)), kind.__name__)))


def _asked(kind: type[DocumentProblem]) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(kind.what + kind.todo) if name}


def _within(message: str, name: str) -> str:
    return f"'{name}': {message}" if name else message


def _placed(fields: dict[str, str], name: str) -> dict[str, str]:
    if not name:
        return fields
    return fields | {"inside": f"{name}!/{fields['inside']}" if "inside" in fields else name}
