"""What is answered without asking the model, and what never is."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from loomwork.gateway.caching.exact import Answer, Exact
from loomwork.kernel.messages import Message, Response
from loomwork.testing.replies import Fault, Script
from tests.gateway.asking import ask, hello, words
from tests.gateway.running import running


async def test_the_same_request_is_answered_from_memory_whole_and_streamed(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        first = await ask(served, hello("exact"))
        again = await ask(served, hello("exact"))
        streamed = await ask(served, hello("exact", stream=True))
        assert served.double.calls == 1
        assert (first.headers["x-loomwork-cache"], again.headers["x-loomwork-cache"]) == ("miss", "hit")
        assert again.body == first.body
        assert words(streamed.body) == first.text
        rows = served.notes.until(3)
        assert [row.cached for row in rows] == ["", "exact", "exact"]
        assert rows[0].cost_micros == rows[1].saved_micros == rows[2].saved_micros
        assert rows[0].cost_micros
        assert rows[1].cost_micros == 0
        assert first.headers["x-loomwork-trace"] != again.headers["x-loomwork-trace"]


async def test_a_streamed_answer_is_kept_for_whole_ones(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        streamed = await ask(served, hello("exact", stream=True))
        again = await ask(served, hello("exact", stream=True))
        whole = await ask(served, hello("exact"))
        assert served.double.calls == 1
        assert words(streamed.body) == words(again.body) == whole.text


async def test_a_draw_is_drawn_anew_unless_draws_are_to_be_cached(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        for _ in range(2):
            got = await ask(served, hello("smart"))
            assert got.headers["x-loomwork-cache"] == "off"
        await ask(served, hello("smart", temperature=0))
        await ask(served, hello("smart", temperature=0))
        assert served.double.calls == 3
    with running(tmp_path, '[gateway]\ncache = "all"\n') as served:
        await ask(served, hello("smart"))
        assert (await ask(served, hello("smart"))).headers["x-loomwork-cache"] == "hit"
        assert served.double.calls == 1


async def test_a_cache_that_is_off_answers_nothing(tmp_path: Path) -> None:
    with running(tmp_path, '[gateway]\ncache = "off"\n') as served:
        await ask(served, hello("exact"))
        await ask(served, hello("exact"))
        assert served.double.calls == 2


async def test_no_cache_asks_the_model_again_and_keeps_the_newer_answer(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        await ask(served, hello("exact"))
        await ask(served, hello("exact"), headers={"cache-control": "no-cache"})
        assert served.double.calls == 2
        assert (await ask(served, hello("exact"))).headers["x-loomwork-cache"] == "hit"


async def test_the_memo_answers_when_the_server_was_started_anew(tmp_path: Path) -> None:
    script = Script()
    with running(tmp_path, script=script) as served:
        first = await ask(served, hello("exact"))
        port = served.double.root.rpartition(":")[2]
    with running(tmp_path, script=script, port=int(port)) as served:
        again = await ask(served, hello("exact"))
        assert served.double.calls == 0
        assert again.headers["x-loomwork-cache"] == "hit"
        assert again.text == first.text
        assert served.notes.until(1)[0].cached == "memo"


async def test_other_parameters_are_another_request(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        others: list[dict[str, Any]] = [{}, {"max_tokens": 5}, {"logit_bias": {"1": 1}}, {"user": "u2"}, {"seed": 3}]
        for more in others:
            await ask(served, hello("exact", **more))
        assert served.double.calls == 5


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_what_broke_off_is_not_kept(tmp_path: Path, stream: bool) -> None:
    script = Script(faults=(Fault(kind="cut", at=900 if stream else 200, calls=(1,)),))
    with running(tmp_path, script=script) as served:
        broken = await ask(served, hello("exact", stream=stream))
        if stream:
            assert b"[DONE]" not in broken.body
            assert b'"error"' in broken.body
        else:
            assert broken.status == 502
        good = await ask(served, hello("exact", stream=stream))
        assert good.status == 200
        assert good.headers["x-loomwork-cache"] == "miss"
        assert served.double.calls == 2


async def test_identical_requests_at_once_are_made_once(tmp_path: Path) -> None:
    with running(tmp_path, script=Script(latency_s=0.2)) as served:
        found = await asyncio.gather(*(ask(served, hello("exact")) for _ in range(10)))
        assert served.double.calls == 1
        assert len({got.text for got in found}) == 1
        assert sorted(row.cached for row in served.notes.until(10)).count("coalesced") == 9


async def test_principals_do_not_see_each_others_answers(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        made = [served.key(owner=owner) for owner in ("ada", "bob")]
        for key in (*made, *made):
            got = await ask(served, hello("exact"), headers={"authorization": f"Bearer {key}"})
            assert got.status == 200, got.body
        rows = served.notes.until(4)
        assert [row.cached for row in rows] == ["", "", "exact", "exact"]


def test_the_cache_holds_no_more_than_it_may() -> None:
    cache = Exact(limit=10_000)
    for n in range(20):
        answer = Answer(
            (Response(message=Message.assistant("x"), finish_reason="stop"),), model="m", cost_micros=0, currency=""
        )
        answer.forms["whole"] = b"y" * 1000
        cache.put(str(n).encode(), answer)
        assert cache.bytes <= 10_000
    assert cache.get(b"0") is None
    assert cache.get(b"19") is not None
    assert len(cache) == 4
