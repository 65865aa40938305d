"""Disk errors of an index as errors that a person can act on. Knows nothing of what was being written."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from loomwork.kernel.errors import IndexUnwritable


@contextmanager
def telling(folder: Path) -> Generator[None]:
    """Raise `IndexUnwritable` for what the system says against writing in a folder."""
    try:
        yield
    except OSError as error:
        raise IndexUnwritable(name=folder.name, folder=str(folder), detail=error.strerror or str(error)) from error
