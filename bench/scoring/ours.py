"""loomwork, from the command line: run, score with ten scorers, again, one more scorer, another run, compare."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench.scoring import work

ROOT = Path(__file__).parents[2]
APP = """
from bench.scoring import work
from loomwork import step
from loomwork.evals.scoring import scorer

@step
def answer(question: str) -> str:
    return work.stub(question)

def of(name):
    function = work.SCORERS[name]

    @scorer(name=name)
    def score(output, expected):
        return function(output, expected)

    return score

exact, normalised, contains, numeric, pattern = map(of, ("exact", "normalised", "contains", "numeric", "pattern"))
f1, recall, similar, brief, polite = map(of, ("f1", "recall", "similar", "brief", "polite"))
"""
BUILT_IN = (
    "exact", "normalised", "contains", "numeric", "regex,pattern=answer", "token_f1", "rouge_l", "edit", "length",
    "squad_em",
)  # fmt: skip


def main() -> None:
    """Print one JSON object of seconds."""
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    (folder / "loomwork.toml").write_text("")
    (folder / "app.py").write_text(APP)
    work.write(str(folder / "data.jsonl"), count)
    found: dict[str, float] = {}

    def call(name: str, *words: str) -> dict:
        began, used = time.perf_counter(), _cpu()
        done = subprocess.run(
            [sys.executable, "-m", "loomwork", *words, "--json"], cwd=folder, capture_output=True, text=True,
            check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stderr)
        found[name] = time.perf_counter() - began
        found[f"{name}_cpu"] = _cpu() - used
        return json.loads(done.stdout)

    built_in = [word for each in BUILT_IN for word in ("--scorer", each)]
    own = [word for each in work.SCORERS for word in ("--scorer", f"app:{each}")]
    run = call("run", "run", "app:answer", "--data", "data.jsonl")["run"]
    scored = call("built_in", "eval", "--run", run, "--no-leaks", *built_in)
    found["scores"] = sum(each["n"] for each in scored["scores"])
    call("own", "eval", "--run", run, "--no-leaks", *own)
    call("again", "eval", "--run", run, "--no-leaks", *own)
    more = call("one_more", "eval", "--run", run, "--no-leaks", "--scorer", "json_valid")
    found["model_calls"] = more["scoring"]["model_calls"]
    other = call("second_run", "run", "app:answer", "--data", "data.jsonl")["run"]
    call("second", "eval", "--run", other, "--no-leaks", *own)
    call("compare", "compare", run, other)
    found["compare_alone"] = _alone(folder, run, other)
    print("RESULT " + json.dumps(found))


def _alone(folder: Path, a: str, b: str) -> float:
    from loomwork.evals.evaluating.comparing import compare_runs
    from loomwork.store import open_store

    store = open_store(f"sqlite:///{folder}/.loomwork/store.db")
    began = time.perf_counter()
    compare_runs(store, a, b)
    took = time.perf_counter() - began
    store.close()
    return took


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
