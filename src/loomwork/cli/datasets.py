"""Which file `--data` names: FILE as it is, or one of its versions. Reads no rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from loomwork.cli.session import Session


def as_file(session: Session, data: Path) -> Path:
    """Return the file that holds the rows. Raises `NoSuchVersion`, `AmbiguousVersion`."""
    if "@" not in str(data) or data.exists():
        return data
    from loomwork.evals.data.versions import Versions, file_and_version

    path, version = file_and_version(str(data))
    return Versions(session.folder).laid_out(path, version)
