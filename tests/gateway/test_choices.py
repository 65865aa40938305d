"""Several choices of one streamed request: side by side, each whole, all ended together."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path

import aiohttp
import pytest

from loomwork.gateway.choices import side_by_side
from loomwork.kernel.stream import StreamEvent, TextDelta
from loomwork.testing.loop import run_virtual
from loomwork.testing.replies import Fault, Rule, Script
from tests.gateway.asking import ask, hello
from tests.gateway.running import running

APP = """
from loomwork import model, step

@step
async def answer(question: str):
    yield await model("smart").ask(question)
"""
STEP = '\n[serve.answer]\nstep = "app:answer"\nmemo = false\n'


def events(raw: bytes) -> list[dict]:
    lines = [line[6:] for line in raw.decode().split("\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


async def test_the_choices_of_a_stream_are_asked_at_once_and_each_is_whole(tmp_path: Path) -> None:
    script = Script(latency_s=0.4, rules=(Rule(text="High water is at noon."),))
    with running(tmp_path, script=script) as served:
        body = hello("smart", stream=True, n=4, stream_options={"include_usage": True})
        began = time.perf_counter()
        got = await ask(served, body)
        took = time.perf_counter() - began
        assert served.double.most_open == 4
        assert took < 1.2  # one after another would be 1.6 s
        texts = dict.fromkeys(range(4), "")
        ends: list[int] = []
        for each in events(got.body):
            for choice in each["choices"]:
                texts[choice["index"]] += choice["delta"].get("content") or ""
                if choice["finish_reason"]:
                    ends.append(choice["index"])
        assert set(texts.values()) == {"High water is at noon."}
        assert sorted(ends) == [0, 1, 2, 3]
        used = events(got.body)[-1]["usage"]
        (row,) = served.notes.until(1)
        assert used["completion_tokens"] == row.output_tokens > 0
        assert row.output_tokens % 4 == 0


async def test_a_step_with_several_choices_counts_the_tokens_of_all_of_them(tmp_path: Path) -> None:
    with running(tmp_path, STEP, app=APP) as served:
        body = hello("answer", stream=True, n=3, stream_options={"include_usage": True})
        got = await ask(served, body)
        (row,) = served.notes.until(1)
        assert events(got.body)[-1]["usage"]["prompt_tokens"] == row.input_tokens
        assert served.double.calls == 3


async def test_one_choice_that_fails_ends_the_others_and_no_client_takes_them_for_complete(tmp_path: Path) -> None:
    script = Script(
        faults=(Fault(kind="drip", seconds=0.5, calls=(1, 3)), Fault(kind="status", status=500, calls=(2,)))
    )
    with running(tmp_path, script=script) as served:
        got = await ask(served, hello("smart", stream=True, n=3))
        assert got.status >= 500
        for _ in range(200):
            if not served.double.open:
                break
            await asyncio.sleep(0.01)
        assert served.double.open == 0


async def test_when_the_client_leaves_every_choice_is_cancelled_upstream(tmp_path: Path) -> None:
    script = Script(faults=(Fault(kind="drip", seconds=0.2),))
    with running(tmp_path, script=script) as served:
        async with (
            aiohttp.ClientSession() as session,
            session.post(served.v1 + "/chat/completions", json=hello("smart", stream=True, n=3)) as answer,
        ):
            await answer.content.readany()
        (row,) = served.notes.until(1)
        assert row.status == 499
        for _ in range(200):
            if not served.double.open:
                break
            await asyncio.sleep(0.01)
        assert served.double.open == 0


def test_pieces_come_in_the_order_of_time_and_streams_are_closed_with_the_reader() -> None:
    closed: list[str] = []

    async def said(name: str, every: float) -> AsyncGenerator[StreamEvent]:
        try:
            for n in range(3):
                await asyncio.sleep(every)
                yield TextDelta(text=f"{name}{n}")
        finally:
            closed.append(name)

    async def go(most: int) -> list[str]:
        found: list[str] = []
        async with aclosing(side_by_side([said("a", 2), said("b", 0.9)])) as pieces:
            async for place, event in pieces:
                assert isinstance(event, TextDelta)
                found.append(f"{place}{event.text}")
                if len(found) == most:
                    break
        return found

    assert run_virtual(go(9)) == ["1b0", "1b1", "0a0", "1b2", "0a1", "0a2"]
    closed.clear()
    assert run_virtual(go(2)) == ["1b0", "1b1"]
    assert sorted(closed) == ["a", "b"]


def test_a_failure_is_raised_as_it_is() -> None:
    async def fails() -> AsyncGenerator[StreamEvent]:
        await asyncio.sleep(1)
        raise ValueError("no")
        yield TextDelta(text="")

    async def go() -> None:
        async for _ in side_by_side([fails(), fails()]):
            pass

    with pytest.raises(ValueError, match="no"):
        run_virtual(go())
