"""What can be read where, in each product: the addresses of a trace and of a run, and what counts as readable."""

import contextlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen

from playwright.sync_api import Browser

from bench.studio import browsing, filling, serving, work
from bench.trace import peers

LEAST = """(selector, ok, many) => {
  let found = 0;
  for (const each of document.querySelectorAll(selector)) {
    if (!seen(each) || !ok(each)) continue;
    found += 1;
    if (found >= many) return true;
  }
  return false;
}"""
"""At least so many elements within the window that are as they should be."""


def least(selector: str, ok: str, many: int = 10) -> str:
    """Return a test of the page."""
    return f"() => ({LEAST})({json.dumps(selector)}, {ok}, {many})"


TREE = least("[role=treeitem]", "(row) => row.querySelector('.tree-text')?.textContent && "
             "row.querySelector('.waterfall-bar')")  # fmt: skip
GRID = least(
    ".grid-row",
    f"(row) => row.textContent.includes('Question') && "
    f"[...row.querySelectorAll('[data-column]')].filter((cell) => cell.textContent.trim()).length >= {len(work.STEPS)}",
)
LIST = least(".grid-row", "(row) => row.textContent.trim().length > 20")


TEXT = "(row) => row.textContent"
NODE, SPAN = ".span-node__heading", "[data-testid^=span-text-block-]"
"""A row of Phoenix's tree, and of MLflow's."""


class View(NamedTuple):
    """A page of a product."""

    what: str
    path: str
    shows: str
    """The test of what can be read."""
    counts: str
    """Selects the rows that exist in the document."""
    told: str
    """What counts as readable, in words."""


class Product(NamedTuple):
    """A product that was given the trace and the rows."""

    name: str
    serve: Callable[[], AbstractContextManager[serving.Server]]
    views: Callable[[Browser, serving.Server], list[View]]


def loomwork(folder: Path) -> Product:
    """Return ours, over a store that holds nothing else."""
    trace = work.big(1, start_ns=0)[0].trace

    def views(_made: Browser, _server: serving.Server) -> list[View]:
        return [
            View("trace", f"/traces/{trace}", TREE, "[role=treeitem]", "ten rows with name and bar"),
            View("run", f"/runs/{filling.RUN}", GRID, ".grid-row", "ten rows with sample and six cells"),
        ]

    return Product("loomwork", lambda: serving.studio(folder), views)


def phoenix(folder: Path) -> Product:
    """Return Phoenix: a trace, and an experiment over a dataset."""
    trace = work.big(1, start_ns=0)[0].trace
    given = json.loads((folder / "experiment.json").read_text())

    def views(made: Browser, server: serving.Server) -> list[View]:
        context = browsing.fresh(made)
        page = context.new_page()
        page.goto(f"{server.url}/redirects/traces/{trace}", timeout=120_000)
        page.wait_for_url("**/projects/*/traces/**", timeout=120_000)
        project = page.url.partition("/projects/")[2].partition("/")[0]
        context.close()
        rows = least("tr", "(row) => row.textContent.includes('Question') && row.textContent.includes('check ')", 2)
        listed = least("tr", "(row) => row.textContent.includes('Question')")
        return [
            View("trace", f"/projects/{project}/traces/{trace}", least(NODE, TEXT), NODE,
                 "ten rows with name and latency"),
            View("run", f"/datasets/{given['dataset']}/compare?experimentId={given['experiment']}", rows, "tbody tr",
                 "the experiment's table: two rows (as many as fit) with input and output"),
            View("run, as a list of traces", f"/projects/{project_of(server, 'rows')}/traces?timeRangeKey=7d", listed,
                 "tbody tr", "the project's table: ten rows with input"),
        ]  # fmt: skip

    return Product("Phoenix", lambda: serving.phoenix_server(peers.python_of("arize-phoenix"), folder), views)


def project_of(server: serving.Server, name: str) -> str:
    """Return a project's id in Phoenix."""
    with contextlib.closing(urlopen(f"{server.url}/v1/projects")) as answer:
        found = json.load(answer)["data"]
    return next(each["id"] for each in found if each["name"] == name)


def mlflow(folder: Path) -> Product:
    """Return MLflow: a trace, and the traces of a run."""
    given = json.loads((folder / "given.json").read_text())

    def views(_made: Browser, _server: serving.Server) -> list[View]:
        at = f"/#/experiments/{given['experiment']}"
        return [
            View("trace", f"{at}/traces?selectedEvaluationId={given['trace']}",
                 least(SPAN, TEXT), SPAN, "ten rows with name and duration"),
            View("run", f"{at}/runs/{given['run']}/traces",
                 least("[role=row]", "(row) => row.textContent.includes('Question')"), "[role=row]",
                 "ten rows with request and response"),
        ]  # fmt: skip

    return Product("MLflow", lambda: serving.mlflow_server(peers.python_of("mlflow"), folder), views)
