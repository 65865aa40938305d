"""Write the stores that are opened: what the peers get, and a million spans. Run by bench.studio; measures nothing."""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.studio import work
from bench.trace import workload
from loomwork.kernel.bodies import Reference
from loomwork.kernel.canonical import digest_bytes
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow, RunRow, SpanRow
from loomwork.trace.otlp import as_protobuf
from loomwork.trace.otlp.model import OtelSpan, Scope

RUN = "bench-rows"
TARGET = "app:answer"
TRACES, SPANS = 100_000, 1_000_000
DAY_NS = 86_400_000_000_000
BATCH = 5_000
BODIES = 64
"""The spans of the long list share so many bodies: none of what is measured reads one."""
SMALL = (("app:answer", "step"), ("app:retrieve", "step"), ("search", "search"), ("app:draft", "step"),
         ("model", "model"), ("app:check", "step"), ("lookup", "tool"), ("model", "model"))  # fmt: skip
RARE = 1_999
"""Every so manieth trace asks about a thing that no other asks about."""


def kept(store: Store, body: str) -> Reference:
    """Return a reference to a text's body."""
    return store.blobs.put(body.encode())


def row_of(store: Store, call: work.Call, *, run: str = "", item: int = -1) -> SpanRow:
    """Return a call of the workload as a stored span."""
    name = f"app:{call.name}" if call.kind == "step" else call.name
    return SpanRow(
        trace=call.trace, span=call.span, parent=call.parent, name=name, kind=call.kind, start_ns=call.start_ns,
        end_ns=call.end_ns, status="error" if call.failed else "ok", error="check failed" if call.failed else None,
        run=run, item=item, model=call.model, input_tokens=call.input_tokens, output_tokens=call.output_tokens,
        cost_micros=call.output_tokens * 3 if call.model else None, currency="USD" if call.model else "",
        input=kept(store, call.asked), output=kept(store, call.answered), preview_in=call.asked[:200],
        preview_out=call.answered[:200], attributes={"gen_ai.response.finish_reasons": ["stop"]} if call.model else {},
    )  # fmt: skip


def fill_shared(store: Store, *, spans: int, rows: int, now_ns: int) -> int:
    """Write the big trace and the run of many rows; return how many spans they are."""
    written = write(store, (row_of(store, each) for each in work.big(spans, start_ns=now_ns - 2 * DAY_NS)))
    begin = now_ns - 3_600_000_000_000
    run = RunRow(id=RUN, target=TARGET, started_ns=begin, dataset="data/rows.jsonl", items=rows)
    store.runs.start(run)
    batch: list[SpanRow] = []
    failed = 0
    last = begin
    for index, calls in enumerate(work.rows(rows, start_ns=begin)):
        root = calls[0]
        batch += [row_of(store, each, run=RUN, item=index) for each in [*calls[1:], root]]
        item = ItemRow(
            run=RUN, index=index, trial=0, status="failed" if root.failed else "ok", input=batch[-1].input or b"",
            output=batch[-1].output, error="check failed" if root.failed else None, trace=root.trace,
            started_ns=root.start_ns, ended_ns=root.end_ns,
        )  # fmt: skip
        store.runs.put_item(item)
        failed += root.failed
        last = max(last, root.end_ns)
        if len(batch) >= BATCH:
            written += write(store, batch)
            batch = []
    written += write(store, batch)
    store.runs.finish(RunRow(id=RUN, target=TARGET, started_ns=begin, ended_ns=last, status="done",
                             dataset="data/rows.jsonl", items=rows, ok=rows - failed, failed=failed))  # fmt: skip
    return written


def fill_list(store: Store, *, traces: int, spans: int, now_ns: int) -> int:
    """Write so many small traces, over the day before the run, with so many spans together."""
    store.spans.write([], [f"body {number}".encode() * 200 for number in range(BODIES)])
    return write(store, listed(traces, spans, now_ns - DAY_NS - 7_200_000_000_000))


