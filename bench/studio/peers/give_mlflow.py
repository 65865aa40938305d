"""Give MLflow the trace, and the rows as traces of a run. Run by its own Python; measures nothing."""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))
from bench.studio import work

SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ASYNC_TRACE_LOGGING_MAX_WORKERS": "1",
    "MLFLOW_ASYNC_TRACE_LOGGING_MAX_QUEUE_SIZE": "100000",
    "MLFLOW_ASYNC_TRACE_LOGGING_MAX_SPAN_BATCH_SIZE": "500",
}
"""One writer and large batches: with its ten, SQLite says that the database is locked, and spans are lost."""
KINDS = {"model": "CHAT_MODEL", "tool": "TOOL", "search": "RETRIEVER", "step": "CHAIN"}


def main() -> None:
    """Make everything over its SQLite store, as the documentation shows it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--spans", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True)
    options = parser.parse_args()
    os.environ |= SETTINGS
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{options.folder / 'mlflow.db'}")
    mlflow.create_experiment("bench", artifact_location=(options.folder / "artifacts").as_uri())
    experiment = mlflow.set_experiment("bench").experiment_id
    trace = give(mlflow, work.big(options.spans, start_ns=time.time_ns()))
    print("the big trace is given", file=sys.stderr, flush=True)
    begin = time.time_ns()
    with mlflow.start_run(run_name="rows") as run:
        for number, row in enumerate(work.rows(options.rows, start_ns=begin)):
            give(mlflow, row)
            if number % 200 == 199:
                mlflow.flush_trace_async_logging()
        mlflow.flush_trace_async_logging()
    found = {"experiment": experiment, "run": run.info.run_id, "trace": trace, "rows": options.rows}
    (options.folder / "given.json").write_text(json.dumps(found))
    print(f"RESULT {json.dumps(found)}")


def give(mlflow: Any, calls: list[work.Call]) -> str:
    """Make one trace with its times; return its id."""
    open_spans: dict[str, Any] = {}
    for each in calls:
        span = mlflow.start_span_no_context(
            each.name, span_type=KINDS[each.kind], parent_span=open_spans.get(each.parent), inputs=each.asked,
            start_time_ns=each.start_ns,
        )  # fmt: skip
        if each.model:
            span.set_attribute("gen_ai.request.model", each.model)
            span.set_attribute("mlflow.chat.tokenUsage", {
                "input_tokens": each.input_tokens, "output_tokens": each.output_tokens,
                "total_tokens": each.input_tokens + each.output_tokens,
            })  # fmt: skip
        open_spans[each.span] = span
    for each in [*calls[1:], calls[0]]:
        open_spans[each.span].end(outputs=each.answered, status="ERROR" if each.failed else "OK",
                                  end_time_ns=each.end_ns)  # fmt: skip
    return open_spans[calls[0].span].trace_id


if __name__ == "__main__":
    main()
