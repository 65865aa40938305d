"""`serve --warm`: which requests are answered ahead. Knows no request and no word for people."""

from pathlib import Path

from loomwork.gateway.caching.warming import Told, Warming, count_of, frequent, read_file
from loomwork.workspace.opening import Workspace


def check(text: str) -> None:
    """Read what `--warm` names, where that is a file. Raises `WarmFileMissing`, `WarmLineWrong`."""
    if count_of(text) is None:
        read_file(Path(text))


def warming_of(workspace: Workspace, text: str, *, told: Told) -> Warming:
    """Return what makes answers ahead.

    Args:
        workspace: Open, for as long as it works.
        text: A file, `traces`, or `traces:NUMBER`.
        told: Told how far it has come.
    """
    most = count_of(text)
    if most is None:
        path = Path(text)
        return Warming(lambda: read_file(path), told)
    return Warming(lambda: frequent(workspace.store, most), told)
