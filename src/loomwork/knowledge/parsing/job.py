"""What a parser is given: the bytes, the limits and a way to read what lies inside. Knows no format."""

import datetime
from typing import Protocol

from msgspec import Struct

from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.limits import Hints, Limits, Meter
from loomwork.knowledge.values import Document


class Nested(Protocol):
    """Reads a document that lies inside another."""

    def __call__(self, data: bytes, *, name: str, hints: Hints) -> Document:
        """Return the inner document; what is wrong with it is in its problems."""
        ...


class Job(Struct, frozen=True, kw_only=True):
    """One document to read."""

    data: bytes
    name: str
    format: str
    limits: Limits
    hints: Hints
    meter: Meter
    nested: Nested


class Parser(Protocol):
    """Reads one format."""

    def __call__(self, job: Job, draft: Draft) -> None:
        """Write the document into the draft. Raises `DocumentProblem` or anything at all for content that is off."""
        ...


def iso(moment: object) -> str:
    """Return a date or time in ISO 8601, or nothing for what is none.

    >>> iso(datetime.datetime(2024, 5, 1, 12)), iso("?")
    ('2024-05-01T12:00:00', '')
    """
    if isinstance(moment, datetime.datetime):
        return moment.replace(microsecond=0).isoformat()
    return moment.isoformat() if isinstance(moment, datetime.date) else ""
