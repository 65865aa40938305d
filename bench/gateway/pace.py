"""Send requests at a fixed rate whatever becomes of them, and tell how long each took from when it was due.

`python -m bench.gateway.pace HOST PORT PATH KEY RATE SECONDS MODEL` prints {"p50", "p99", "late", "sent", "errors"} in
milliseconds: an open loop, so that a server that stalls is not spared the requests that came meanwhile. `late` is how
late the 99th percentile of requests was written, which is this process's own part.
"""

import asyncio
import json
import sys
import time

from bench.gateway.asked import body
from bench.gateway.load import Client

_CONNECTIONS = 64


async def run(place: tuple[str, int], path: str, key: str, *, rate: float, seconds: float, model: str) -> dict:
    """Send and measure."""
    free: asyncio.LifoQueue[Client] = asyncio.LifoQueue()
    clients = [Client(*place, key) for _ in range(_CONNECTIONS)]
    for client in clients:
        await client.__aenter__()
        free.put_nowait(client)
    took: list[float] = []
    late: list[float] = []
    errors = 0

    async def one(data: bytes, due: float) -> None:
        nonlocal errors
        client = await free.get()
        late.append(time.perf_counter() - due)
        status, _, _ = await client.post(path, data)
        took.append(time.perf_counter() - due)
        errors += status != 200
        free.put_nowait(client)

    count = int(rate * seconds)
    salt = time.time_ns()
    bodies = [body(model, salt + n) for n in range(count)]
    tasks: set[asyncio.Task[None]] = set()
    begun = time.perf_counter() + 0.05
    for n, data in enumerate(bodies):
        due = begun + n / rate
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(data, due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    for client in clients:
        await client.__aexit__()
    return {
        "p50": _at(took, 0.5), "p99": _at(took, 0.99), "late": _at(late, 0.99), "sent": count, "errors": errors,
    }  # fmt: skip


def _at(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1e3


def main() -> None:
    """Run as told on the command line."""
    import uvloop

    host, port, path, key, rate, seconds, model = sys.argv[1:]
    work = run((host, int(port)), path, key, rate=float(rate), seconds=float(seconds), model=model)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(json.dumps(runner.run(work)))


if __name__ == "__main__":
    main()
