"""Keep one serving process alive, and put another release in its place without dropping a request.

This file is run by itself (`python supervisor.py ORDER.json`): small, it imports only the standard library.
It holds the listening socket, which every serving process inherits. A process that begins to serve accepts from that
socket; the one before it stops accepting, hands what still comes over its open connections to the new one, and stays
warm for a while, so that going back takes no start.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

ORDER = "LOOMWORK_SERVE_ORDER"
"""The variable in which a process is told what it is to do."""
READY_S = 120.0
ACK_S = 30.0
HEALTHY_S = 60.0
"""A process that lived so long is not the victim of a loop of crashes."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 30.0
INTERRUPTED = 130
_READ = 65_536


class Failed(Exception):
    """What was asked for did not happen; the text says why."""


class Child:
    """One serving process."""

    def __init__(self, process: subprocess.Popen[bytes], control: socket.socket, release: str, path: str) -> None:
        self.process = process
        self.release = release
        self.path = path
        """Where it takes requests from its siblings."""
        self.why = ""  # what it said where it could not start
        self.told: dict[str, Any] = {}
        """What it said when it was ready."""
        self.ready = threading.Event()
        self.ended = threading.Event()
        self.retiring = False
        self.began = time.monotonic()
        self._control = control
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._sending = threading.Lock()

    def listen(self, on_end: Callable[[Child], None]) -> None:
        """Read what the process says until it ends."""
        with self._control.makefile("rb") as lines:
            for line in lines:
                said = json.loads(line)
                if "failed" in said:
                    self.why = said["failed"]
                elif "ready" in said:
                    self.told = said
                    self.release = said["ready"]
                    self.ready.set()
                else:
                    self._answers.put(said.get("done", ""))
        self.process.wait()
        self.ended.set()
        self._answers.put("")
        on_end(self)

    def ask(self, **message: object) -> None:
        """Tell the process to do something and wait until it is done."""
        with self._sending:
            try:
                self._control.sendall(json.dumps(message).encode() + b"\n")
                answer = self._answers.get(timeout=ACK_S)
            except (OSError, queue.Empty):
                answer = ""
        if answer != message["do"]:
            raise Failed(f"the process of release {self.release} did not answer")

    def tell(self, **message: object) -> None:
        """Tell the process something that it need not confirm."""
        try:
            with self._sending:
                self._control.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            return

    @property
    def lives(self) -> bool:
        """Whether it takes requests."""
        return self.ready.is_set() and not self.ended.is_set() and not self.retiring


