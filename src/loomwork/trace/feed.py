"""What is being done right now, told to whoever watches: calls that began, text as it comes. Nothing of it is kept.

Spans are written when they end. A watcher (the studio) binds a datagram socket `live-*.sock` in the project's meeting
place; every process that works on the project sends there while it exists. Whoever is called never waits: a thread
looks for watchers and sends, what a watcher cannot take is dropped, and without a watcher nothing is collected.

A datagram is a MessagePack array of events: ["began" | "ended", run, item, trial, step, span] or ["text", run, item,
trial, step, span, the end of the text so far].
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import stat
import tempfile
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from msgspec import Raw, msgpack

PATTERN = "live-*.sock"
LOOK_S = 0.25
"""How long a watcher that has just come is not noticed, at most."""
SEND_S = 0.06
TEXT_CHARS = 300
"""How much of a text's end is sent: a cell shows one line."""
_TEXT_KEPT = 4 * TEXT_CHARS
"""More than is sent, so that a secret that begins before is still seen whole by the redactor."""
_DATAGRAM = 6000
_WAITING = 20_000

Place = tuple[str, int, int, str, str]
"""Run, item, trial, step, span."""


def meeting_place(project: Path) -> Path | None:
    """Return the folder in which watchers of a project bind their sockets; None where the system has none.

    A socket's path may have a hundred characters, a project's more: so it stands among the temporary files, under the
    hash of the project's path. Watchers make it (`opened`), and it is nobody else's to write.
    """
    if not hasattr(socket, "AF_UNIX"):
        return None
    name = hashlib.sha256(str(project.resolve()).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"loomwork-{os.getuid()}-{name}"


def opened(folder: Path) -> bool:
    """Make a meeting place, and say whether it can be used: a folder of that name can be somebody else's."""
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
    return _is_ours(folder)


def _is_ours(folder: Path) -> bool:
    try:
        found = folder.stat(follow_symlinks=False)
    except OSError:
        return False
    return found.st_uid == os.getuid() and stat.S_ISDIR(found.st_mode)


class Silent:
    """Tells nobody."""

    is_watched = False

    def began(self, place: Place) -> None:
        """A call's body begins."""

    def ended(self, place: Place) -> None:
        """It has ended, in whatever way."""

    def text(self, place: Place, more: str) -> None:
        """More of its text has come."""

    def close(self) -> None:
        """End."""


class Feed(Silent):
    """Tells the watchers of a folder."""

    def __init__(self, folder: Path, *, redact: Callable[[str], str] = lambda text: text) -> None:
        self._folder = folder
        self._redact = redact
        self._watchers: list[str] = []
        self._events: deque[tuple[object, ...]] = deque(maxlen=_WAITING)
        self._texts: dict[Place, str] = {}
        self._grown: set[Place] = set()
        """Whose text is longer than what was sent."""
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.is_watched = False
        self._thread = threading.Thread(target=self._work, name="loomwork-feed", daemon=True)
        self._thread.start()

    def began(self, place: Place) -> None:
        """A call's body begins."""
        if self.is_watched:
            self._events.append(("began", *place))

    def ended(self, place: Place) -> None:
        """It has ended, in whatever way."""
        if self.is_watched:
            with self._lock:
                self._texts.pop(place, None)
                self._grown.discard(place)
            self._events.append(("ended", *place))

    def text(self, place: Place, more: str) -> None:
        """More of its text has come."""
        if self.is_watched and more:
            with self._lock:
                self._texts[place] = (self._texts.get(place, "") + more)[-_TEXT_KEPT:]
                self._grown.add(place)

    def close(self) -> None:
        """Send what waits, and end."""
        self._closing.set()
        self._thread.join(timeout=2)

    def _work(self) -> None:
        until_look = 0.0
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            while True:
                if until_look <= 0:
                    self._look()
                    until_look = LOOK_S
                self._send(sender)
                if self._closing.is_set():
                    return
                pause = SEND_S if self.is_watched else LOOK_S
                until_look -= pause
                self._closing.wait(pause)

    def _look(self) -> None:
        self._watchers = [str(path) for path in self._folder.glob(PATTERN)] if _is_ours(self._folder) else []
        self.is_watched = bool(self._watchers)
        if not self.is_watched:
            self._events.clear()
            with self._lock:
                self._texts.clear()
                self._grown.clear()

    def _send(self, sender: socket.socket) -> None:
        with self._lock:
            grown = [(place, self._texts[place]) for place in self._grown]
            self._grown.clear()
        events: list[tuple[object, ...]] = [("text", *place, self._told(text)) for place, text in grown]
        events.extend(self._events.popleft() for _ in range(len(self._events)))
        batch: list[Raw] = []
        size = 0
        for event in events:
            data = msgpack.encode(event)
            if batch and size + len(data) > _DATAGRAM:
                self._deliver(sender, batch)
                batch, size = [], 0
            batch.append(Raw(data))
            size += len(data)
        if batch:
            self._deliver(sender, batch)

    def _told(self, text: str) -> str:
        return self._redact(text)[-TEXT_CHARS:]

    def _deliver(self, sender: socket.socket, batch: list[Raw]) -> None:
        data = msgpack.encode(batch)
        for watcher in self._watchers:
            try:
                sender.sendto(data, watcher)
            except ConnectionRefusedError:  # its process was killed: nobody will ever read there
                Path(watcher).unlink(missing_ok=True)
            except OSError:  # gone, or it cannot keep up
                continue
