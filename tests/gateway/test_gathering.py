"""Requests for vectors that come at nearly the same time, on real sockets."""

import asyncio
from pathlib import Path

from loomwork.testing.replies import Fault, Script
from tests.gateway.asking import Got, ask
from tests.gateway.running import Running, running

APP = """
from loomwork import step
from loomwork.models.steps import embed

@step
async def measure(question: str) -> int:
    return len(await embed("smart", [question]))
"""
STEP = '\n[serve.measure]\nstep = "app:measure"\n'
LONG = "[gateway]\ngather_ms = 300\n"


async def embed(served: Running, *texts: str, user: str = "") -> Got:
    body = {"model": "smart", "input": list(texts), **({"user": user} if user else {})}
    return await ask(served, body, path="/v1/embeddings")


async def test_requests_that_come_together_are_sent_together_each_with_its_own_span_and_share(tmp_path: Path) -> None:
    with running(tmp_path, LONG) as served:
        sent = [[f"text {n}", "word " * (n + 1)] for n in range(5)]
        got = await asyncio.gather(*(embed(served, *texts, user=f"u{n}") for n, texts in enumerate(sent)))
        assert served.double.calls == 1
        assert served.double.requests[0]["input"] == [text for texts in sent for text in texts]
        alone = await embed(served, *sent[3])
        assert served.double.calls == 1  # it is remembered: each by itself
        assert alone.body["data"] == got[3].body["data"]
        told = [each.body["usage"]["prompt_tokens"] for each in got]
        assert sum(told) == sum(max(1, len(text) // 4) for texts in sent for text in texts)
        rows = served.notes.until(6)
        assert sorted(row.input_tokens for row in rows if not row.cached) == sorted(told)
        assert {row.user for row in rows} == {"", *(f"u{n}" for n in range(5))}
        for each in got:
            spans = served.spans(each.headers["x-loomwork-trace"])
            called = [span for span in spans if span.name == "embed"]
            assert [span.attributes["loomwork.gathered"] for span in called] == [5]


async def test_a_bad_text_is_the_matter_of_who_sent_it(tmp_path: Path) -> None:
    script = Script(faults=(Fault(kind="status", status=400, when="poison", message="no"),))
    with running(tmp_path, LONG, script=script) as served:
        got = await asyncio.gather(*(embed(served, "poison" if n == 2 else f"fine {n}") for n in range(4)))
        assert [each.status for each in got] == [200, 200, 400, 200]


async def test_the_calls_of_served_steps_are_gathered_with_the_others(tmp_path: Path) -> None:
    with running(tmp_path, LONG + STEP, app=APP) as served:
        asked = {"model": "measure", "messages": [{"role": "user", "content": "how long?"}]}
        vectors, measured = await asyncio.gather(embed(served, "a"), ask(served, asked))
        assert (vectors.status, measured.text) == (200, "1")
        assert served.double.calls == 1


async def test_a_window_of_nothing_sends_each_by_itself(tmp_path: Path) -> None:
    with running(tmp_path, "[gateway]\ngather_ms = 0\n") as served:
        await asyncio.gather(embed(served, "a"), embed(served, "b"))
        assert served.double.calls == 2
