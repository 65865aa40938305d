"""Rows as lines, and files that are written whole or not at all. Knows no format but JSONL.

A row that a person wrote is kept as it is written: numbers are never read and written anew.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from loomwork.evals.data.lineage import ORIGIN
from loomwork.kernel.errors.evals_data import DataNotJsonl, DataThere, DataUnwritable
from loomwork.kernel.errors.studio_data import RowNotOneObject

SUFFIX = ".jsonl"
Existing = Literal["refuse", "replace"]
_BREAK = re.compile(r"[\r\n]+")
_Parts = dict[str, msgspec.Raw]


def row_text(text: str, *, number: int, origin: Any = None) -> bytes:
    """Return a row's line without its end, `_origin` put in. Raises `RowNotOneObject`.

    >>> row_text('{"n": 1.0000000000000000001}', number=1)
    b'{"n": 1.0000000000000000001}'
    """
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise RowNotOneObject(number=number, detail=str(error)) from None
    except RecursionError:
        raise RowNotOneObject(number=number, detail="it is nested too deeply") from None
    if not isinstance(value, dict):
        raise RowNotOneObject(number=number, detail=f"it is {_said(value)}")
    line = _BREAK.sub(" ", text.strip()).encode()
    if origin is None:
        return line
    parts = msgspec.json.decode(line, type=_Parts)
    parts[ORIGIN] = msgspec.Raw(msgspec.json.encode(origin))
    return b"{" + b", ".join(msgspec.json.encode(name) + b": " + bytes(raw) for name, raw in parts.items()) + b"}"


def lines_of(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Yield each row as a line."""
    for row in rows:
        yield msgspec.json.encode(row) + b"\n"


def check_free(path: Path, existing: Existing = "refuse") -> None:
    """Refuse a name that no dataset can have, or that is taken. Raises `DataNotJsonl`, `DataThere`."""
    if path.suffix != SUFFIX:
        raise DataNotJsonl(path=path)
    if existing == "refuse" and os.path.lexists(path):
        raise DataThere(path=path)


def write_lines(path: Path, lines: Iterable[bytes], *, existing: Existing = "refuse") -> int:
    """Write a file whole or not at all, and return how many lines it has.

    Raises:
        DataNotJsonl, DataThere: As `check_free`; another that came meanwhile is not overwritten either.
        DataUnwritable: The system does not let it be written.
    """
    check_free(path, existing)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    count = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            for line in lines:
                file.write(line)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        _put(part, path, existing)
    except FileExistsError:
        raise DataThere(path=path) from None
    except OSError as error:
        raise DataUnwritable(path=path, detail=error.strerror or str(error)) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return count


def _put(part: Path, path: Path, existing: Existing) -> None:
    if existing == "replace":
        with contextlib.suppress(OSError):
            shutil.copymode(path, part)
        part.replace(path)
    else:
        os.link(part, path)


def _said(value: object) -> str:
    return "a list" if isinstance(value, list) else "a text" if isinstance(value, str) else "a single value"
