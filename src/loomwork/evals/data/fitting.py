"""Whether the values of rows are of the types that a step's parameters are annotated with. Runs nothing.

A run takes such values as they are, as Python does; here a person asks whether they are what the code was written for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, get_type_hints

import msgspec

from loomwork.evals.data.reading import Placed
from loomwork.flow.running.dataset import Row
from loomwork.kernel.errors.flow import BadRow, RowMisfit
from loomwork.kernel.errors.phrases import OtherType, Phrase

_OTHER = re.compile(r"Expected (?P<wanted>`[^`]*`), got (?P<given>`[^`]*`)")


def fitting(
    placed: Iterable[Placed | BadRow], rows: Iterable[Row | BadRow], function: Callable[..., Any], *, name: str
) -> Iterator[Row | BadRow]:
    """Yield the rows in order, and in the place of one with a value of another type what is wrong with it.

    Args:
        placed: The rows with their lines.
        rows: The same as arguments of the function.
        function: What they are for.
        name: The file's name.
    """
    hints = _hints(function)
    for place, each in zip(placed, rows, strict=False):
        if isinstance(each, BadRow) or isinstance(place, BadRow) or (wrong := _wrong(each, hints)) is None:
            yield each
        else:
            yield RowMisfit(file=name, line=place.line, name=wrong[0], detail=wrong[1])


def _hints(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the types of parameters; none where the annotations cannot be read."""
    try:
        return get_type_hints(function)
    except (NameError, TypeError, AttributeError):
        return {}


def _told(said: str) -> str | Phrase:
    found = _OTHER.fullmatch(said)
    if found is None:
        return said[:1].lower() + said[1:]
    return OtherType(wanted=found["wanted"], given=found["given"])


def _wrong(row: Row, hints: dict[str, Any]) -> tuple[str, str | Phrase] | None:
    for name, value in row.arguments.items():
        try:
            msgspec.convert(value, hints.get(name, Any), strict=True)
        except msgspec.ValidationError as error:
            return name, _told(str(error))
        except TypeError:  # a type that JSON has no form for, or one that is converted already
            continue
    return None
