"""What a request costs the gateway, in CPU microseconds of its process tree, beside LiteLLM's proxy.

`python -m bench.gateway` prints the tables; `--write` puts them into bench/README.md; `--quick` is short; `--no-peer`
leaves the peer out. Rounds are paired: each measures every kind on every side one after the other, so that what the
machine does meanwhile falls on all of them.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path

from bench.gateway.asked import body, fresh
from bench.gateway.servers import ROOT, Server, Servers, peer_version, started
from bench.gateway.telling import Figures, Run, section
from bench.gateway.upstream import CHUNKS
from bench.readme import put

FLOOR, HIT, MISS, SAMPLED = "floor", "exact hit", "miss, temperature 0", "miss, sampled"
STREAM, CHUNK = f"stream of {CHUNKS} chunks", "a chunk of a stream"
_CPU_WARM = 200


def main() -> None:
    """Measure, print, and write where asked to."""
    parser = argparse.ArgumentParser(prog="python -m bench.gateway", description="What the gateway costs.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--requests", type=int, default=1500, help="of a kind in a round; the peer gets a tenth")
    parser.add_argument("--clients", type=int, default=8, help="connections at once")
    parser.add_argument("--seconds", type=float, default=10, help="of load at half of capacity")
    parser.add_argument("--quick", action="store_true", help="3 rounds of 400")
    parser.add_argument("--no-peer", action="store_true", help="leave LiteLLM out")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/README.md")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.requests, options.seconds = 3, 400, 3
    with tempfile.TemporaryDirectory(prefix="bench-gateway-") as name, ExitStack() as stack:
        servers = started(stack, Path(name), starts=3 if options.quick else 5, with_peer=not options.no_peer)
        text = section(_measured(servers, options))
    print(text)
    if options.write:
        put("gateway", "What the gateway costs", text)


def _measured(servers: Servers, options: argparse.Namespace) -> Run:
    load = os.getloadavg()[0]
    at_first = servers.ours.process.memory_mb()
    figures = _rounds(servers, options)
    firsts = _first_tokens(servers, options)
    paces = _paces(servers, options)
    peer = servers.peer
    return Run(
        said=_said(options, load, peer is not None),
        figures=figures,
        firsts=firsts,
        paces=paces,
        ready_s=servers.ready_s,
        peer_ready_s=servers.peer_ready_s,
        memory_mb=(at_first, servers.ours.process.memory_mb()),
        peer_memory_mb=0.0 if peer is None else peer.process.memory_mb(),
    )


def _said(options: argparse.Namespace, load: float, with_peer: bool) -> str:
    when = datetime.datetime.now(datetime.UTC).date().isoformat()
    versions = f"Python {platform.python_version()}, uvicorn {version('uvicorn')}, aiohttp {version('aiohttp')}"
    against = f", LiteLLM {peer_version()}" if with_peer else ""
    return (
        f"{when}, {os.cpu_count()} cores, load {load:.1f} before; {versions}{against}; {options.rounds} rounds of"
        f" {options.requests} requests over {options.clients} connections"
    )


def _rounds(servers: Servers, options: argparse.Namespace) -> Figures:
    """CPU microseconds a request, by kind and side, one value a round."""
    n, clients = options.requests, options.clients
    figures: Figures = {}
    hits = [body("routed-fixed", -1)] * (4 * n)
    sides: list[tuple[str, Server, int]] = [("ours", servers.ours, n)]
    if servers.peer is not None:
        sides.append(("peer", servers.peer, max(20, n // 10)))
    for _, server, count in sides:
        server.send(hits[:2], 1)
        server.send(fresh("routed", min(_CPU_WARM, count)), clients)

    def note(kind: str, side: str, value: float) -> None:
        figures.setdefault(kind, {}).setdefault(side, []).append(value)

    for _ in range(options.rounds):
        note(FLOOR, "ours", servers.floor.cost(hits, clients))
        for side, server, count in sides:
            note(HIT, side, server.cost(hits[: 4 * count], clients))
            note(MISS, side, server.cost(fresh("routed-fixed", count), clients))
            note(SAMPLED, side, server.cost(fresh("routed", count), clients))
            streamed = server.cost(fresh("routed", max(20, count // 15), stream=True), clients)
            note(STREAM, side, streamed)
            note(CHUNK, side, (streamed - figures[SAMPLED][side][-1]) / CHUNKS)
    return figures


def _first_tokens(servers: Servers, options: argparse.Namespace) -> Figures:
    """Seconds to the first token of a stream, one client: straight to the double, and through each side."""
    count = max(20, options.requests // 20)
    found: Figures = {}
    for _ in range(options.rounds):
        sides = [("direct", servers.upstream), ("ours", servers.ours)]
        for side, server in [*sides, *([("peer", servers.peer)] if servers.peer is not None else [])]:
            kept = count if side != "peer" else 20
            found.setdefault("", {}).setdefault(side, []).append(server.first(fresh("routed", kept, stream=True)))
    return found


def _paces(servers: Servers, options: argparse.Namespace) -> dict[str, list[dict[str, float]]]:
    """Time taken at half of what the gateway can do, straight to the double and through the gateway, by turns."""
    busiest = _capacity(servers.ours, options)
    rate = busiest / 2
    found: dict[str, list[dict[str, float]]] = {"capacity": [{"rate": busiest}]}
    for _ in range(3):
        for side, server in (("direct", servers.upstream), ("ours", servers.ours)):
            found.setdefault(side, []).append(_paced(server, rate, options.seconds))
    return found


def _paced(server: Server, rate: float, seconds: float) -> dict[str, float]:
    words = [server.host, str(server.port), server.path, server.key, f"{rate}", f"{seconds}", "routed-fixed"]
    done = subprocess.run(
        [sys.executable, "-m", "bench.gateway.pace", *words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def _capacity(server: Server, options: argparse.Namespace) -> float:
    """Misses a second when as many as can be are sent: what its one thread, and this machine, can do."""
    import time

    bodies = fresh("routed-fixed", 2 * options.requests)
    begun = time.perf_counter()
    server.send(bodies, 32)
    return len(bodies) / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
