"""Whether rows are as they should be: by a JSON schema, given or inferred from the first rows. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, cast

import msgspec

from loomwork.evals.data.lineage import said_by
from loomwork.evals.data.reading import Placed
from loomwork.kernel.errors.evals_data import DataMissing, RowUnfit, SchemaUnfit
from loomwork.kernel.errors.flow import BadRow
from loomwork.kernel.errors.phrases import AtPlace, OtherType, Phrase

FIRST = 100
"""Rows that a schema is inferred from."""
_TYPES: dict[type[object], str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}
_DETAIL = 300


def inferred(rows: Iterable[Placed], *, first: int = FIRST) -> dict[str, Any]:
    """Return the schema that the first rows meet: their keys, which of them all rows have, and the types of each.

    >>> inferred([Placed(1, {"q": "a", "n": 1}), Placed(2, {"q": "b"})])["required"]
    ['q']
    """
    types: dict[str, set[str]] = {}
    counts: dict[str, int] = {}
    total = 0
    for each in islice(rows, first):
        total += 1
        for key, value in said_by(each.row).items():
            types.setdefault(key, set()).add(_type_of(value))
            counts[key] = counts.get(key, 0) + 1
    return {
        "type": "object",
        "properties": {key: {"type": sorted(_widened(found))} for key, found in types.items()},
        "required": [key for key, count in counts.items() if count == total],
    }


def read_schema(path: Path) -> dict[str, Any]:
    """Return the schema in a file. Raises `DataMissing`, `SchemaUnfit`."""
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        schema = msgspec.json.decode(path.read_bytes())
        Draft202012Validator.check_schema(schema)
    except FileNotFoundError:
        raise DataMissing(path=path) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SchemaUnfit(path=path, detail=str(error)) from None
    except SchemaError as error:
        raise SchemaUnfit(path=path, detail=error.message) from None
    return cast("dict[str, Any]", schema)


def unfit(rows: Iterable[Placed | BadRow], schema: dict[str, Any], *, name: str) -> Iterator[Placed | BadRow]:
    """Yield the rows in order, and in the place of one that does not meet the schema what is wrong with it."""
    from jsonschema import Draft202012Validator

    validator: Any = Draft202012Validator(schema)
    for each in rows:
        if isinstance(each, BadRow):
            yield each
            continue
        wrong = next(iter(validator.iter_errors(said_by(each.row))), None)
        yield each if wrong is None else RowUnfit(file=name, line=each.line, detail=_told(wrong))


def _told(wrong: Any) -> str | Phrase:
    if wrong.validator == "type":
        wanted = [wrong.validator_value] if isinstance(wrong.validator_value, str) else wrong.validator_value
        said = OtherType(wanted=" / ".join(wanted), given=_type_of(wrong.instance))
        at = ".".join(str(part) for part in wrong.absolute_path)
        return AtPlace(place=at, said=said) if at else said
    place = ".".join(str(part) for part in wrong.absolute_path)
    said = f"{place}: {wrong.message}" if place else str(wrong.message)
    return said if len(said) <= _DETAIL else said[: _DETAIL - 1] + "…"


def _type_of(value: object) -> str:
    return _TYPES.get(type(value), "string")


def _widened(types: set[str]) -> set[str]:
    """A key that held numbers with and without a point takes both."""
    return types - {"integer"} if "number" in types else types
