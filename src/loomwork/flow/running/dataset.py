"""Rows of a JSONL file as arguments of a step, one at a time. Knows nothing of runs.

A row is an object whose keys are the step's parameters; other keys are metadata. The file is read twice: once to
find every bad row before anything runs, once to run.
"""

from __future__ import annotations

import gzip
import inspect
import lzma
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, cast, get_type_hints

import msgspec
from msgspec import Struct

from loomwork.flow.step import Step
from loomwork.kernel.canonical import Digest, combine
from loomwork.kernel.errors.flow import BadRow, RowLacks, RowMisfit, RowNotJson, RowNotObject, RowNotUtf8
from loomwork.kernel.errors.phrases import NoKeys

_P = inspect.Parameter


class Row(Struct, frozen=True):
    """One row: its place, the arguments for the step, and what is not for the step."""

    index: int
    arguments: dict[str, Any]
    metadata: dict[str, Any]


class Dataset:
    """A JSONL file seen as arguments of one step."""

    def __init__(self, path: Path, step: Step[..., Any]) -> None:
        self.path = path
        self._step = step
        self._takes = _Takes(step)

    def rows(self, *, limit: int | None = None) -> Iterator[Row]:
        """Yield the rows in order. Raises `BadRow` with the line of the first bad one."""
        for row in self.each(limit=limit):
            if isinstance(row, BadRow):
                raise row
            yield row

    def each(self, *, limit: int | None = None) -> Iterator[Row | BadRow]:
        """Yield the rows in order, and in the place of a bad one what is wrong with it."""
        with _open(self.path) as file:
            index = 0
            for line, text in enumerate(_lines(file), start=1):
                if limit is not None and index >= limit:
                    return
                if not text.strip():
                    continue
                try:
                    yield self._row(index, line, text)
                except BadRow as bad:
                    yield bad
                index += 1

    def check(self, *, limit: int | None = None) -> int:
        """Read every row once and return how many there are. Raises `BadRow`."""
        return sum(1 for _ in self.rows(limit=limit))

    def digest(self) -> Digest:
        """Return the hash of the file's content."""
        with self.path.open("rb") as file:
            return combine("dataset", *iter(lambda: file.read(1 << 20), b""))

    def _row(self, index: int, line: int, text: bytes) -> Row:
        at: dict[str, object] = {"file": self.path.name, "line": line}
        try:
            found = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            raise RowNotJson(detail=str(error), **at) from None
        except UnicodeDecodeError:
            raise RowNotUtf8(**at) from None
        if not isinstance(found, dict):
            raise RowNotObject(**at)
        arguments, metadata = self._takes.split(cast("dict[str, Any]", found), at)
        return Row(index, arguments, metadata)


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines, without the mark that some programs put before UTF-8."""
    for first in file:
        yield first.removeprefix(BOM_UTF8)
        break
    yield from file


def _open(path: Path) -> IO[bytes]:
    """Open a dataset, compressed (.gz, .xz) or plain."""
    match path.suffix:
        case ".gz":
            return cast("IO[bytes]", gzip.open(path, "rb"))
        case ".xz":
            return cast("IO[bytes]", lzma.open(path, "rb"))
        case _:
            return path.open("rb")


class _Takes:
    """What a step takes from a row."""

    def __init__(self, step: Step[..., Any]) -> None:
        parameters = step.signature.parameters.values()
        self._names = [each.name for each in parameters if each.kind not in (_P.VAR_POSITIONAL, _P.VAR_KEYWORD)]
        self._needed = [each.name for each in parameters if each.name in self._names and each.default is _P.empty]
        self._open = any(each.kind is _P.VAR_KEYWORD for each in parameters)
        self._converters = _converters(step, self._names)

    def split(self, found: dict[str, Any], at: Mapping[str, object]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return arguments and metadata. Raises `RowLacks`, `RowMisfit` with the fields `at`."""
        missing = [name for name in self._needed if name not in found]
        if missing:
            names = ", ".join(repr(name) for name in missing)
            raise RowLacks(names=names, given=", ".join(found) or NoKeys(), **at)
        if self._open:
            return dict(found), {}
        arguments = {name: found[name] for name in self._names if name in found}
        for name, convert in self._converters.items():
            if name in arguments:
                try:
                    arguments[name] = convert(arguments[name])
                except ValueError as error:
                    raise RowMisfit(name=name, detail=_misfit(error), **at) from None
        return arguments, {key: value for key, value in found.items() if key not in arguments}


def _converters(step: Step[..., Any], names: list[str]) -> dict[str, Any]:
    """Return how JSON becomes the dataclass or model that a parameter is annotated with."""
    try:
        hints = get_type_hints(step.func)
    except (NameError, TypeError, AttributeError):
        return {}
    wanted = {name: hints[name] for name in names if name in hints and _is_structured(hints[name])}
    if not wanted:
        return {}
    from pydantic import TypeAdapter

    return {name: TypeAdapter(hint).validate_python for name, hint in wanted.items()}


def _misfit(error: ValueError) -> str:
    """Return what pydantic refuses as one line, `place: reason` each; anything else as it is."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return str(error)
    found = [(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors(include_url=False)]
    return "; ".join(f"{place}: {message}" if place else message for place, message in found)


def _is_structured(hint: Any) -> bool:
    return isinstance(hint, type) and (hasattr(hint, "__dataclass_fields__") or hasattr(hint, "model_fields"))
