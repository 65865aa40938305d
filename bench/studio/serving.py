"""Servers in processes of their own: started, asked what they took, stopped. Knows no page."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from bench.trace import peer_phoenix as phoenix

START_S = 240.0
MLFLOW_QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


class Server(NamedTuple):
    """A server, and how it can be seen at work."""

    url: str
    pid: int

    def tree(self) -> list[int]:
        """Return its process and all beneath."""
        found, wanted = [], [self.pid]
        while wanted:
            pid = wanted.pop()
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    wanted += map(int, (task / "children").read_text().split())
                found.append(pid)
        return found

    def cpu_s(self) -> float:
        """Return the processor seconds that its threads have taken so far."""
        spent = 0
        for pid in self.tree():
            for task in Path(f"/proc/{pid}/task").iterdir():
                with contextlib.suppress(OSError):
                    spent += int((task / "schedstat").read_text().split()[0])
        return spent / 1e9

    def memory_mb(self) -> float:
        """Return resident megabytes: of one process its RSS; of several, pages that they share are counted once."""
        pids = self.tree()
        if len(pids) == 1:
            return _kib(f"/proc/{pids[0]}/status", "VmRSS") / 1024
        return sum(_kib(f"/proc/{pid}/smaps_rollup", "Pss") for pid in pids) / 1024


def _kib(path: str, name: str) -> int:
    with contextlib.suppress(OSError):
        for line in Path(path).read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0


def environment() -> dict[str, str]:
    """Return this process's environment without settings of ours and of our virtual environment."""
    gone = {"PYTHONPATH", "VIRTUAL_ENV"}
    return {key: value for key, value in os.environ.items() if key not in gone and not key.startswith("LOOMWORK_")}


@contextlib.contextmanager
def studio(folder: Path) -> Iterator[Server]:
    """Serve a project's studio as the command does."""
    command = [sys.executable, "-m", "loomwork.cli.main", "studio", "--no-open", "--port", "0", "--json"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True, env=environment())
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        yield Server(url.rstrip("/"), process.pid)
    finally:
        stop(process)


@contextlib.contextmanager
def phoenix_server(python: Path, folder: Path) -> Iterator[Server]:
    """Serve what Phoenix was given, on loopback alone."""
    port = phoenix.free_port()
    script = Path(phoenix.__file__).with_name("phoenix_on_loopback.py")
    kept = phoenix.environment(folder, port, phoenix.free_port())
    kept = {key: value for key, value in kept.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen([str(python), str(script)], env=kept, stdout=log, stderr=log)
        try:
            yield _up(Server(f"http://127.0.0.1:{port}", process.pid), process, "/healthz")
        finally:
            stop(process)


@contextlib.contextmanager
def mlflow_server(python: Path, folder: Path) -> Iterator[Server]:
    """Serve what MLflow was given, on loopback alone, by one worker."""
    port = phoenix.free_port()
    command = [
        str(python), "-m", "mlflow", "server", "--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}",
        "--default-artifact-root", (folder / "artifacts").as_uri(), "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1",
    ]  # fmt: skip
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment() | MLFLOW_QUIET, cwd=folder, stdout=log, stderr=log)
        try:
            yield _up(Server(f"http://127.0.0.1:{port}", process.pid), process, "/health")
        finally:
            stop(process)


def _up(server: Server, process: subprocess.Popen[bytes], path: str) -> Server:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urlopen(server.url + path, timeout=5) as answer:
            if answer.status == 200:
                for pid in server.tree():
                    phoenix.only_loopback(pid)
                return server
        time.sleep(0.2)  # polling a foreign process: there is nothing to wait on
    raise RuntimeError(f"the server at {server.url} did not start; see server.log")


def stop(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> None:
    """End a server as Ctrl-C does, and in the end without asking."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()
