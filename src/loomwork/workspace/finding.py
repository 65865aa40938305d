"""Where the project is. Loads nothing heavy; reads no settings."""

from pathlib import Path

from loomwork.kernel.errors.workspace import NoProjectHere
from loomwork.prompts.locating import nearest_project


def find_project(start: Path | None = None) -> Path:
    """Return the project folder: the nearest one with a loomwork.toml, else `start` itself. Raises `NoProjectHere`."""
    here = (start or Path.cwd()).absolute()
    if not here.is_dir():
        raise NoProjectHere(path=str(here))
    return nearest_project(here) or here
