"""`loomwork serve` with try pages: real steps, a real knowledge base and its readers, sessions, rows, cancelling."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from loomwork.gateway.admission.budgets import read_budget
from loomwork.gateway.trying import secret
from loomwork.kernel.clock import SystemClock
from loomwork.store.people import LinkRow
from loomwork.store.requests import RequestFilter
from loomwork.store.rows import RequestRow
from loomwork.store.sqlite.store import SqliteStore
from tests.gateway.trying.asking import get, opened, post
from tests.gateway.trying.test_routes import events
from tests.studio.browser.conftest import environment

PROJECT = Path(__file__).parent / "project"


class Live(NamedTuple):
    """A served project, and its store opened beside it."""

    url: str
    folder: Path
    store: SqliteStore

    def session(
        self, *groups: str, served: str = "answer", budget: str = "", limits: dict[str, dict[str, int]] | None = None
    ) -> dict[str, str]:
        """Sign somebody in by link, whether or not that is needed."""
        token = secret.make()
        now = SystemClock().now_ns()
        row = LinkRow(
            id=f"l{now}", served=served, label="Ada", owner="ada", groups=groups,
            scopes=("feedback", "traces:read"), made_ns=now, expires_ns=now + 60_000_000_000,
            limits=limits or {},
        )  # fmt: skip
        if budget:
            self.store.budgets.set(read_budget(budget, row.holder))
        self.store.links.make(row, secret.hashed(token))
        answer = post(f"{self.url}/try/{served}/enter", json={"token": token})
        assert answer.status_code == 200, answer.text
        return {"cookie": answer.headers["set-cookie"].partition(";")[0]}

    def requests(self, asked: RequestFilter) -> Sequence[RequestRow]:
        """Return rows of requests; asked for a trace that nobody has, the server first writes what it still holds."""
        assert post(f"{self.url}/v1/feedback", json={"trace": "ef" * 16}).status_code == 404
        return self.store.requests.list(asked)

    def ask(self, question: str, headers: dict[str, str] | None = None, **more: Any) -> list[tuple[str, Any]]:
        body = {"session": "s1", "turns": [{"role": "user", "text": question}], **more}
        return events(post(f"{self.url}/try/answer/ask", json=body, headers=headers))


@contextmanager
def served_project(folder: Path) -> Generator[Live]:
    """Copy the project, build its base and serve it until the block ends."""
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(".loomwork", "__pycache__"))
    words = [sys.executable, "-m", "loomwork.cli.main"]
    subprocess.run([*words, "knowledge", "build", "refunds"], cwd=folder, check=True, capture_output=True,
                   env=environment())  # fmt: skip
    process = subprocess.Popen(
        [*words, "serve", "--port", "0", "--json"], cwd=folder, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["url"]
    store = SqliteStore(folder / ".loomwork/store.db", clock=SystemClock())
    try:
        yield Live(url, folder, store)
    finally:
        store.close()
        process.send_signal(signal.SIGINT)
        process.wait(30)
        process.stdout.close()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served_project(tmp_path_factory.mktemp("live") / "project") as found:
        yield found


def whole(told: list[tuple[str, Any]]) -> dict[str, Any]:
    return next(data for name, data in told if name == "answered")


def test_a_knowledge_answer_carries_citations_that_open_in_their_document(live: Live):
    answered = whole(live.ask("When do refunds arrive?"))
    assert "five working days" in answered["text"]
    (first, *_) = answered["citations"]
    wanted = {name: first[name] for name in ("doc", "start", "end", "quote")}
    found = post(f"{live.url}/try/answer/passage", json=wanted).json()
    assert found["before"] + found["quote"] + found["after"] == (PROJECT / "docs/refunds.md").read_text("utf-8")
    moved = post(f"{live.url}/try/answer/passage", json=wanted | {"start": first["start"] + 1})
    assert moved.status_code == 404


def test_a_passage_opens_for_its_readers_only(live: Live):
    board = live.session("board")
    answered = whole(live.ask("Who decides refunds above nine thousand euros?", board))
    secret_one = next(each for each in answered["citations"] if each["doc"].endswith("board.md"))
    wanted = {name: secret_one[name] for name in ("doc", "start", "end", "quote")}
    assert post(f"{live.url}/try/answer/passage", json=wanted, headers=board).json()["quote"] == secret_one["quote"]
    guest = live.session("guests")
    refused = post(f"{live.url}/try/answer/passage", json=wanted, headers=guest)
    assert (refused.status_code, refused.json()["error"]["kind"]) == (404, "PassageClosed")
    assert "nine thousand" not in refused.text
    others = whole(live.ask("Who decides refunds above nine thousand euros?", guest))
    assert "board" not in json.dumps(others["citations"])


def test_a_question_is_a_request_like_any_other(live: Live):
    headers = live.session()
    told = live.ask("When do refunds arrive?", headers, session="talk-7")
    trace = told[0][1]["trace"]
    rated = post(f"{live.url}/try/answer/feedback", json={"trace": trace, "rating": -1}, headers=headers)
    assert rated.status_code == 200
    lines = get(f"{live.url}/try/answer/made/{trace}", headers=headers).json()["lines"]
    assert (lines[0]["name"], lines[0]["kind"]) == ("answer", "request")
    assert "search" in {each["kind"] for each in lines} or lines[1]["state"] == "kept"
    (row,) = live.requests(RequestFilter(session="talk-7"))
    assert (row.trace, row.dialect, row.served, row.status, row.user) == (trace, "try", "answer", 200, "ada")
    assert row.key.startswith("try:")
    assert [each.trace for each in live.store.requests.list(RequestFilter(rated="down"))] == [trace]


def test_a_conversation_is_read_back_as_the_gateway_noted_it_for_whoever_had_it(live: Live):
    ada, bo = live.session("board"), live.session("board")
    live.ask("When do refunds arrive?", ada, session="talk-9")
    double = {"session": "talk-9", "turns": [{"role": "user", "text": "hello"}]}
    assert post(f"{live.url}/try/double/ask", json=double).status_code == 200
    (turn,) = get(f"{live.url}/try/answer/talk/talk-9", headers=ada).json()["turns"]
    assert turn["question"] == "When do refunds arrive?"
    assert "five working days" in turn["answer"]["text"]
    assert turn["answer"]["citations"]
    assert get(f"{live.url}/try/answer/talk/talk-9", headers=bo).json() == {"turns": []}
    (plain,) = get(f"{live.url}/try/double/talk/talk-9").json()["turns"]
    assert (plain["answer"]["text"], plain["error"]) == ("(scripted) hello", "")
    asked = [each.text for each in live.store.requests.questions(RequestFilter(session="talk-9"))]
    assert sorted(asked) == ["When do refunds arrive?", "hello"]  # the monitor's topics know them, too


def refusal(told: list[tuple[str, Any]]) -> str:
    return next((data["kind"] for name, data in told if name == "problem"), "")


def test_a_links_budget_is_enforced_and_is_that_links_alone(live: Live):
    def ask(headers: dict[str, str], text: str) -> str:
        body = {"session": "b", "turns": [{"role": "user", "text": text}], "fresh": True}
        return refusal(events(post(f"{live.url}/try/double/ask", json=body, headers=headers)))

    poor = live.session(served="double", budget="8400tokens")  # room for one answer of unknown length, not for two
    said = [ask(poor, f"{'word ' * 30}{number}") for number in range(6)]
    assert said[0] == ""
    assert "BudgetSpent" in said
    assert ask(live.session(served="double", budget="100000tokens"), "hello") == ""
    assert ask(live.session(served="double", budget="1USD/day"), "hello") in ("", "PriceUnknownToBudget")
    slow = live.session(served="double", limits={"": {"requests": 1}})
    assert [ask(slow, "one"), ask(slow, "two")] == ["", "RateExceeded"]


def test_hanging_up_cancels_the_step(live: Live):
    body = {"session": "s2", "turns": [{"role": "user", "text": "count"}]}
    with opened("POST", f"{live.url}/try/slowly/ask", json=body) as answer:
        seen = b""
        while b'"1 "' not in seen:
            seen += answer.read1()
    rows: Sequence[RequestRow] = ()
    for _ in range(200):  # the server is another process: asking it gives it the time
        rows = live.requests(RequestFilter(session="s2"))
        if rows:
            break
    assert [(row.status, row.error) for row in rows] == [(499, "ClientLeft")]
    assert list(live.folder.rglob("cancelled"))


def test_a_form_is_given_to_the_step_and_a_model_remembers_the_talk(live: Live):
    form = {"session": "s3", "values": {"topic": "rain", "words": 5}}
    told = events(post(f"{live.url}/try/letter/ask", json=form))
    assert whole(told)["text"] == "(scripted) A letter about rain in 5 words."
    talk = {"session": "s4", "turns": [{"role": "user", "text": "hello"}]}
    told = events(post(f"{live.url}/try/double/ask", json=talk))
    assert "".join(data["text"] for name, data in told if name == "text") == "(scripted) hello"
    about = get(f"{live.url}/try/double/about").json()
    assert (about["card"]["note"], about["card"]["remembers"]) == ("double", True)


def test_applications_send_feedback_and_events_where_no_key_is_asked_for(live: Live):
    body = {"model": "double", "messages": [{"role": "user", "content": "hi"}]}
    trace = post(f"{live.url}/v1/chat/completions", json=body).headers["x-loomwork-trace"]
    rated = post(f"{live.url}/v1/feedback", json={"trace": trace, "rating": 1, "user": "u9"})
    assert (rated.status_code, rated.json()["updated"]) == (200, False)
    assert post(f"{live.url}/v1/feedback", json={"trace": "ef" * 16, "rating": 1}).status_code == 404
    assert post(f"{live.url}/v1/events", json={"name": "sale", "value": 2}).json() == {"taken": 1}
    assert [each.user for each in live.store.feedback.of([trace])[trace]] == ["u9"]
