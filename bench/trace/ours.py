"""Give the workload to loomwork on one core: through the recorder, or as OTLP requests. Run by bench.trace."""

import argparse
import sqlite3
import time
from pathlib import Path

from bench.trace import pinned, workload
from loomwork.kernel.clock import SystemClock
from loomwork.kernel.ids import Ids
from loomwork.kernel.usage import Usage
from loomwork.store import open_store
from loomwork.trace import semconv
from loomwork.trace.importers import keep, read_bytes
from loomwork.trace.recorder import Limits, Recorder
from loomwork.trace.span import Span


def recorder(made: list[workload.Made], path: Path) -> dict[str, float]:
    """Record every span through the recorder; the clock stops when all are durable."""
    store = open_store(f"sqlite:///{path}")
    clock = SystemClock()
    found: dict[str, float] = {}
    with pinned.measured(found):
        writer = Recorder(store.spans, clock=clock, ids=Ids(clock=clock), limits=Limits(patience_s=0.5))
        roots: dict[str, Span] = {}
        for each in made:
            root = roots.get(each.trace)
            if root is None:
                root = roots[each.trace] = writer.start("answer", kind="step", run="bench")
            span = root if not each.parent else writer.start(each.name, kind=each.kind, parent=root)
            if each.model:
                span.set(semconv.REQUEST_MODEL, each.model)
                span.usage(Usage(input_tokens=each.input_tokens, output_tokens=each.output_tokens))
            span.body_in(each.body.encode(), each.body[:200])
            span.end()
            if not each.parent:
                del roots[each.trace]
        left = writer.flush()
    assert left == 0, f"{left} spans were not stored"
    writer.close()
    store.close()
    return found


def requests(folder: Path, path: Path) -> dict[str, float]:
    """Store the spans of the OTLP requests that the peers get, without a network between."""
    store = open_store(f"sqlite:///{path}")
    bodies = [file.read_bytes() for file in sorted(folder.glob("*.otlp"))]
    found: dict[str, float] = {}
    with pinned.measured(found):
        for body in bodies:
            keep(read_bytes(body), store.spans)
    store.close()
    return found


def stored(path: Path) -> int:
    """Count the spans in the file, through a connection that knows nothing of ours."""
    with sqlite3.connect(path) as connection:
        return connection.execute("SELECT count(*) FROM spans").fetchone()[0]


def main() -> None:
    """Measure once and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("way", choices=["recorder", "requests"])
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--spans", type=int, required=True)
    parser.add_argument("--core", type=int, required=True)
    parser.add_argument("--requests", type=Path)
    options = parser.parse_args()
    pinned.pin(options.core)
    if options.way == "recorder":
        made = list(workload.spans(options.spans, seed=1, start_ns=time.time_ns()))
        found = recorder(made, options.store)
    else:
        found = requests(options.requests, options.store)
    pinned.report({**found, "spans": stored(options.store)})


if __name__ == "__main__":
    main()
