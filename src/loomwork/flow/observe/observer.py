"""The observer of one project: makes watches, checks observations, and is installed into the process.

Knows nothing of memos: `flow` asks it for a `Watch` at the start of each call and for `holds` at each look-up.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType
from typing import Any

from loomwork.flow.context import current_frame
from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.installing import patches, put_in_place, take_away
from loomwork.flow.observe.live import Project, is_named_as_ours, live
from loomwork.flow.observe.observations import Observation
from loomwork.flow.observe.outsides import reason_of
from loomwork.flow.observe.place import Place, text_of
from loomwork.flow.observe.readers import see
from loomwork.flow.observe.stack import frame_of, who_asked
from loomwork.flow.observe.suspects import Suspects
from loomwork.flow.observe.watch import Watch
from loomwork.kernel.errors.observe import NotObservable


def _watch_of_frame() -> Watch | None:
    frame = current_frame()
    return None if frame is None else frame.watch


def _forget(watch: Watch) -> None:
    live.open.pop(id(watch), None)


def _inherit(watch: Watch, codes: Iterable[CodeType]) -> None:
    reached = codes if isinstance(codes, tuple) else tuple(codes)
    live.inherit(watch, reached)
    watch.outside |= _suspects.of(reached)


_suspects = Suspects(patches)


class Observer:
    """What one workspace sees.

    Args:
        project: Whose code is watched, and the root that paths are named after.
        key: Secret of the store with which values of environment variables are hashed.
        own_files: Says whether an absolute path is loomwork's own (its store); such files are never observed.
        current_watch: Returns the watch of the step call that runs here.
        is_own_thread: Says whether this thread is loomwork's own; by default its name begins with "loomwork".
    """

    def __init__(
        self,
        project: Project,
        *,
        key: bytes,
        own_files: Callable[[str], bool] | None = None,
        current_watch: Callable[[], Watch | None] = _watch_of_frame,
        is_own_thread: Callable[[], bool] = is_named_as_ours,
    ) -> None:
        self.project = project
        self.place = Place(Path(project.root), key)
        self.current_watch = current_watch
        self.is_own_thread = is_own_thread
        self._own_files = own_files
        self._own_folder = f"{self.place.root}/.loomwork/"

    def install(self) -> "Observer":
        """Begin to observe. Idempotent; several observers may be installed, each for its own project."""
        live.sit(self)
        put_in_place()
        return self

    def close(self) -> None:
        """Stop observing; the last observer to leave takes every replacement away."""
        live.leave(self)
        if not live.seats:
            take_away()

    def watch(self) -> Watch:
        """Return the watch for a new call. Its `finish` must be called."""
        watch = Watch(self.place, forget=_forget, inherit=_inherit)
        live.open[id(watch)] = watch
        return watch

    def holds(self, observation: Observation) -> bool:
        """Say whether an observation still holds."""
        return observation.holds(self.place)

    def inherit_import(self, watch: Watch, filename: str, first: int, last: int) -> None:
        """Let a call take over what lines `first` to `last` of a module read while it was imported.

        For module globals that count by the text of their assignment alone: `INDEX = faiss.read_index("index")`.
        """
        live.inherit_import(watch, filename, first, last)

    def inherit_everything(self, watch: Watch) -> None:
        """Let a call take over what every function that remembers has read: where analysis does not know its reach."""
        live.inherit(watch, live.beneath.codes())

    def unseen_reason(self, value: Any) -> str | None:
        """Return why a live value that project code refers to is outside and would not be seen at run time."""
        return reason_of(value, patches)

    def owns_file(self, path: str) -> bool:
        """Say whether a file is loomwork's own."""
        return path.startswith(self._own_folder) or (self._own_files is not None and self._own_files(path))


def observe(path: str | os.PathLike[str]) -> None:
    """Let the running step depend on a file, a folder with all files in it, or a pattern.

    For readers that raise no event (native extensions) and for handles that were opened elsewhere. Outside a step and
    within loomwork's own input and output nothing happens. Raises `NotObservable` for what is no path.
    """
    text = text_of(path)
    if text is None or "\0" in text:
        raise NotObservable(given=repr(path))
    if live.on and not HIDDEN.get():
        see(text, who_asked(frame_of(1), live.kinds))


def original(value: Any) -> Any:
    """Return the function that a replacement stands for (`time.time`, `os.stat`, ...), anything else as it is.

    A behaviour must not depend on whether a function was bound before or after it was replaced.
    """
    return patches.original(value)


def note_beneath(reason: str) -> None:
    """Mark every project function on the stack: a later caller that is served from its cache is outside.

    The engine calls it where a step is called beneath functions of the project, for `functools.cache` may then keep a
    step's result.
    """
    if live.on:
        frames = live.frames(frame_of(1))
        if frames:
            live.beneath.touch(frames, reason)
