"""Hamilton: a node a step, `Builder().with_cache()`. A node's version is its step's own source; files are loader nodes.

The files that a step opens come in through nodes whose behaviour is "recompute", as the documentation of the cache asks
for what is loaded from outside.
"""

import inspect
import sys
import types
from pathlib import Path
from typing import Any

import common
from hamilton import driver

READS = {
    "normalise": ("id", "subject", "body", "channel"),
    "classify": ("text", "source"),
    "priority": ("text", "source"),
    "retrieve": ("text",),
    "draft": ("normalise", "tag", "retrieve"),
    "check": ("draft",),
    "format_reply": ("id", "source", "classify", "priority", "answer", "check"),
}
MODULE = "desk_nodes"


def text(normalise: Any) -> Any:
    return normalise.text


def source(normalise: Any) -> Any:
    return normalise.source


def tag(classify: Any) -> Any:
    return classify.tag


def answer(draft: Any, retrieve: Any) -> Any:
    from app.shapes import Answer

    return Answer(text=draft, sources=tuple(passage.id for passage in retrieve))


def shaped(function: Any, name: str, reads: tuple[str, ...], like: Any = None) -> Any:
    """A node of that name and those inputs; its source is that of `like`, which is what Hamilton hashes."""
    parameters = [inspect.Parameter(each, inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=Any) for each in reads]
    function.__name__ = function.__qualname__ = name
    function.__module__ = MODULE
    function.__annotations__ = {each: Any for each in (*reads, "return")}
    function.__signature__ = inspect.Signature(parameters, return_annotation=Any)
    if like is not None:
        function.__wrapped__ = inspect.unwrap(like)
    return function


def step_node(name: str) -> Any:
    reads = READS[name]

    def run(**values: Any) -> Any:
        return common.call_now(name, *(values[each] for each in reads))

    loaded = (f"{name}_file",) if name in common.FILES else ()
    return shaped(run, name, reads + loaded, like=common.steps[name])


def file_node(name: str, path: str) -> Any:
    def load() -> Any:
        return Path(path).read_text(encoding="utf-8") if Path(path).exists() else ""

    return shaped(load, f"{name}_file", ())


def begin() -> Any:
    import app.main  # noqa: F401 - enters the steps

    module = types.ModuleType(MODULE)
    nodes = [*map(step_node, READS), *(file_node(*item) for item in common.FILES.items())]
    nodes += [shaped(text, "text", ("normalise",)), shaped(source, "source", ("normalise",))]
    nodes += [shaped(tag, "tag", ("classify",)), shaped(answer, "answer", ("draft", "retrieve"))]
    for node in nodes:
        setattr(module, node.__name__, node)
    sys.modules[MODULE] = module
    files = [f"{name}_file" for name in common.FILES]
    desk = driver.Builder().with_modules(module).with_cache(path=".loomwork/hamilton", recompute=files).build()

    async def one(row: common.Row) -> Any:
        import asyncio

        return (await asyncio.to_thread(desk.execute, ["format_reply"], inputs=row))["format_reply"]

    return one


if __name__ == "__main__":
    common.main(begin)
