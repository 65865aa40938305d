"""What the data commands share: files with a version, keys that must be there, files written and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from loomwork.cli.commands.run import rows_readable
from loomwork.cli.session import Session
from loomwork.evals.data.reading import Placed, each_row, good, rows_in, version_of
from loomwork.evals.data.versions import SHOWN, Versions, file_and_version
from loomwork.evals.data.writing import Existing, check_free, lines_of, write_lines
from loomwork.kernel.errors.evals_data import NoSuchKey
from loomwork.kernel.errors.flow import BadRow
from loomwork.kernel.errors.phrases import Nothing

if TYPE_CHECKING:
    from loomwork.kernel.canonical import Digest


class Given(NamedTuple):
    """A dataset as it was named: a file, perhaps at a version."""

    path: Path
    label: str
    version: str
    each: Callable[[], Iterator[Placed | BadRow]]
    """The rows, and what is wrong with bad ones; read anew with every call."""
    lines: Sequence[bytes] | None = None
    """Of a version; None: as the file is now."""

    def rows(self) -> Iterator[Placed]:
        """Yield the rows. Raises `BadRow`."""
        return good(self.each())


class Written(NamedTuple):
    """A file that was written."""

    path: Path
    rows: int
    version: Digest

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"path": str(self.path), "rows": self.rows, "version": self.version}


def given(session: Session, named: str) -> Given:
    """Return a dataset that is named as FILE or FILE@VERSION. Raises what reading it does."""
    path, version = file_and_version(named)
    if not version:
        rows_readable(path)
        return Given(path, str(path), version_of(path), lambda: each_row(path))
    lines = list(Versions(session.folder).lines(path, version))
    return Given(path, named, version, lambda: rows_in(lines, path.name), lines)


def write(session: Session, path: Path, rows: Iterable[Mapping[str, Any]], *, existing: Existing, how: str) -> Written:
    """Write a dataset; what was there before, and what is there now, are kept as versions."""
    check_free(path, existing)
    versions = Versions(session.folder)
    if path.is_file():
        versions.keep(path)
    count = write_lines(path, lines_of(rows), existing=existing)
    return Written(path, count, versions.keep(path, how=how))


def require_keys(label: str, rows: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> None:
    """Refuse keys that no row has. Raises `NoSuchKey`."""
    known = dict.fromkeys(key for row in rows for key in row) if keys else {}
    for key in keys:
        if key not in known:
            raise NoSuchKey(path=label, key=key, known=", ".join(known) or Nothing())


def show_written(session: Session, written: Written) -> None:
    """Say for people what was written."""
    session.show("data.written", path=written.path, rows=written.rows, version=written.version[:SHOWN])


def force(forced: bool) -> Existing:
    """Return what becomes of a file that is there."""
    return "replace" if forced else "refuse"