class Supervisor:
    """Which release is served, by which process.

    Args:
        order: What to start: `fd` (the listening socket), `command` (of a serving process), `sockets` (a folder),
            `release` (empty: the project as it is), `warm_s` and `drain_s`; `url` is told to who asks where it is.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self._order = order
        self._doing = threading.RLock()
        self._main: Child | None = None
        self._warm: Child | None = None
        self._canary: Child | None = None
        self._living: set[Child] = set()  # every process that has not ended, also those that retire
        self._share = 0.0
        self._count = 0
        self._pause_s = FIRST_PAUSE_S
        self.stopping = threading.Event()
        self.code = 0
        self.served = False

    # -- processes

    def _start(self, release: str, *, accept: bool) -> Child:
        """Start a process; it is not ready yet."""
        self._count += 1
        path = str(Path(self._order["sockets"]) / f"child-{os.getpid()}-{self._count}.sock")
        ours, theirs = socket.socketpair()
        told = {
            "fd": self._order["fd"], "control": theirs.fileno(), "unix": path, "release": release, "accept": accept,
            "first": self._count == 1,
        }  # fmt: skip
        process = subprocess.Popen(
            self._order["command"],
            env={**os.environ, ORDER: json.dumps(told)},
            pass_fds=(self._order["fd"], theirs.fileno()),
            stdin=subprocess.DEVNULL,
            cwd=self._order["home"],
            start_new_session=True,  # Ctrl-C is the supervisor's to deal with
        )
        theirs.close()
        child = Child(process, ours, release, path)
        self._living.add(child)
        threading.Thread(target=child.listen, args=(self._ended,), daemon=True).start()
        return child

    def _await(self, child: Child) -> None:
        """Wait until a process is ready. Raises `Failed`."""
        until = time.monotonic() + READY_S
        while not child.ready.wait(0.02):
            if child.ended.is_set():
                raise Failed(child.why or f"its process ended with {child.process.returncode}")
            if time.monotonic() > until:
                child.process.kill()
                raise Failed(f"it was not ready in {READY_S:g} s")

    def first(self) -> None:
        """Start what is served at first."""
        child = self._start(self._order["release"], accept=True)
        with self._doing:
            self._main = child
        try:
            self._await(child)
            self.served = True
        except Failed:
            self.code = self.code or child.process.returncode or 1
            self.stopping.set()

    def _ended(self, child: Child) -> None:
        """A process has ended: start it again if it should be there."""
        Path(child.path).unlink(missing_ok=True)
        self._living.discard(child)
        while not self.stopping.is_set():
            with self._doing:
                if child is self._canary:
                    self._say(f"the canary {child.release} ended with {child.process.returncode}: it gets no requests")
                    self._canary, self._share = None, 0.0
                    self._forward()
                if child is self._warm:
                    self._warm = None
                if child is not self._main or not child.ready.is_set():
                    return
                lived = time.monotonic() - child.began
                self._pause_s = FIRST_PAUSE_S if lived > HEALTHY_S else min(self._pause_s * 2, LONGEST_PAUSE_S)
            self._say(
                f"the process of release {child.release} ended with {child.process.returncode};"
                f" it is started again in {self._pause_s:g} s"
            )
            self.stopping.wait(self._pause_s)
            if self._again(child):
                return

    def _again(self, child: Child) -> bool:
        with self._doing:
            if child is not self._main or self.stopping.is_set():
                return True
            fresh = self._start(child.release, accept=True)
            self._main = fresh
            try:
                self._await(fresh)
                self._forward()
                if self._warm is not None and self._warm.lives:
                    self._warm.ask(do="forward", to=fresh.path, share=1.0)
            except Failed:
                if self._main is fresh and fresh.ended.is_set():
                    self._main = child  # the next try waits longer
                    return False
            return True

    # -- releases

    def promote(self, release: str, share: float) -> dict[str, Any]:
        """Give a release all requests, or a share of them. Raises `Failed`: nothing has changed."""
        with self._doing:
            began = time.monotonic()
            main = self._main
            if main is None or self.stopping.is_set():
                raise Failed("the server is being stopped")
            before = main.release
            if share <= 0 or release == main.release:
                self._end_canary(keep=None)
            else:
                child = self._standing(release) or self._launched(release)
                if share < 1:
                    self._give_share(child, share)
                else:
                    self._switch(main, child)
            return {"before": before, "took_s": time.monotonic() - began} | self.status()

    def _standing(self, release: str) -> Child | None:
        """Return a process of the release that is there and warm."""
        return next(
            (each for each in (self._canary, self._warm) if each and each.release == release and each.lives), None
        )

    def _launched(self, release: str) -> Child:
        child = self._start(release, accept=False)
        self._await(child)
        return child

    def _give_share(self, child: Child, share: float) -> None:
        if self._canary is not child:
            self._end_canary(keep=child)
        if child is self._warm:
            child.ask(do="forward", to="", share=0.0)
            self._warm = None
        self._canary, self._share = child, share
        self._forward()

    def _switch(self, main: Child, child: Child) -> None:
        """Put a process in the place of another. What comes to the old one from now on is answered by the new one."""
        child.ask(do="forward", to="", share=0.0)
        if main.lives:
            main.ask(do="forward", to=child.path, share=1.0)
        child.ask(do="accept")
        if main.lives:
            main.ask(do="pause")
        canary, warm = self._canary, self._warm
        self._canary, self._share = None, 0.0
        self._main, self._warm = child, main if main.lives else None
        for each in (canary, warm):
            if each is not None and each is not child:
                self._retire(each)
        self._pause_s = FIRST_PAUSE_S
        if self._warm is not None:
            timer = threading.Timer(self._order["warm_s"], self._cool, (main,))
            timer.daemon = True
            timer.start()

    def _cool(self, child: Child) -> None:
        with self._doing:
            if child is self._warm:
                self._warm = None
                self._retire(child)

    def _end_canary(self, *, keep: Child | None) -> None:
        canary, self._canary, self._share = self._canary, None, 0.0
        self._forward()
        if canary is not None and canary is not keep:
            self._retire(canary)

    def _forward(self) -> None:
        """Tell the main process what share goes where."""
        if self._main is None or not self._main.lives or self._main is self._canary:
            return
        to = self._canary.path if self._canary is not None else ""
        self._main.ask(do="forward", to=to, share=self._share)

    def _retire(self, child: Child) -> None:
        """Let a process end what it is doing, and end. What comes over its open connections goes to the main one."""
        child.retiring = True
        if self._main is not None and self._main is not child:
            child.tell(do="forward", to=self._main.path, share=1.0)
        child.tell(do="retire")
        timer = threading.Timer(self._order["drain_s"] + 5, child.process.kill)
        timer.daemon = True
        timer.start()

    # -- being asked

    def status(self) -> dict[str, Any]:
        """Say what is served."""
        with self._doing:
            there = [each for each in (self._main, self._canary, self._warm) if each and not each.ended.is_set()]
            return {
                "pid": os.getpid(),
                "url": self._order.get("url", ""),
                "release": self._main.release if self._main else "",
                "ready": bool(self._main and self._main.lives),
                "canary": self._canary.release if self._canary else "",
                "share": self._share,
                "warm": self._warm.release if self._warm else "",
                "processes": [each.process.pid for each in there],
            }

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Carry out what the command line asks for."""
        try:
            match asked.get("do"):
                case "promote":
                    return {"ok": True} | self.promote(asked["release"], asked["share"])
                case "status":
                    return {"ok": True} | self.status()
                case _:
                    return {"ok": False, "error": "it cannot do that"}
        except Failed as error:
            return {"ok": False, "error": str(error)}

    def hear(self, door: socket.socket) -> None:
        """Answer whoever connects, one line each."""
        while True:
            try:
                connection, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines:
            line = lines.readline(_READ)
            if line:
                try:
                    connection.sendall(json.dumps(self.answer(json.loads(line))).encode() + b"\n")
                except OSError:
                    return

    def told_to_stop(self, number: int, frame: FrameType | None) -> None:
        """Begin to end, on a signal."""
        del frame
        self.code = INTERRUPTED if number == signal.SIGINT else 0
        self.stopping.set()

    def end(self) -> None:
        """Let every process end what it is doing; then it is over."""
        self.stopping.set()
        os.close(self._order["fd"])
        with self._doing:
            children = list(self._living)
        for each in children:
            each.retiring = True
            each.tell(do="drain")
        until = time.monotonic() + self._order["drain_s"] + 5
        for each in children:
            if not each.ended.wait(max(0.0, until - time.monotonic())):
                each.process.kill()
                each.ended.wait(5)
            Path(each.path).unlink(missing_ok=True)

    def _say(self, text: str) -> None:
        sys.stderr.write(f"loomwork serve: {text}\n")  # a line is flushed


def main(arguments: list[str]) -> NoReturn:
    """Serve until told to stop."""
    order = json.loads(arguments[0])
    supervisor = Supervisor(order)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, supervisor.told_to_stop)
    place = Path(order["sockets"]) / f"serve-{os.getpid()}.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(str(place))
        os.chmod(place, 0o600)
        door.listen(16)
        threading.Thread(target=supervisor.hear, args=(door,), daemon=True).start()
        try:
            threading.Thread(target=supervisor.first, daemon=True).start()
            while not supervisor.stopping.wait(3600):
                pass
            supervisor.end()
        finally:
            place.unlink(missing_ok=True)
    if supervisor.served and order.get("closed"):
        sys.stderr.write(order["closed"] + "\n")
    os._exit(supervisor.code)


if __name__ == "__main__":
    main(sys.argv[1:])
