"""What a request costs the gateway, in CPU microseconds of its whole process, beside an upstream that costs nothing.

`python -m bench.gateway` prints a table. Rounds are paired: each round measures every kind one after the other, so that
what the machine does meanwhile falls on all of them; the table gives the median over rounds and the spread.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from bench.gateway.load import send
from bench.gateway.processes import PYTHON, Process
from bench.gateway.upstream import CHUNKS

_SETTINGS = """
[models.sampled]
driver = "openai"
model = "bench-model"
base_url = "{url}"
price = {{ input = 1.0, output = 2.0 }}

[models.fixed]
driver = "openai"
model = "bench-model"
base_url = "{url}"
temperature = 0
price = {{ input = 1.0, output = 2.0 }}

[models.routed]
route = "fallback"
models = ["sampled", "fixed"]

[gateway]
port = 0
"""
PROMPT = "You are a harbour pilot. Answer in one paragraph, and say which tide you mean. " * 6
ROOT = Path(__file__).parents[2]


def body(model: str, n: int, *, stream: bool = False) -> bytes:
    """A request that no other round has sent."""
    said = {
        "model": model,
        "messages": [
            {"role": "system", "content": PROMPT},
            {"role": "user", "content": f"When is the next high water, and how high? ({n})"},
        ],
        "max_tokens": 256,
    }
    if stream:
        said["stream"] = True
    return json.dumps(said, separators=(",", ":")).encode()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=1500)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        upstream = Process([PYTHON, "-m", "bench.gateway.upstream"], folder=folder, env={"PYTHONPATH": str(ROOT)})
        (folder / "loomwork.toml").write_text(_SETTINGS.format(url=upstream.line.strip()))
        gateway = Process([PYTHON, "-m", "loomwork", "serve", "--json"], folder=folder)
        try:
            _measure(gateway, options)
        finally:
            gateway.end()
            upstream.end()


def _measure(gateway: Process, options: argparse.Namespace) -> None:
    place = urlsplit(json.loads(gateway.line)["url"])
    host, port = str(place.hostname), int(place.port or 0)
    numbers = iter(range(10**9))
    path = "/v1/chat/completions"
    print(f"ready in {gateway.ready_s:.2f} s, resident {gateway.memory_mb():.0f} MB")

    def run(bodies: list[bytes], clients: int) -> tuple[float, list[float]]:
        before = gateway.cpu_s()
        firsts = asyncio.run(send(host, port, path, bodies, clients=clients))
        return (gateway.cpu_s() - before) / len(bodies) * 1e6, firsts

    n = options.requests
    hits = [body("fixed", -1)] * n
    run(hits[:50], 1)
    run([body("sampled", next(numbers)) for _ in range(200)], options.clients)
    figures: dict[str, list[float]] = {}
    for _ in range(options.rounds):
        kinds = {
            "miss, sampled": ([body("sampled", next(numbers)) for _ in range(n)], options.clients),
            "miss, temperature 0": ([body("fixed", next(numbers)) for _ in range(n)], options.clients),
            "miss through a route": ([body("routed", next(numbers)) for _ in range(n)], options.clients),
            "exact hit": (hits, options.clients),
        }
        for kind, (bodies, clients) in kinds.items():
            figures.setdefault(kind, []).append(run(bodies, clients)[0])
        streamed = [body("sampled", next(numbers), stream=True) for _ in range(max(40, n // 15))]
        cost, firsts = run(streamed, options.clients)
        figures.setdefault(f"stream of {CHUNKS} chunks, whole", []).append(cost)
        figures.setdefault("stream, a chunk", []).append((cost - figures["miss, sampled"][-1]) / CHUNKS)
        _, firsts = run(streamed[:40], 1)
        figures.setdefault("time to first token, one client", []).append(statistics.median(firsts) * 1e6)
    for kind, values in figures.items():
        print(f"{kind:36} {statistics.median(values):9.0f} µs   ({min(values):.0f} to {max(values):.0f})")
    print(f"resident at the end {gateway.memory_mb():.0f} MB")


if __name__ == "__main__":
    main()
