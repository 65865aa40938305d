"""Give the workload to MLflow's tracing over its SQLite store. Run by its own Python; knows nothing of loomwork."""

import argparse
import os
import sqlite3
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
from bench.trace import pinned, workload


def main() -> None:
    """Measure once and print the result; stop giving spans when the time is up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--spans", type=int, required=True)
    parser.add_argument("--core", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    options = parser.parse_args()
    pinned.pin(options.core)
    os.environ |= {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    }
    import mlflow

    database = options.folder / "mlflow.db"
    mlflow.set_tracking_uri(f"sqlite:///{database}")
    mlflow.set_experiment("bench")
    with mlflow.start_span("warm"):
        pass
    mlflow.flush_trace_async_logging()
    made = list(workload.spans(options.spans, seed=1, start_ns=time.time_ns()))
    before = stored(database)
    found: dict[str, float] = {}
    with pinned.measured(found):
        give(mlflow, made, until=time.perf_counter() + options.seconds)
        mlflow.flush_trace_async_logging()
    pinned.report({**found, "spans": stored(database) - before, "version": mlflow.__version__})


def give(mlflow: object, made: list[workload.Made], *, until: float) -> None:
    """Make each trace with the documented context manager, the root around its children."""
    for first in range(0, len(made), workload.TRACE):
        *children, root = made[first : first + workload.TRACE]
        with mlflow.start_span(root.name) as outer:
            outer.set_inputs(root.body)
            for each in children:
                with mlflow.start_span(each.name, span_type="CHAT_MODEL" if each.model else "UNKNOWN") as span:
                    span.set_inputs(each.body)
                    if each.model:
                        span.set_attribute("gen_ai.request.model", each.model)
                        usage = {"input_tokens": each.input_tokens, "output_tokens": each.output_tokens}
                        span.set_attribute("mlflow.chat.tokenUsage", usage)
        if time.perf_counter() > until:
            return


def stored(database: Path) -> int:
    """Count the spans in the file."""
    with sqlite3.connect(database) as connection:
        return connection.execute("SELECT count(*) FROM spans").fetchone()[0]


if __name__ == "__main__":
    main()
