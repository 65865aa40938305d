"""Give the workload to Phoenix's server on loopback as OTLP/HTTP requests. Run by its own Python.

The server and this client share one core, as the recorder and its writer do. The clock stops when the database holds
every span: Phoenix answers a request before it has stored it.
"""

import argparse
import http.client
import importlib.metadata
import os
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from bench.trace import pinned

START_S = 120.0
LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
"""127.0.0.1, the same as an IPv6 socket shows it, and ::1, in the kernel's spelling."""


def main() -> None:
    """Measure once and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--spans", type=int, required=True)
    parser.add_argument("--core", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--requests", type=Path, required=True)
    options = parser.parse_args()
    pinned.pin(options.core)
    port, grpc = free_port(), free_port()
    with (options.folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("phoenix_on_loopback.py"))],
            env=environment(options.folder, port, grpc), stdout=log, stderr=log,
        )  # fmt: skip
    try:
        wait_until_up(port, server)
        only_loopback(server.pid)
        found = measure(options, port, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
    pinned.report({**found, "version": importlib.metadata.version("arize-phoenix")})


def environment(folder: Path, port: int, grpc: int) -> dict[str, str]:
    """Return settings that keep Phoenix on this machine and in this folder."""
    return {
        **os.environ,
        "PHOENIX_HOST": "127.0.0.1",
        "PHOENIX_PORT": str(port),
        "PHOENIX_GRPC_PORT": str(grpc),
        "PHOENIX_WORKING_DIR": str(folder),
        "PHOENIX_TELEMETRY_ENABLED": "false",
        "PHOENIX_ALLOW_EXTERNAL_RESOURCES": "false",
        "PHOENIX_ALLOWED_SANDBOX_PROVIDERS": "NONE",
    }


def measure(options: argparse.Namespace, port: int, pid: int) -> dict[str, float]:
    """Send every request, then wait until the database holds what came."""
    bodies = [file.read_bytes() for file in sorted(options.requests.glob("*.otlp"))]
    database = options.folder / "phoenix.db"
    until = time.perf_counter() + options.seconds
    found: dict[str, float] = {}
    busy = server_cpu(pid)
    with pinned.measured(found):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for body in bodies:
            post(connection, body)
        have = -1
        while (now := stored(database)) < options.spans and time.perf_counter() < until:
            have = now
            time.sleep(0.05)  # polling a foreign process: there is nothing to wait on
    found["cpu_s"] += server_cpu(pid) - busy
    return {**found, "spans": max(have, stored(database))}


def post(connection: http.client.HTTPConnection, body: bytes) -> None:
    """Send one request; a busy server (429, 503) is asked again."""
    for _ in range(1000):
        connection.request("POST", "/v1/traces", body, {"Content-Type": "application/x-protobuf"})
        answer = connection.getresponse()
        answer.read()
        if answer.status not in {429, 503}:
            break
        time.sleep(0.05)  # what its answer asks for
    if answer.status != 200:
        raise SystemExit(f"Phoenix answered {answer.status}")


def server_cpu(pid: int) -> float:
    """Return the processor seconds of the server so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def only_loopback(pid: int) -> None:
    """Refuse to measure a server that listens on any address but 127.0.0.1."""
    mine = {
        os.readlink(link)
        for link in Path(f"/proc/{pid}/fd").iterdir()
        if os.path.lexists(link)
    }  # fmt: skip
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            listening, owner, address = fields[3] == "0A", f"socket:[{fields[9]}]", fields[1].split(":")[0]
            if listening and owner in mine and address not in LOOPBACK:
                raise SystemExit(f"Phoenix listens on {fields[1]}, not on loopback alone")


def wait_until_up(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server answers."""
    until = time.perf_counter() + START_S
    while time.perf_counter() < until:
        if server.poll() is not None:
            raise SystemExit("Phoenix's server ended while it started; see server.log")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.2)  # polling a foreign process: there is nothing to wait on
            continue
        return
    raise SystemExit(f"Phoenix's server did not start within {START_S:g} s")


def stored(database: Path) -> int:
    """Count the spans in the file."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute("SELECT count(*) FROM spans").fetchone()[0]


def free_port() -> int:
    """Return a port of loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    main()
