"""Conversations of the gateway as turns: newest first, each with its trace, what was asked, answered and said of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.kernel.bodies import reference
from loomwork.kernel.clock import ManualClock
from loomwork.store.people import FeedbackRow, Rating
from loomwork.store.rows import RequestRow, SpanRow
from loomwork.store.sqlite.store import SqliteStore
from loomwork.studio.app import build_app
from loomwork.studio.safety import Door
from loomwork.studio.studio import Studio

NOW_NS = 1_700_000_000_000_000_000
SECOND_NS = 1_000_000_000


def a_request(number: int, *, session: str = "talk", **changes: Any) -> RequestRow:
    fields: dict[str, Any] = {
        "trace": f"{number:032x}", "at_ns": NOW_NS + number * SECOND_NS, "release": "r1", "served": "answer",
        "model": "double", "key": "", "user": "ada", "session": session, "dialect": "try", "status": 200, "error": "",
        "cached": "", "degraded": "", "streamed": True, "input_tokens": 3, "output_tokens": 4, "cost_micros": 0,
        "currency": "", "saved_micros": 0, "total_ns": 5_000_000, "first_ns": 1_000_000, "chunks": 2, "flags": 0,
    }  # fmt: skip
    return RequestRow(**(fields | changes))


def spans(number: int, question: str, answer: str) -> list[SpanRow]:
    trace, start = f"{number:032x}", NOW_NS + number * SECOND_NS
    root = SpanRow(trace=trace, span="a" * 16, name="answer", kind="request", start_ns=start, end_ns=start + 5_000_000)
    call = SpanRow(
        trace=trace, span="b" * 16, parent="a" * 16, name="app:answer", kind="step", start_ns=start + 1,
        end_ns=start + 4_000_000, input=reference(question.encode()), output=reference(answer.encode()),
    )  # fmt: skip
    return [root, call]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "store.db", clock=ManualClock(start_ns=NOW_NS))
    yield made
    made.close()


@pytest.fixture
def client(store: SqliteStore, tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "loomwork.toml").write_text("")
    studio = Studio(folder=tmp_path, store=store, store_url=f"sqlite:///{tmp_path}/store.db")
    with TestClient(build_app(studio, Door(host="127.0.0.1", port=5710)), base_url="http://127.0.0.1:5710") as client:
        yield client


def test_conversations_come_newest_first_with_what_they_came_to(client: TestClient, store: SqliteStore):
    store.requests.put(
        [a_request(1), a_request(2, session="other", user="bo"), a_request(3, status=500), a_request(4, session="")]
    )
    store.feedback.write(FeedbackRow(trace=f"{3:032x}", at_ns=NOW_NS, user="ada", rating=-1))
    told = client.get("/api/sessions").json()
    assert [(each["session"], each["requests"], each["failed"], each["down"]) for each in told["sessions"]] == [
        ("talk", 2, 1, 1), ("other", 1, 0, 0),
    ]  # fmt: skip
    assert told["more"] is False
    assert [each["session"] for each in client.get("/api/sessions?rated=down").json()["sessions"]] == ["talk"]
    assert [each["session"] for each in client.get("/api/sessions?user=bo").json()["sessions"]] == ["other"]


def test_pages_of_conversations_hold_each_once(client: TestClient, store: SqliteStore):
    store.requests.put([a_request(number, session=f"s{number % 7}") for number in range(40)])
    seen: list[str] = []
    before = ""
    while True:
        told = client.get(f"/api/sessions?limit=3&before={before}").json()
        seen += [each["session"] for each in told["sessions"]]
        before = told["next"]
        if not told["more"]:
            break
    assert seen == ["s4", "s3", "s2", "s1", "s0", "s6", "s5"]


def test_a_conversation_is_told_in_order_with_feedback_beside_it(client: TestClient, store: SqliteStore):
    store.requests.put([a_request(1), a_request(2), a_request(3, session="other")])
    store.spans.write([*spans(1, "How much?", "Ten."), *spans(2, "And now?", "Eleven.")])
    store.feedback.write(FeedbackRow(trace=f"{2:032x}", at_ns=NOW_NS, user="ada", rating=1, comment="<b>yes</b>"))
    told = client.get("/api/sessions/talk").json()
    assert [(each["question"], each["answer"], each["span"]) for each in told["turns"]] == [
        ("How much?", "Ten.", "b" * 16), ("And now?", "Eleven.", "b" * 16),
    ]  # fmt: skip
    assert [[said["comment"] for said in each["feedback"]] for each in told["turns"]] == [[], ["<b>yes</b>"]]
    assert (told["total"], told["more"]) == (2, False)
    assert (told["title"], told["user"], told["served"]) == ("How much?", "ada", "answer")


def test_a_long_conversation_comes_in_pieces_without_a_gap(client: TestClient, store: SqliteStore):
    store.requests.put([a_request(number) for number in range(120)])
    store.spans.write(spans(0, f"The very\n first {'x' * 300}", "Yes."))
    traces: list[str] = []
    before = ""
    while True:
        told = client.get(f"/api/sessions/talk?before={before}").json()
        assert told["total"] == 120
        assert told["title"].startswith("The very first xxx")
        assert len(told["title"]) == 160
        traces = [each["trace"] for each in told["turns"]] + traces
        before = told["next"]
        if not told["more"]:
            break
    assert traces == [f"{number:032x}" for number in range(120)]


def test_a_turn_whose_trace_is_gone_is_still_told(client: TestClient, store: SqliteStore):
    store.requests.put([a_request(1, error="TooBusy", status=503)])
    (turn,) = client.get("/api/sessions/talk").json()["turns"]
    assert (turn["span"], turn["question"], turn["error"]) == ("", "", "TooBusy")
    assert client.get("/api/sessions/nothing").status_code == 404
    assert client.get("/api/sessions?before=x").status_code == 422


def test_rated_traces_are_found_and_marked_in_the_list(client: TestClient, store: SqliteStore):
    store.spans.write([span for number in (1, 2, 3) for span in spans(number, "q", "a")])
    ratings: tuple[tuple[int, Rating], ...] = ((1, -1), (2, 1))
    for number, rating in ratings:
        store.feedback.write(FeedbackRow(trace=f"{number:032x}", at_ns=NOW_NS, rating=rating))
    found = {
        rated: [(int(each["trace"], 16), each["up"], each["down"]) for each in
                client.get(f"/api/traces?rated={rated}").json()["traces"]]
        for rated in ("", "yes", "up", "down")
    }  # fmt: skip
    assert found == {
        "": [(3, 0, 0), (2, 1, 0), (1, 0, 1)], "yes": [(2, 1, 0), (1, 0, 1)], "up": [(2, 1, 0)], "down": [(1, 0, 1)],
    }  # fmt: skip
