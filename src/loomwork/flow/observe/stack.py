"""Who reads: from the frames on the stack to the project's functions. Knows nothing of what is read."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from loomwork.flow.observe.names import Through

frame_of = sys._getframe  # pyright: ignore[reportPrivateUsage] -- documented, and the only way that costs no import of inspect
"""`frame_of(n)` is the frame n calls above: the same as `sys._getframe`."""

OTHER, PROJECT, OURS, IMPORT, LOOP = range(5)
"""Whose a source file is: a library's, the project's, loomwork's, the import machinery's; or where callbacks begin."""

_CALLBACKS = tuple(os.path.join("asyncio", name) for name in ("events.py", "runners.py"))
"""Where callbacks are called; a loop that is not Python's own (uvloop) has no frame but that of who runs it."""
_PACKAGE = str(Path(__file__).parents[2]) + os.sep
_SELF = "loomwork.flow.observe"
_ENGINE = "loomwork.flow."
_BODIES = "loomwork.flow.engine"
"""Where the bodies of steps are called: a body may be a library's function."""
_OWN_WORK = tuple(
    f"loomwork.{name}"
    for name in ("flow.", "store", "trace", "models", "workspace", "cli", "gateway", "monitor", "studio")
)
"""What these read is their own; the other floors read for the step that calls them."""


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
        elif filename.endswith(_CALLBACKS):
            kind = LOOP
        else:
            self[filename] = OTHER  # deciding looks at paths, which is itself watched
            kind = PROJECT if self._owns(filename) else OTHER
        self[filename] = kind
        return kind


def project_frames(frame: FrameType | None, kinds: Kinds) -> list[FrameType] | None:
    """Return the project's frames from `frame` outwards, up to the step boundary.

    None means that nobody of the project reads: a library is being imported, which its version covers, or loomwork
    does its own work (a dataset, sources for the analysis of behaviour, a model's connection).
    """
    found: list[FrameType] = []
    while frame is not None:
        kind = kinds[frame.f_code.co_filename]
        if kind == PROJECT:
            found.append(frame)
        elif kind == LOOP:
            break
        elif kind == IMPORT and not found:
            return None
        elif kind == OURS:
            name: str = frame.f_globals.get("__name__", "")
            if name == _BODIES or (found and name.startswith(_ENGINE)):
                break
            if not found and name.startswith(_OWN_WORK) and not name.startswith(_SELF):
                return None
        frame = frame.f_back
    return found


def who_asked(frame: FrameType | None, kinds: Kinds) -> FrameType | None:
    """Return the frame outside of loomwork that a call came from, None where a step's body is loomwork's own."""
    while frame is not None and kinds[frame.f_code.co_filename] == OURS:
        if frame.f_globals.get("__name__") == _BODIES:
            return None
        frame = frame.f_back
    return frame


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
