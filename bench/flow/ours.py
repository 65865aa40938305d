"""One measurement of loomwork's engine in a process of its own; prints one JSON object.

`python -m bench.flow.ours throughput|cpu|lookups|plan FOLDER`
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from loomwork import Workspace
from loomwork.flow.running import Dataset, RunOptions, run_dataset
from loomwork.flow.targets import load_target

ITEMS = 1000
APP = '''
"""Three steps in a row; each waits as long as a model would."""
import asyncio

from loomwork import step

DELAY = {delay}


@step
async def first(text: str) -> str:
    await asyncio.sleep(DELAY)
    return text + " one " + "x" * 500


@step
async def second(text: str) -> str:
    await asyncio.sleep(DELAY)
    return text[:40] + " two"


@step
async def third(text: str) -> str:
    await asyncio.sleep(DELAY)
    return text.upper()


@step
async def chain(text: str) -> str:
    return await third(await second(await first(text)))
'''


def prepare(folder: Path, delay: float) -> None:
    """Write the application and its data."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "loomwork.toml").write_text("")
    (folder / "app.py").write_text(APP.format(delay=delay))
    with (folder / "data.jsonl").open("w") as file:
        file.writelines(json.dumps({"text": f"question {n}"}) + "\n" for n in range(ITEMS))


def throughput(folder: Path) -> dict[str, Any]:
    """Run 3 x 1,000 waiting calls, 64 items at a time, memo and spans on; then again, all found."""
    prepare(folder, 0.05)
    found: dict[str, Any] = {}
    for name in ("cold", "warm"):
        with Workspace.open(folder) as workspace:
            step = load_target("app:chain", workspace.runtime.project)
            began, cpu = time.perf_counter(), time.process_time()
            report = asyncio.run(
                run_dataset(
                    workspace.runtime,
                    step,
                    Dataset(folder / "data.jsonl", step),
                    options=RunOptions(concurrency=64),
                )
            )
            found[name] = {
                "wall_s": time.perf_counter() - began,
                "cpu_s": time.process_time() - cpu,
                "calls": report.totals.calls,
            }
    return found


def cpu(folder: Path) -> dict[str, Any]:
    """Call three steps by hand for each item: CPU of the whole process a call, when they miss and when they hit."""
    prepare(folder, 0)
    found: dict[str, Any] = {}
    for name in ("miss", "hit"):
        with Workspace.open(folder) as workspace:
            app = sys.modules[load_target("app:chain", workspace.runtime.project).func.__module__]
            began, wall = time.process_time(), time.perf_counter()
            asyncio.run(_by_hand(app))
            workspace.runtime.recorder.flush()
            found[f"{name}_us"] = (time.process_time() - began) / (3 * ITEMS) * 1e6
            found[f"{name}_wall_us"] = (time.perf_counter() - wall) / (3 * ITEMS) * 1e6
    return found


def lookups(folder: Path) -> dict[str, Any]:
    """Call three remembered steps by hand for each of 1,000 items (the parent counts the process as a whole)."""
    with Workspace.open(folder) as workspace:
        app = sys.modules[load_target("app:chain", workspace.runtime.project).func.__module__]
        asyncio.run(_by_hand(app))
    return {}


def plan(folder: Path) -> dict[str, Any]:
    """Run one step over 10,000 rows, then plan that run again: seconds of the planning alone."""
    from loomwork.flow.context import Scope
    from loomwork.flow.plan import plan_rows

    prepare(folder, 0)
    data = folder / "many.jsonl"
    with data.open("w") as file:
        file.writelines(json.dumps({"text": f"row {n}"}) + "\n" for n in range(10_000))
    with Workspace.open(folder) as workspace:
        step = load_target("app:third", workspace.runtime.project)
        asyncio.run(run_dataset(workspace.runtime, step, Dataset(data, step), options=RunOptions(concurrency=64)))
    with Workspace.open(folder, writing="nothing") as workspace:
        runtime = workspace.runtime
        step = load_target("app:third", runtime.project)
        began, cpu = time.perf_counter(), time.process_time()
        rows = (row.arguments for row in Dataset(data, step).rows())
        made = plan_rows(runtime, step, rows, trials=1, scope=Scope())
        hits = sum(each.hits for each in made.steps.values())
        return {"hits": hits, "wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}


async def _by_hand(app: Any) -> None:
    for n in range(ITEMS):
        await app.third(await app.second(await app.first(f"question {n}")))


if __name__ == "__main__":
    print(
        json.dumps(
            {"throughput": throughput, "cpu": cpu, "lookups": lookups, "plan": plan}[sys.argv[1]](Path(sys.argv[2]))
        )
    )
