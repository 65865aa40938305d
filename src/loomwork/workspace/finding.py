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


def home_of(folder: Path) -> Path:
    """Return the project's own folder where `folder` is a release of it (`.loomwork/releases/ID/project`).

    >>> home_of(Path("/srv/app/.loomwork/releases/1a2b/project")).as_posix(), home_of(Path("/srv/app")).as_posix()
    ('/srv/app', '/srv/app')
    """
    releases = folder.parent.parent
    is_release = (releases.parent.name, releases.name) == (".loomwork", "releases")
    return releases.parent.parent if is_release else folder
