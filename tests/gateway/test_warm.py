"""Answers made before anybody asks: what is kept, for whom, what is told, and that nothing stale is ever given."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from loomwork.gateway.caching.warming import Report, Wanted, Warming, count_of, frequent, read_file
from loomwork.kernel.errors.warming import WarmFileMissing, WarmLineWrong
from loomwork.testing.replies import Fault, Rule, Script
from tests.gateway.asking import ask, hello, words
from tests.gateway.running import Running, running

APP = """
from loomwork import model, step

@step
async def exactly(question: str) -> str:
    return await model("exact").ask("Say: {{ question }}", question=question)

@step
async def drawn(question: str) -> str:
    return await model("smart").ask("Say: {{ question }}", question=question)
"""
STEPS = '\n[serve.exactly]\nstep = "app:exactly"\nshare = true\n[serve.drawn]\nstep = "app:drawn"\nshare = true\n'
KEPT = STEPS + 'memo = "1h"\n'


def chat(model: str, text: str, **more: Any) -> Wanted:
    return Wanted("/v1/chat/completions", hello(model, text, **more), text)


def warmed(served: Running, *wanted: Wanted) -> Report:
    """Make answers ahead, as the server does beside its requests."""
    work = Warming(lambda: wanted).work(served.gateway)
    return asyncio.run_coroutine_threadsafe(work, served.loop).result(20)


async def test_what_was_made_ahead_is_given_to_everybody_and_the_model_is_not_asked(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        report = warmed(served, chat("smart", "hello"), chat("exact", "hello"))
        assert (report.asked, report.answered, report.failed) == (2, 2, [])
        assert report.cost.amounts[0].micros > 0
        assert served.double.calls == 2
        keys = [served.key(owner=who) for who in ("ada", "bea")]
        for key in keys:
            for model in ("smart", "exact"):
                got = await ask(served, hello(model, user=key[:8]), headers={"x-api-key": key})
                assert got.headers["x-loomwork-cache"] == "warm"
        streamed = await ask(served, hello("smart", stream=True), headers={"x-api-key": keys[0]})
        whole = await ask(served, hello("smart"), headers={"x-api-key": keys[1]})
        assert words(streamed.body) == whole.text
        assert served.double.calls == 2
        rows = served.notes.until(6)
        assert {row.cached for row in rows} == {"warm"}
        assert all(row.cost_micros == 0 < row.saved_micros for row in rows)


async def test_another_question_no_cache_and_what_is_confidential_are_asked(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        warmed(served, chat("exact", "hello"))
        for body, headers in (
            (hello("exact", "hello!"), {}),
            (hello("exact", max_tokens=5), {}),
            (hello("exact"), {"cache-control": "no-cache"}),
            (hello("exact"), {"x-loomwork-confidential": "internal"}),
        ):
            assert (await ask(served, body, headers=headers)).headers["x-loomwork-cache"] != "warm"


async def test_a_key_gets_only_what_it_may_ask_for(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        warmed(served, chat("exact", "hello"))
        key = served.key(owner="ada", models=["smart"])
        assert (await ask(served, hello("exact"), headers={"x-api-key": key})).status == 403


async def test_another_release_is_given_nothing_of_it(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        release = ["one"]
        served.gateway.release = lambda: release[0]
        warmed(served, chat("smart", "hello"))
        first = await ask(served, hello("smart"))
        release[0] = "two"
        second = await ask(served, hello("smart"))
        assert (first.headers["x-loomwork-cache"], first.headers["x-loomwork-release"]) == ("warm", "one")
        assert (second.headers["x-loomwork-cache"], second.headers["x-loomwork-release"]) == ("off", "two")


async def test_a_changed_model_is_asked_anew_and_the_same_one_is_not(tmp_path: Path) -> None:
    script = Script()
    with running(tmp_path, script=script) as served:
        warmed(served, chat("smart", "hello"))
        port = int(served.double.root.rpartition(":")[2])
    with running(tmp_path, script=script, port=port) as served:
        report = warmed(served, chat("smart", "hello"))
        assert (served.double.calls, report.answered) == (0, 1)  # what was drawn for it before is remembered
        assert not report.cost.amounts
    with running(tmp_path, script=script, port=port) as served:
        warmed(served, chat("smart", "hello", max_tokens=9))
        assert served.double.calls == 1


async def test_what_fails_is_named_and_the_rest_is_answered(tmp_path: Path) -> None:
    script = Script(faults=(Fault(kind="status", status=500, when="poison"),))
    with running(tmp_path, STEPS, app=APP, script=script) as served:
        report = warmed(
            served, chat("exact", "poison"), chat("exact", "fine"), chat("nobody", "hello"), chat("drawn", "hello")
        )
        assert report.answered == 1
        failed = {each.where: type(each.error).__name__ for each in report.failed}
        assert failed.keys() == {"poison", "hello"}
        assert {type(each.error).__name__ for each in report.failed} == {"ServerError", "NotServed", "WarmNotKept"}
        assert (await ask(served, hello("exact", "fine"))).headers["x-loomwork-cache"] == "warm"


async def test_a_steps_answer_is_left_to_the_memo_which_verifies_it(tmp_path: Path) -> None:
    with running(tmp_path, KEPT, app=APP) as served:
        report = warmed(
            served,
            chat("exactly", "hello"),
            chat("drawn", "hello"),
            Wanted("/v1/steps/exactly", {"question": "by its own address"}, "x"),
        )
        assert (report.answered, served.double.calls) == (3, 3)
        for name in ("exactly", "drawn"):
            assert (await ask(served, hello(name))).headers["x-loomwork-cache"] == "warm"
        own = await ask(served, {"question": "by its own address"}, path="/v1/steps/exactly")
        assert own.headers["x-loomwork-cache"] == "warm"
        assert served.double.calls == 3
        assert {row.cached for row in served.notes.until(3)} == {"warm"}


async def test_a_step_that_is_not_shared_is_not_answered_ahead_where_keys_are_asked_for(tmp_path: Path) -> None:
    with running(tmp_path, STEPS.replace("share = true\n", ""), app=APP) as served:
        assert warmed(served, chat("exactly", "hello")).answered == 1
        served.key(owner="ada")
        (failed,) = warmed(served, chat("exactly", "hello")).failed
        assert type(failed.error).__name__ == "WarmNotShared"


async def test_a_cache_that_is_off_keeps_nothing_ahead_either(tmp_path: Path) -> None:
    with running(tmp_path, '[gateway]\ncache = "off"\n') as served:
        (failed,) = warmed(served, chat("exact", "hello")).failed
        assert type(failed.error).__name__ == "WarmCacheOff"
        assert served.double.calls == 0


async def test_the_most_frequent_questions_of_the_traces_come_first_and_nobodys_own(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        store = served.workspace.store
        asked = [("often", "u1"), ("often", "u2"), ("often", "u3"), ("twice", "u1"), ("twice", "u2"), ("once", "u1")]
        asked += [("own", "u1")] * 4
        for text, user in asked:
            await ask(served, hello("smart", text, stream=user == "u2", **({} if text == "twice" else {"user": user})))
        for text in ("secret", "secret"):
            await ask(served, hello("claude", text, max_tokens=5), headers={"x-loomwork-confidential": "internal"})
        served.workspace.runtime.recorder.flush()
        rows = served.notes.until(len(asked) + 2)
        store.requests.put(rows)
        found = frequent(store, 10)
        assert [each.body["messages"][0]["content"] for each in found] == ["often", "twice"]
        assert [each.body["messages"][0]["content"] for each in frequent(store, 1)] == ["often"]
        assert warmed(served, *found).answered == 2
        assert (await ask(served, hello("smart", "twice", user="u9"))).headers["x-loomwork-cache"] == "warm"
        served.workspace.runtime.recorder.flush()
        assert len(frequent(store, 10)) == 2  # what was made ahead does not count as asked


async def test_it_works_beside_the_server_and_tells_how_far_it_has_come(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with running(tmp_path, script=Script(rules=(Rule(text="noon"),))) as served:
        work = Warming(
            lambda: [chat("smart", f"q{n}") for n in range(9)], lambda at: told.append((at.done, at.asked))
        ).work(served.gateway)
        asyncio.run_coroutine_threadsafe(work, served.loop).result(20)
        assert told == [(done, 9) for done in range(10)]
        assert not served.rows


@pytest.mark.parametrize(
    ("line", "path", "model"),
    [
        ({"ask": "answer", "question": "When?"}, "/v1/chat/completions", "answer"),
        ({"model": "m", "messages": []}, "/v1/chat/completions", "m"),
        ({"model": "m", "prompt": "a"}, "/v1/completions", "m"),
        ({"path": "/v1/messages", "body": {"model": "m"}}, "/v1/messages", "m"),
        ({"custom_id": "1", "method": "POST", "url": "/v1/messages", "body": {"model": "m"}}, "/v1/messages", "m"),
    ],
    ids=["question", "chat", "completions", "messages", "batch"],
)
def test_a_line_is_a_question_or_a_request(tmp_path: Path, line: dict[str, Any], path: str, model: str) -> None:
    file = tmp_path / "warm.jsonl"
    file.write_text("\n" + json.dumps(line) + "\n", encoding="utf-8")
    (found,) = read_file(file)
    assert (found.path, found.body["model"], found.where) == (path, model, "2")


@pytest.mark.parametrize(
    "line",
    ["{", "[1]", "{}", '{"question": "a"}', '{"path": "/v1/embeddings", "body": {}}', '{"path": "/v1/messages"}'],
)
def test_a_line_that_is_neither_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "warm.jsonl"
    file.write_text('{"ask": "a", "question": "b"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(WarmLineWrong) as error:
        read_file(file)
    assert error.value.fields["line"] == 2


def test_a_file_that_is_not_there_is_told_and_traces_are_no_file(tmp_path: Path) -> None:
    with pytest.raises(WarmFileMissing):
        read_file(tmp_path / "none.jsonl")
    assert (count_of("traces"), count_of("traces:7"), count_of("traces.jsonl")) == (100, 7, None)
