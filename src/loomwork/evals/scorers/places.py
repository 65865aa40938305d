"""Where a file that a setting or a row names lies: relative to the project. Reads nothing."""

from __future__ import annotations

from pathlib import Path

from loomwork.flow.context import current_frame


def project_folder() -> Path:
    """Return the folder of the project that runs; outside of any, the current one."""
    frame = current_frame()
    return Path.cwd() if frame is None else frame.runtime.project.root


def file_of(given: str) -> Path:
    """Return where a file lies that was given relative to the project."""
    return project_folder() / given
