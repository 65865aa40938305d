"""The one thing in a process that events are dealt by: who watches, whose frames, whose files. Knows no event.

An audit hook cannot be removed and a wrapped function is met by every thread, so this part is process-wide by nature;
it is the only module-level state of the package. Nothing happens here while no observer is installed.
"""

import os
import sys
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import Protocol

from loomwork.flow.observe.beneath import Beneath
from loomwork.flow.observe.facts import Fact
from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.names import Through
from loomwork.flow.observe.observations import stand
from loomwork.flow.observe.place import Place
from loomwork.flow.observe.remembers import CACHED
from loomwork.flow.observe.stack import PROJECT, Kinds, project_frames, reader
from loomwork.flow.observe.watch import Watch


class Project(Protocol):
    """Whose code is watched."""

    @property
    def root(self) -> Path:
        """The folder that paths are named after."""
        ...

    def owns(self, filename: str) -> bool:
        """Say whether code of this file is the project's."""
        ...


class Seat(Protocol):
    """What one installed observer tells the hook."""

    @property
    def project(self) -> Project:
        """Whose code is watched."""
        ...

    @property
    def place(self) -> Place:
        """How its paths are named."""
        ...

    def current_watch(self) -> Watch | None:
        """Return the watch of the step call that runs here, if one does."""
        ...

    def owns_file(self, path: str) -> bool:
        """Say whether a file is loomwork's own (its store)."""
        ...

    def is_own_thread(self) -> bool:
        """Say whether this thread is loomwork's own."""
        ...


def _never(_filename: str) -> bool:
    return False


