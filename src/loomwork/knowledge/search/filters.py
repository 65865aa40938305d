"""From what a person writes as a filter to the index's conditions. Pure; knows nothing of documents.

{"language": "zh"} · {"team": ["red", "blue"]} · {"year": {"from": 2020, "to": 2024}} · {"doc": {"prefix": "guide/"}}
· {"modified": {"from": "2024-05", "to": "2024-06-30"}} · {"owner": None} for "has none". A day, month or year given as
the end of a span of dates is inside it.
"""

import re
from collections.abc import Mapping
from typing import Any, cast

from loomwork.kernel.errors import BadFilter
from loomwork.knowledge.index import Between, Condition, OneOf, Prefix, Scalar

_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?\Z")
_AFTER_ALL = "\uffff"
_SPAN = frozenset({"from", "to"})


def conditions(filters: Mapping[str, Any]) -> tuple[Condition, ...]:
    """Return the conditions, all of which have to be met. Raises `BadFilter`.

    >>> conditions({"year": {"from": 2020}, "language": "en"})
    (OneOf(field='language', values=('en',)), Between(field='year', low=2020, high=None))
    """
    return tuple([_condition(field, filters[field]) for field in sorted(filters)])


def _condition(field: str, said: object) -> Condition:
    if isinstance(said, Mapping):
        return _mapped(field, cast("Mapping[str, object]", said))
    if isinstance(said, list | tuple | set | frozenset):
        values = [_scalar(field, value) for value in cast("list[object]", said)]
        return OneOf(field=field, values=tuple(sorted(values, key=repr)))
    return OneOf(field=field, values=(_scalar(field, said),))


def _mapped(field: str, said: Mapping[str, object]) -> Condition:
    if set(said) == {"prefix"} and isinstance(said["prefix"], str):
        return Prefix(field=field, prefix=said["prefix"])
    if not said or not set(said) <= _SPAN:
        raise BadFilter(field=field, detail=f"{', '.join(map(str, said)) or 'nothing'} is no kind of condition")
    low, high = _scalar(field, said.get("from")), _scalar(field, said.get("to"))
    if low is not None and high is not None and isinstance(low, str) != isinstance(high, str):
        raise BadFilter(field=field, detail=f"{low!r} and {high!r} are of two kinds")
    if isinstance(high, str) and _DATE.match(high):
        high += _AFTER_ALL
    return Between(field=field, low=low, high=high)


def _scalar(field: str, value: object) -> Scalar | None:
    if value is not None and not isinstance(value, str | int | float):
        raise BadFilter(field=field, detail=f"{value!r} is no text, number or truth value")
    return value
