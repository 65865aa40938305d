"""Find the project that a file belongs to: the nearest folder with loomwork.toml. Knows nothing of its contents."""

import inspect
from pathlib import Path

PROJECT_FILE = "loomwork.toml"


def nearest_project(start: Path) -> Path | None:
    """Return the nearest folder with a loomwork.toml, from `start` upward; None where there is none."""
    here = start.absolute()
    for folder in (here, *here.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    return None


def calling_folder(depth: int) -> Path | None:
    """Return the folder of the source file that called, `depth` frames up; None for a cell or `python -c`."""
    frame = inspect.currentframe()
    for _ in range(depth):
        frame = frame.f_back if frame is not None else None
    name = frame.f_code.co_filename if frame is not None else "<none>"
    path = Path(name)
    return path.parent if not name.startswith("<") and path.is_file() else None