def listed(traces: int, spans: int, start_ns: int) -> Iterator[SpanRow]:
    """Yield the spans of the long list, of all kinds, some failed, some hits, from several runs and models."""
    chance = random.Random(11)
    bodies = [digest_bytes(f"body {number}".encode() * 200) for number in range(BODIES)]
    left = spans
    for number in range(traces):
        size = left // (traces - number)
        left -= size
        begin = start_ns + number * (DAY_NS // traces)
        trace = f"{chance.getrandbits(128):032x}"
        ids = [f"{chance.getrandbits(64):016x}" for _ in range(size)]
        hit = chance.random() < 0.3
        fails = chance.random() < 0.04
        question = f"question {number}: {work.sentence(chance, 10)}"
        question += f" about warranty {number}" if number % RARE == 0 else ""
        run = f"r-{number // 5_000}" if number % 3 else ""
        for place in range(size):
            name, kind = ("app:answer", "step") if place == 0 else SMALL[1 + place % (len(SMALL) - 1)]
            model = workload.MODELS[chance.randrange(5)] if kind == "model" else ""
            took = int(chance.lognormvariate(0, 0.8) * 300_000_000)
            bad = fails and place in (0, size - 1)
            yield SpanRow(
                trace=trace, span=ids[place], parent=ids[0] if place else "", name=name, kind=kind,
                start_ns=begin + place * 1_000_000, end_ns=begin + place * 1_000_000 + took * (1 if place else 3),
                status="error" if bad else "ok", error="the tool did not answer in time" if bad else None, run=run,
                item=number % 5_000 if run else -1, cached=hit and place == 0, model=model,
                input_tokens=chance.randrange(200, 3000) if model else 0,
                output_tokens=chance.randrange(10, 400) if model else 0, cost_micros=900 if model else None,
                currency="USD" if model else "", input=bodies[place % BODIES], output=bodies[number % BODIES],
                preview_in=question if place == 0 else work.sentence(chance, 8),
                preview_out=work.sentence(chance, 12), attributes={"loomwork.call": ids[place]} if place else {},
            )  # fmt: skip


def write(store: Store, rows: Iterator[SpanRow] | Sequence[SpanRow]) -> int:
    """Write spans in large transactions; return how many they were."""
    batch: list[SpanRow] = []
    count = 0
    for row in rows:
        batch.append(row)
        count += 1
        if len(batch) == BATCH:
            store.spans.write(batch)
            batch = []
    store.spans.write(batch)
    return count


def write_requests(folder: Path, *, spans: int, rows: int, now_ns: int) -> int:
    """Write the shared workload as OTLP requests under the names that Phoenix reads; return how many spans."""
    folder.mkdir()
    calls = [*work.big(spans, start_ns=now_ns)]
    count = _requests(folder / "0", [calls[at : at + 200] for at in range(0, len(calls), 200)], project="trace")
    many = list(work.rows(rows, start_ns=now_ns))
    packs = [[call for row in many[at : at + 33] for call in row] for at in range(0, len(many), 33)]
    return count + _requests(folder / "1", packs, project="rows")


def _requests(prefix: Path, packs: list[list[work.Call]], *, project: str) -> int:
    for number, pack in enumerate(packs):
        data = as_protobuf.encode([_otel(each, project) for each in pack])
        prefix.with_name(f"{prefix.name}-{number:06d}.otlp").write_bytes(data)
    return sum(map(len, packs))


def _otel(call: work.Call, project: str) -> OtelSpan:
    kind = {"model": "LLM", "tool": "TOOL", "search": "RETRIEVER", "step": "CHAIN"}[call.kind]
    attributes: dict[str, object] = {
        "openinference.span.kind": kind, "input.value": call.asked, "output.value": call.answered,
    }  # fmt: skip
    if call.model:
        attributes |= {
            "llm.model_name": call.model, "llm.token_count.prompt": call.input_tokens,
            "llm.token_count.completion": call.output_tokens,
        }  # fmt: skip
    return OtelSpan(
        trace=call.trace, span=call.span, parent=call.parent, name=call.name, start_ns=call.start_ns,
        end_ns=call.end_ns, status=2 if call.failed else 1, attributes=attributes,
        resource={"service.name": "bench", "openinference.project.name": project}, scope=Scope(name="b"),
    )  # fmt: skip


def main() -> None:
    """Write one store or the requests."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["beside", "million", "requests"])
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--spans", type=int, default=work.BIG)
    parser.add_argument("--rows", type=int, default=work.ROWS)
    parser.add_argument("--traces", type=int, default=TRACES)
    parser.add_argument("--total", type=int, default=SPANS)
    options = parser.parse_args()
    now = time.time_ns()
    if options.what == "requests":
        print(write_requests(options.to, spans=options.spans, rows=options.rows, now_ns=now))
        return
    options.to.mkdir(parents=True, exist_ok=True)
    (options.to / "loomwork.toml").write_text("")
    (options.to / ".loomwork").mkdir(exist_ok=True)
    store = open_store(f"sqlite:///{options.to / '.loomwork' / 'store.db'}")
    more = options.traces - options.rows - 1
    shared = options.spans + len(work.STEPS) * options.rows
    count = fill_list(store, traces=more, spans=options.total - shared, now_ns=now) if options.what == "million" else 0
    count += fill_shared(store, spans=options.spans, rows=options.rows, now_ns=now)
    store.close()
    print(count)


if __name__ == "__main__":
    main()
