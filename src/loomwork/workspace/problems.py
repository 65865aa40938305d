"""Turn what pydantic refuses into problems that name file, line and nearest key. Knows no particular setting."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError

from loomwork.kernel.errors.phrases import (
    DidYouMeanVariable,
    MustBe,
    MustBeAtLeast,
    MustBeAtMost,
    OneOfThese,
    Phrase,
    nearest,
)
from loomwork.kernel.errors.workspace import (
    MissingSetting,
    SettingsError,
    UnknownSetting,
    UnknownSettingVariable,
    WrongSetting,
)
from loomwork.workspace.environment import Override
from loomwork.workspace.positions import line_of

Path = tuple[str, ...]
SHOWN = 40
_WORD = re.compile(r"'[^']*'")
_KINDS = {
    "int": "integer",
    "string": "string",
    "bool": "boolean",
    "list": "list",
    "float": "number",
    "dict": "dictionary",
}
"""What pydantic's names of errors begin with, and what people call that."""


class Places:
    """Where each setting was written: a line of the file, or a variable."""

    def __init__(self, file: str, lines: Mapping[Path, int], changes: Sequence[Override] = ()) -> None:
        self._file = file
        self._lines = lines
        self._changes = changes

    def of(self, path: Path) -> dict[str, object]:
        """Return the fields `file`, `line`, `place` and `key` of a problem at `path`."""
        key = ".".join(path)
        variable = self._variable(path)
        if variable:
            return {"file": variable, "line": 0, "place": variable, "key": key}
        line = line_of(path, self._lines)
        return {"file": self._file, "line": line, "place": f"{self._file}:{line}", "key": key}

    def _variable(self, path: Path) -> str:
        """Return the variable that set a value, or made a table that the file does not have; else nothing."""
        plain = tuple(part.lower().replace("-", "_") for part in path)
        made = [change for change in self._changes if plain[: len(change.names)] == change.names]
        if not made and path not in self._lines and path[:-1] not in self._lines:
            made = [change for change in self._changes if change.names[: len(plain) - 1] == plain[:-1]]
        return made[-1].variable if made else ""


def problems_of(
    bad: ValidationError, root: type[BaseModel], places: Places, data: Mapping[str, Any]
) -> Iterator[SettingsError]:
    """Yield a problem for everything that pydantic found wrong in `data`: one for each place."""
    wrong: dict[Path, tuple[object, list[object]]] = {}
    for error in bad.errors(include_url=False):
        path = tuple(str(part) for part in error["loc"])
        if error["type"] == "extra_forbidden":
            yield unknown(places.of(path), path, known_keys(root, path[:-1]))
        elif error["type"] == "missing":
            yield MissingSetting(**places.of(path) | {"table": ".".join(path[:-1]), "key": path[-1]})
        else:
            reason = _reason(error["type"], error["msg"], error.get("ctx") or {}, error["input"])
            wrong.setdefault(_written(path, data), (error["input"], []))[1].append(reason)
    for path, (given, reasons) in wrong.items():
        reason = reasons[0] if len(reasons) == 1 else "; or ".join(sorted(map(str, reasons)))
        yield WrongSetting(given=shown(given), reason=reason, **places.of(path))


def _written(path: Path, data: object) -> Path:
    """Return as much of a path as stands in the settings: behind it pydantic names the kinds that it tried.

    >>> _written(("serve", "x", "memo", "bool"), {"serve": {"x": {"memo": 5}}})
    ('serve', 'x', 'memo')
    """
    for place, part in enumerate(path):
        if isinstance(data, Mapping) and part in data:
            data = cast("Mapping[str, object]", data)[part]
        elif isinstance(data, list) and part.isdigit():
            data = cast("list[object]", data)[int(part)]
        else:
            return path[:place]
    return path


def unknown(where: Mapping[str, object], path: Path, known: Sequence[str]) -> UnknownSetting:
    """Return the problem of a key that is not among `known`."""
    return UnknownSetting(near=nearest(path[-1], known, cutoff=0.5), known=", ".join(known) or "nothing", **where)


def unknown_variables(changes: Sequence[Override], root: type[BaseModel]) -> Iterator[UnknownSettingVariable]:
    """Yield a problem for every variable whose table does not exist."""
    known = list(root.model_fields)
    for change in changes:
        if change.names[0] not in known:
            named = {f"LOOMWORK_{'__'.join((name, *change.names[1:])).upper()}": name for name in known}
            close = get_close_matches(change.names[0], known, n=1)
            near = next((DidYouMeanVariable(name=name) for name, first in named.items() if first in close), Phrase())
            fields: dict[str, object] = {"file": change.variable, "line": 0}
            yield UnknownSettingVariable(name=change.variable, near=near, known=", ".join(known), **fields)


def known_keys(root: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that the table at `path` may hold.

    >>> class Inner(BaseModel):
    ...     size: int = 1
    >>> class Outer(BaseModel):
    ...     boxes: dict[str, Inner] = {}
    >>> known_keys(Outer, ("boxes", "red"))
    ['size']
    """
    at: Any = root
    for part in path:
        if isinstance(at, type) and issubclass(at, BaseModel):
            at = at.model_fields[part].annotation if part in at.model_fields else None
        elif get_origin(at) is dict:
            at = get_args(at)[1]
        else:
            return []
    return list(at.model_fields) if isinstance(at, type) and issubclass(at, BaseModel) else []


def shown(value: object) -> str:
    """Return a value as a message shows it: as Python writes it, cut short."""
    text = repr(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _reason(kind: str, message: str, limits: Mapping[str, object], given: object = None) -> object:
    """Return pydantic's sentence as a clause that can be told in both languages, or its own words.

    >>> str(_reason("int_parsing", "Input should be a valid integer", {}))
    'it must be a valid integer'
    >>> str(_reason("literal_error", "", {"expected": "'last', 'conversation' or 'json'"}, "lst"))
    "it must be one of last, conversation, json (did you mean 'last'?)"
    """
    if kind == "literal_error":
        names: list[str] = [found[1:-1] for found in _WORD.findall(str(limits.get("expected")))]
        return OneOfThese(names=", ".join(names), near=nearest(str(given), names, cutoff=0.5))
    if kind in ("greater_than_equal", "less_than_equal"):
        return MustBeAtLeast(least=limits.get("ge")) if "ge" in limits else MustBeAtMost(most=limits.get("le"))
    named = kind.partition("_")[0]
    if named in _KINDS and kind.endswith(("_type", "_parsing")):
        return MustBe(kind=_KINDS[named])
    return message.removeprefix("Value error, ").replace("Input should be", "it must be", 1)
