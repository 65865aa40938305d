"""A supervisor with processes of a small application, and somebody who asks it without pause."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from loomwork.gateway.releases import supervisor

ROOT = Path(__file__).parents[3]


def until(holds: Callable[[], Any], *, seconds: float = 30.0) -> Any:
    """Return what `holds` gives as soon as it is true."""
    end = time.monotonic() + seconds
    while True:
        found = holds()
        if found:
            return found
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.01)


class Served:
    """A running supervisor."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        self.folder = folder
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(128)
        self.port = self._listening.getsockname()[1]
        order = {
            "fd": self._listening.fileno(),
            "command": [sys.executable, "-m", "tests.gateway.releases.served", str(folder)],
            "sockets": str(sockets), "home": str(ROOT), "release": "", "warm_s": 300, "drain_s": 10,
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-I", supervisor.__file__, json.dumps(order)],
            pass_fds=(self._listening.fileno(),),
            cwd=ROOT,
        )
        self._listening.close()
        self._place = sockets / f"serve-{self.process.pid}.sock"
        until(lambda: self._place.exists() and self.ask(do="status")["ready"])

    def ask(self, **message: Any) -> Any:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self._place))
            line.sendall(json.dumps(message).encode() + b"\n")
            with line.makefile() as answer:
                return json.loads(answer.readline())

    def promote(self, release: str, share: float = 1.0) -> Any:
        return self.ask(do="promote", release=release, share=share)

    def get(self, path: str = "/v1/x", body: bytes | None = None, **headers: str) -> tuple[Any, str]:
        """Ask once; return the answer and the release that its header names."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(
                "GET" if body is None else "POST", path, body, {k.replace("_", "-"): v for k, v in headers.items()}
            )
            response = line.getresponse()
            data = response.read()
            return (json.loads(data) if data.startswith(b"{") else data.decode()), response.headers["x-release"]
        finally:
            line.close()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


class Asking:
    """Threads that ask without pause, on connections that they keep."""

    def __init__(self, port: int, count: int) -> None:
        self.seen: list[tuple[float, str]] = []
        self.failed: list[str] = []
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(port, place)) for place in range(count)]

    def __enter__(self) -> Asking:
        for each in self._threads:
            each.start()
        until(lambda: len(self.seen) > 20)
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for each in self._threads:
            each.join()

    def _ask(self, port: int, place: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        paths = ("/v1/x", "/v1/stream")
        while not self._ending.is_set():
            began = time.monotonic()
            try:
                line.request("POST", paths[place % 2], b"{}")
                response = line.getresponse()
                data = response.read()
                release = response.headers["x-release"]
                if response.status != 200 or not (
                    data.endswith(release.encode()) or json.loads(data)["release"] == release
                ):
                    self.failed.append(f"{response.status} {data!r} of {release}")
                self.seen.append((began, release))
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(repr(error))
                line.close()
        line.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with tempfile.TemporaryDirectory(prefix="lw") as sockets:
        found = Served(tmp_path, Path(sockets))
        yield found
        found.close()
        assert not [name for name in os.listdir(sockets)], "a socket was left behind"