class Live:
    """Who watches at the moment."""

    def __init__(self) -> None:
        self.on = False
        self.open: dict[int, Watch] = {}
        """Watches of all step calls in progress."""
        self.seats: tuple[Seat, ...] = ()
        self.kinds = Kinds(_never)
        self.beneath = Beneath()
        self.libraries: tuple[str, ...] = ()
        self._cached = -1
        self._remembering = False

    def sit(self, seat: Seat) -> None:
        """Add an observer."""
        self._seat((*(each for each in self.seats if each is not seat), seat))

    def leave(self, seat: Seat) -> None:
        """Take an observer away."""
        self._seat(tuple(each for each in self.seats if each is not seat))

    def _seat(self, seats: tuple[Seat, ...]) -> None:
        self.seats = seats
        self.kinds = Kinds(lambda filename: any(seat.project.owns(filename) for seat in seats))
        self.libraries = _library_roots()
        self._cached = -1
        self.on = bool(seats)
        if seats:
            stand(seats[-1].place)
        else:
            self.beneath.clear()

    def watches(self) -> Sequence[Watch]:
        """Return the watches that an event here and now belongs to.

        That is the current step's; without one (a thread that nobody's context reached) every active step's.
        """
        watch = self.acting()
        if watch is not None:
            return (watch,)
        if not self.open or any(seat.is_own_thread() for seat in self.seats):
            return ()
        return list(self.open.values())

    def acting(self) -> Watch | None:
        """Return the watch of the step call that runs here."""
        for seat in self.seats:
            watch = seat.current_watch()
            if watch is not None and not watch.closed:
                return watch
        return None

    def current(self) -> Watch | None:
        """Return the watch of the step call that runs here, None within loomwork's own input and output."""
        return None if not self.on or HIDDEN.get() else self.acting()

    def is_idle(self, frame: FrameType | None) -> bool:
        """Say whether no step runs and no project function is on the stack: nobody will ever ask."""
        if self.open:
            return False
        kinds = self.kinds
        while frame is not None:
            if kinds[frame.f_code.co_filename] == PROJECT:
                return False
            frame = frame.f_back
        return True

    def is_ignored(self, path: str) -> bool:
        """Say whether a file is nobody's observation: the store, compiled code, Python's and the libraries' files."""
        if path.startswith(self.libraries) or path.endswith((".pyc", ".pyo")):
            return True
        return any(seat.owns_file(path) for seat in self.seats)

    def reader(self, frame: FrameType | None, through: Through) -> FrameType | None:
        """Return the project's frame that reads."""
        return reader(frame, self.kinds, through)

    def remembering(self) -> bool:
        """Say whether the project has functions behind a `functools` cache."""
        if self._cached != len(CACHED):
            self._cached = len(CACHED)
            self._remembering = any(self.is_project(code) for code in tuple(CACHED.values()))
        return self._remembering

    def frames(self, frame: FrameType | None) -> list[FrameType] | None:
        """Return the project's frames on the stack, None beneath the import of a library."""
        return project_frames(frame, self.kinds)

    def is_project(self, code: CodeType) -> bool:
        """Say whether code is the project's."""
        return self.kinds[code.co_filename] == PROJECT

    def saw(self, fact: Fact, frame: FrameType | None) -> None:
        """Deal a fact to whom it concerns."""
        frames = self.frames(frame)
        if frames is not None:
            for watch in self.watches():
                watch.sees(fact)
            self.beneath.add(frames, fact)

    def touched(self, reason: str, frame: FrameType | None) -> None:
        """Deal a touch of the outside to whom it concerns."""
        frames = self.frames(frame)
        if frames is not None:
            for watch in self.watches():
                watch.touches(reason)
            self.beneath.touch(frames, reason)

    def wrote(self, path: str, *, whole: bool) -> None:
        """Note that the call that runs here is about to write a path. What others write is not its doing."""
        watch = self.acting()
        if watch is not None:
            watch.writes(path, whole=whole)

    def failed(self, what: str, error: Exception) -> None:
        """Note that observing failed: a memo of what runs now could be stale."""
        for watch in self.watches():
            watch.spoil(f"{what} could not be observed ({type(error).__name__}: {error})")

    def inherit(self, watch: Watch, codes: Iterable[CodeType]) -> None:
        """Let a call take over what functions that remember have read for earlier ones."""
        for entry in self.beneath.of(codes):
            watch.outside |= entry.outside
            name = entry.code.co_qualname
            if entry.is_full:
                watch.touches(f"cache: {name} has read more than can be checked")
            for fact in entry.facts.values():
                self._take_over(watch, fact, name)

    def inherit_import(self, watch: Watch, filename: str, first: int, last: int) -> None:
        """Let a call take over what these lines of a module read while it was imported."""
        for each in self.beneath.at_import(filename, first, last):
            if each.fact is not None:
                self._take_over(watch, each.fact, os.path.basename(filename))
            else:
                watch.touches(each.outside)

    @staticmethod
    def _take_over(watch: Watch, fact: Fact, name: str) -> None:
        known = watch.known(fact.key)
        if known is None:
            watch.sees(fact)
        elif known.mark() != fact.mark() and known.seen(watch.place) != fact.seen(watch.place):
            watch.spoil(f"{fact.key[0]} {watch.place.name(fact.key[-1])} has changed since {name} kept it")


def _library_roots() -> tuple[str, ...]:
    """Return the folders whose files a distribution's version covers."""
    roots = {os.path.dirname(os.__file__), str(Path(__file__).parents[2])}
    roots.update(path for path in sys.path if path.endswith(("site-packages", "dist-packages")))
    if sys.prefix != sys.base_prefix:
        roots.add(sys.prefix)
    both = {os.path.realpath(root) for root in roots} | roots
    return tuple(root.rstrip(os.sep) + os.sep for root in sorted(both))


def is_named_as_ours() -> bool:
    """Say whether the running thread has a name that loomwork gives."""
    return threading.current_thread().name.startswith("loomwork")


live = Live()


class Observing:
    """A block that deals facts: hidden itself, and never the cause of an error in the code that is observed."""

    __slots__ = ("_token", "_what")

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        self._token = HIDDEN.set(True)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, Exception):
            live.failed(self._what, error)
        HIDDEN.reset(self._token)
        return isinstance(error, Exception)
