"""Prompts inside steps: what an edit of a prompt re-runs. The model is a builtin step over a counting double."""

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from loomwork.flow.builtin import Settled, builtin
from loomwork.flow.context import current_frame
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.references import references
from loomwork.prompts import ModelHandle
from tests.flow.lab import Lab, Opened
from tests.prompts.doubles import response

APP = """
from loomwork import Prompt, model, step

reply = Prompt("prompts/reply.md")
short = Prompt("prompts/reply.md").with_suffix("Be short.")

@step
async def answer(q: str) -> str:
    return await model("double").ask(reply, q=q)

@step
async def brief(q: str) -> str:
    return await model("double").ask(short, q=q)

@step
async def plain(q: str) -> str:
    return await model("double").ask("Plain {{ q }}", q=q)

@step
async def first(q: str) -> str:
    return await answer(q)
"""
REPLY = "---\nexamples: cases.jsonl\n---\nReply to {{ q }}"
CASES = '{"q": "a", "output": "A"}\n'


def keep(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"alias": arguments["alias"]}


def settle(_services: Mapping[str, Any], kept: Mapping[str, Any]) -> Settled:
    return Settled(identity=dict(kept))


@builtin(name="model", kind="model", semantics=1, keep=keep, settle=settle)
async def complete(alias: str, request: Request, draw: int | None = None) -> Response:
    asked = "|".join(message.text for message in request.messages)
    return response(f"(made up) {asked}")


class Resolver:
    """Models whose every call is the builtin step above."""

    def model(self, name: str) -> Any:
        return ModelHandle(name, self)  # pyright: ignore[reportArgumentType] -- completes and says takes_schema; no more is asked

    def knowledge(self, name: str) -> Any:
        raise NotImplementedError

    def complete(self, alias: str, request: Request, draw: int | None = None) -> Any:
        frame = current_frame()
        assert frame is not None
        return frame.runtime.call(complete, frame, (alias, request, draw), {})

    def takes_schema(self, alias: str) -> bool:
        return False


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import_module("loomwork.workspace.resolving")  # connects itself when first imported: before ours
    monkeypatch.chdir(tmp_path)
    lab = Lab(tmp_path, {"app.py": APP})
    lab.write("prompts/reply.md", REPLY)
    lab.write("prompts/cases.jsonl", CASES)
    with references.connected(Resolver()):
        yield lab


async def ran(lab: Lab, step: str = "answer", **options: Any) -> tuple[str, dict[str, int]]:
    with lab.open(builtins=(complete,), **options) as opened:
        opened.runtime.observer.install()
        value = await getattr(opened.app, step)("x")
        return value, opened.ran()


async def test_an_unchanged_prompt_costs_nothing(lab: Lab):
    assert await ran(lab) == ("(made up) Reply to a|A|Reply to x", {"answer": 1, "model": 1})
    assert await ran(lab) == ("(made up) Reply to a|A|Reply to x", {})


async def test_an_edited_prompt_file_runs_what_uses_it_and_nothing_else(lab: Lab):
    await ran(lab)
    await ran(lab, "plain")
    lab.edit("prompts/reply.md", "Reply to", "Answer")
    assert await ran(lab) == ("(made up) Answer a|A|Answer x", {"answer": 1, "model": 1})
    assert (await ran(lab, "plain"))[1] == {}


async def test_every_step_that_used_a_prompt_depends_on_it_though_the_file_was_read_once(lab: Lab):
    with lab.open(builtins=(complete,)) as opened:
        opened.runtime.observer.install()
        path = lab.root / "prompts" / "reply.md"
        os.utime(path, ns=(10**18, 10**18))
        first = [await opened.app.answer(q) for q in ("a", "b", "c")]
    lab.edit("prompts/reply.md", "Reply to", "Answer")
    with lab.open(builtins=(complete,)) as opened:
        again = [await opened.app.answer(q) for q in ("a", "b", "c")]
        assert opened.ran()["answer"] == 3
    assert [text.replace("Reply to", "Answer") for text in first] == again


async def test_an_edited_examples_file_runs_what_uses_it(lab: Lab):
    await ran(lab)
    lab.edit("prompts/cases.jsonl", '"A"', '"B"')
    assert await ran(lab) == ("(made up) Reply to a|B|Reply to x", {"answer": 1, "model": 1})


async def test_an_edit_that_leaves_the_request_as_it_was_costs_no_model_call(lab: Lab):
    await ran(lab, "first")
    lab.edit("prompts/reply.md", "---\nexamples", "---\ndescription: better words\nexamples")
    assert (await ran(lab, "first"))[1] == {"first": 1, "answer": 1}


async def test_an_edited_text_or_suffix_in_code_runs_its_step(lab: Lab):
    await ran(lab, "plain")
    await ran(lab, "brief")
    lab.edit("app.py", "Plain", "Simple")
    lab.edit("app.py", "Be short.", "Be brief.")
    assert await ran(lab, "plain") == ("(made up) Simple x", {"plain": 1, "model": 1})
    assert await ran(lab, "brief") == ("(made up) Reply to a|A|Reply to x\n\nBe brief.", {"brief": 1, "model": 1})


async def test_what_a_replaced_prompt_gave_is_kept_for_nobody(lab: Lab):
    lab.write("other.md", "Other {{ q }}")
    overrides = {"prompt_overrides": {"reply": lab.root / "other.md"}}
    assert (await ran(lab, services=overrides))[0] == "(made up) Other x"
    assert await ran(lab) == ("(made up) Reply to a|A|Reply to x", {"answer": 1, "model": 1})


async def test_the_step_that_asked_carries_name_and_version_of_the_prompt(lab: Lab):
    def spans(opened: Opened) -> list[dict[str, object]]:
        opened.runtime.recorder.flush()
        return [row.attributes for row in opened.runtime.store.spans.list(roots_only=False) if row.kind == "step"]

    with lab.open(builtins=(complete,)) as opened:
        opened.runtime.observer.install()
        await opened.app.answer("x")
        await opened.app.plain("x")
        version = opened.app.reply.version
        noted = [each for each in spans(opened) if "loomwork.prompt.name" in each]
    assert [(each["loomwork.prompt.name"], each["loomwork.prompt.version"]) for each in noted] == [("reply", version)]
