"""The servers of the bench: ours, the floor beneath every server, the peer, and the double behind both.

Knows how each is started and asked; what is measured is elsewhere.
"""

import asyncio
import json
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from bench.gateway.asked import BUDGETS, LIMITS, PATH, PEER_ENV, PEER_KEY, PEER_SETTINGS, SETTINGS
from bench.gateway.load import send
from bench.gateway.processes import PYTHON, Process

ROOT = Path(__file__).parents[2]
PINS = ROOT / "bench" / "peers" / "gateway-requirements.txt"
PEERS = ROOT / "bench" / "peers" / ".venvs" / "gateway"
_PATIENCE_S = 120


class Server:
    """A server that is measured."""

    def __init__(self, process: Process, url: str, key: str = "", path: str = PATH) -> None:
        self.process = process
        place = urlsplit(url)
        self.host, self.port = str(place.hostname), int(place.port or 0)
        self.key = key
        self.path = path

    def send(self, bodies: list[bytes], clients: int) -> list[float]:
        """Send requests; the seconds to the first byte of each answer."""
        return asyncio.run(send(self.host, self.port, self.path, bodies, clients=clients, key=self.key))

    def cost(self, bodies: list[bytes], clients: int) -> float:
        """CPU microseconds a request."""
        before = self.process.cpu_s()
        self.send(bodies, clients)
        return (self.process.cpu_s() - before) / len(bodies) * 1e6

    def first(self, bodies: list[bytes]) -> float:
        """Median seconds to the first byte of an answer's body, one client."""
        return statistics.median(self.send(bodies, 1))


class Servers(NamedTuple):
    """All of them, running."""

    upstream: Server
    floor: Server
    ours: Server
    peer: Server | None
    ready_s: list[float]
    """Of ours: from the command to the first 200 of /readyz, several starts."""
    peer_ready_s: float


def started(stack: ExitStack, folder: Path, *, starts: int, with_peer: bool) -> Servers:
    """Start all; they end with the stack."""
    here = {"PYTHONPATH": str(ROOT)}

    def run(words: list[str], **more: object) -> Process:
        process = Process(words, folder=folder, **more)  # type: ignore[arg-type]
        stack.callback(process.end)
        return process

    double = run([PYTHON, "-m", "bench.gateway.upstream"], env=here)
    url = double.line.strip()
    floor = run([PYTHON, "-m", "bench.gateway.floor"], env=here)
    (folder / "loomwork.toml").write_text(SETTINGS.format(url=url))
    key = _key(folder)
    readies = [_ready_s(folder) for _ in range(starts)]
    ours = run([PYTHON, "-m", "loomwork", "serve", "--json"])
    peer, peer_ready = None, 0.0
    if with_peer:
        peer, peer_ready = _peer(run, folder, url)
    return Servers(
        Server(double, url, path=urlsplit(url).path + "/chat/completions"),
        Server(floor, json.loads(floor.line)["url"]),
        Server(ours, json.loads(ours.line)["url"], key),
        peer,
        readies,
        peer_ready,
    )


def _key(folder: Path) -> str:
    words = [PYTHON, "-m", "loomwork", "key", "create", "bench", "--owner", "mei", "--json", "--scope", "chat"]
    words += [word for limit in LIMITS for word in ("--limit", limit)]
    words += [word for budget in BUDGETS for word in ("--budget", budget)]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
    return str(json.loads(done.stdout)["secret"])


def _ready_s(folder: Path) -> float:
    """Start ours, wait until it is ready, end it."""
    port = _free_port()
    process = Process([PYTHON, "-m", "loomwork", "serve", "--port", str(port)], folder=folder, ready=None)
    try:
        return _answers(port, "/readyz", process) - process.begun
    finally:
        process.end()


def _peer(run: Callable[..., Process], folder: Path, url: str) -> tuple[Server, float]:
    settings = folder / "peer.yaml"
    settings.write_text(PEER_SETTINGS.format(url=url, key=PEER_KEY))
    port = _free_port()
    words = [str(peer_python().with_name("litellm")), "--host", "127.0.0.1", "--port", str(port)]
    words += ["--num_workers", "1", "--telemetry", "False", "--config", str(settings)]
    process = run(words, ready=None, env=PEER_ENV)
    ready = _answers(port, "/health/readiness", process) - process.begun
    return Server(process, f"http://127.0.0.1:{port}", PEER_KEY), ready


def peer_python() -> Path:
    """Return the Python of the peer's environment, made on first use."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEERS)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", str(PINS)], check=True)
    return python


def peer_version() -> str:
    """Return the peer's version."""
    code = "import importlib.metadata as m; print(m.version('litellm'))"
    return subprocess.run([peer_python(), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def _answers(port: int, path: str, process: Process) -> float:
    """Return when an address first answered 200."""
    until = time.perf_counter() + _PATIENCE_S
    while time.perf_counter() < until:
        if process.process.poll() is not None:
            raise RuntimeError(process.complaints)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as said:
                if said.status == 200:
                    return time.perf_counter()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.01)
    raise RuntimeError(f"not ready after {_PATIENCE_S} s: {process.complaints}")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
