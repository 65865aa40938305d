"""Who reads: from the frames on the stack to the project's functions. Knows nothing of what is read."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from loomwork.flow.observe.names import Through

frame_of = sys._getframe  # pyright: ignore[reportPrivateUsage] -- documented, and the only way that costs no import of inspect
"""`frame_of(n)` is the frame n calls above: the same as `sys._getframe`."""

OTHER, PROJECT, OURS, IMPORT = range(4)
"""Whose a source file is: a library's, the project's, loomwork's, or the import machinery's."""

_PACKAGE = str(Path(__file__).parents[2]) + os.sep
_ENGINE = "loomwork.flow."
_SELF = "loomwork.flow.observe"


class Kinds(dict[str, int]):
    """Whose each source file is, decided once."""

    def __init__(self, owns: Callable[[str], bool]) -> None:
        super().__init__()
        self._owns = owns

    def __missing__(self, filename: str) -> int:
        if filename.startswith("<frozen importlib"):
            kind = IMPORT
        elif filename.startswith(_PACKAGE):
            kind = OURS
        elif filename.startswith("<frozen "):
            kind = OTHER
        else:
            self[filename] = OTHER  # deciding looks at paths, which is itself watched
            kind = PROJECT if self._owns(filename) else OTHER
        self[filename] = kind
        return kind


def project_frames(frame: FrameType | None, kinds: Kinds) -> list[FrameType] | None:
    """Return the project's frames from `frame` outwards, up to the step boundary.

    None means that nobody of the project reads: a library is being imported, which its version covers.
    """
    found: list[FrameType] = []
    while frame is not None:
        kind = kinds[frame.f_code.co_filename]
        if kind == PROJECT:
            found.append(frame)
        elif kind == IMPORT:
            if not found:
                return None
        elif kind == OURS and _is_engine(frame):
            break
        frame = frame.f_back
    return found


def _is_engine(frame: FrameType) -> bool:
    name: str = frame.f_globals.get("__name__", "")
    return name.startswith(_ENGINE) and not name.startswith(_SELF)


def reader(frame: FrameType | None, kinds: Kinds, through: Through) -> FrameType | None:
    """Return the project's frame that reads, looking through some modules; None where a library reads for itself."""
    while frame is not None:
        if kinds[frame.f_code.co_filename] == PROJECT:
            return frame
        if not through[frame.f_globals.get("__name__", "")]:
            return None
        frame = frame.f_back
    return None


def outermost(frame: FrameType, end: FrameType) -> str:
    """Return the name of the function that `end` called, where `frame` is the innermost one."""
    name = ""
    each: FrameType | None = frame
    while each is not None and each is not end:
        name = each.f_code.co_name
        each = each.f_back
    return name
