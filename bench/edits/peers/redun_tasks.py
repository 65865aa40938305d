"""redun: a task a step, kept by the SQLite backend. A task's version is its step's own source; files come as `File`."""

import asyncio
import functools
import inspect
import logging
from typing import Any

import common
from redun import File, Scheduler, task
from redun.config import Config


def step_task(name: str) -> Any:
    function = common.steps[name]

    def run(*args: Any, file: Any = None, **named: Any) -> Any:
        return common.call_now(name, *args, **named)

    run = functools.wraps(inspect.unwrap(function))(run)
    plain = inspect.signature(function)
    declared = inspect.Parameter("file", inspect.Parameter.KEYWORD_ONLY, default=None)
    run.__signature__ = plain.replace(parameters=[*plain.parameters.values(), declared])
    run.__module__ = __name__
    return task(name=name, namespace="desk")(run)


@task(name="assemble", namespace="desk", cache=False)
def assemble(text: str, passages: Any) -> Any:
    from app.shapes import Answer

    return Answer(text=text, sources=tuple(passage.id for passage in passages))


@task(name="part", namespace="desk", cache=False)
def part(value: Any, name: str) -> Any:
    return getattr(value, name)


def begin() -> Any:
    import app.main  # noqa: F401 - enters the steps

    names = ("normalise", "classify", "priority", "retrieve", "draft", "check", "format_reply")
    tasks = {name: step_task(name) for name in names}
    files = {name: File(path) for name, path in common.FILES.items()}
    scheduler = Scheduler(config=Config({"backend": {"db_uri": "sqlite:///.loomwork/redun.db"}}))
    scheduler.load()
    logging.getLogger("redun").setLevel(logging.ERROR)

    def graph(row: common.Row) -> Any:
        ticket = tasks["normalise"](row["id"], row["subject"], row["body"], row["channel"])
        text, source = part(ticket, "text"), part(ticket, "source")
        label = tasks["classify"](text, source, file=files["classify"])
        urgency = tasks["priority"](text, source)
        passages = tasks["retrieve"](text, file=files["retrieve"])
        reply = tasks["draft"](ticket, part(label, "tag"), passages, file=files["draft"])
        verdict = tasks["check"](reply)
        sent = assemble(reply, passages)
        return tasks["format_reply"](row["id"], source, label, urgency, sent, verdict, file=files["format_reply"])

    async def one(row: common.Row) -> Any:
        return await asyncio.to_thread(scheduler.run, graph(row))

    return one


if __name__ == "__main__":
    common.main(begin)
