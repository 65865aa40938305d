"""Try pages over HTTP: who gets in, for how long, from where; feedback and events; passages only for their readers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loomwork.gateway.trying.owners import Owners
from loomwork.gateway.trying.routes import LARGEST
from loomwork.gateway.trying.values import Visitor
from loomwork.kernel.clock import SystemClock
from loomwork.kernel.errors.trying import TraceNotYours
from loomwork.store.sqlite.store import SqliteStore
from tests.gateway.trying.asking import Answer, get, opened, post, request
from tests.gateway.trying.served import QUOTE, Place, serving

WANTED = {"doc": "refunds.md", "start": 11, "end": 51, "quote": QUOTE}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "store.db", clock=SystemClock())
    yield made
    made.close()


@pytest.fixture
def place(store: SqliteStore) -> Iterator[Place]:
    with serving(store) as found:
        yield found


@pytest.fixture
def closed(store: SqliteStore) -> Iterator[Place]:
    """Keys are asked for: pages open by link only."""
    with serving(store, is_open=False) as found:
        yield found


def entered(place: Place, link: str, served: str = "answer") -> Answer:
    token = link.partition("#")[2]
    return post(f"{place.url}/try/{served}/enter", json={"token": token})


def signed_in(place: Place, **options: Any) -> dict[str, str]:
    answer = entered(place, place.link(**options))
    assert answer.status_code == 200, answer.text
    return {"cookie": answer.headers["set-cookie"].partition(";")[0]}


def events(answer: Answer) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")]
    return [(lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))) for lines in blocks]


def ask(place: Place, question: str, headers: dict[str, str] | None = None) -> list[tuple[str, Any]]:
    body = {"session": "s1", "turns": [{"role": "user", "text": question}]}
    return events(post(f"{place.url}/try/answer/ask", json=body, headers=headers))


def code(answer: Answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_an_answer_comes_in_pieces_with_its_trace_first(place: Place):
    told = ask(place, "hello")
    assert [name for name, _ in told] == ["start", "text", "text", "text", "answered", "end"]
    assert told[0][1] == {"trace": f"{1:032x}", "release": "r1"}
    assert "".join(data["text"] for name, data in told if name == "text") == "A scripted **double** answers: hello"


def test_the_page_is_the_same_for_all_and_allows_nothing_from_elsewhere(closed: Place):
    answer = get(f"{closed.url}/try/answer")
    said = answer.headers["content-security-policy"]
    assert answer.status_code == 200
    assert "default-src 'none'" in said
    assert "frame-ancestors 'none'" in said
    assert "unsafe" not in said
    assert "__NONCE__" not in answer.text
    assert get(f"{closed.url}/try/assets/..%2F..%2Froutes.py").status_code == 404


def test_where_keys_are_asked_for_a_page_opens_by_link_only(closed: Place):
    assert code(get(f"{closed.url}/try/answer/about")) == (401, "signed_out")
    headers = signed_in(closed)
    about = get(f"{closed.url}/try/answer/about", headers=headers).json()
    assert (about["visitor"], about["can_rate"], about["card"]["kind"]) == ("Ada", True, "chat")
    assert ask(closed, "hello", headers)[-1][0] == "end"
    visitor = closed.serves.asked[0][2]
    assert (visitor.who.id, visitor.who.groups, visitor.id) == ("ada", {"staff"}, "try:l1")


def test_the_cookie_is_for_this_page_alone_and_out_of_reach_of_scripts(closed: Place):
    cookie = entered(closed, closed.link()).headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/try/answer"} <= {each.strip() for each in cookie.split(";")}
    session = cookie.partition(";")[0]
    headers = {"cookie": session}
    assert code(get(f"{closed.url}/try/letter/about", headers=headers)) == (401, "signed_out")


def test_a_link_signs_in_once(closed: Place):
    link = closed.link()
    assert entered(closed, link).status_code == 200
    assert code(entered(closed, link)) == (401, "link_used")


def test_a_link_leads_to_its_page_only(closed: Place):
    assert code(entered(closed, closed.link(), "letter")) == (401, "link_unknown")
    assert code(entered(closed, "x#lwt_nobody-made-this")) == (401, "link_unknown")


def test_an_expired_link_is_refused_and_a_session_ends_with_its_link(closed: Place, store: SqliteStore):
    assert code(entered(closed, closed.link(days=-1))) == (401, "link_expired")
    headers = signed_in(closed, name="l2")
    store.pool.rows("UPDATE try_links SET expires_ns = 1 WHERE id = 'l2'")
    assert code(get(f"{closed.url}/try/answer/about", headers=headers)) == (401, "link_expired")


def test_revoking_ends_the_session_at_once(closed: Place, store: SqliteStore):
    headers = signed_in(closed)
    assert get(f"{closed.url}/try/answer/about", headers=headers).status_code == 200
    store.links.revoke("l1", 5)
    assert code(get(f"{closed.url}/try/answer/about", headers=headers)) == (401, "signed_out")
    link = closed.link(name="l2")
    store.links.revoke("l2", 5)
    assert code(entered(closed, link)) == (401, "link_revoked")


def test_neither_token_nor_session_stands_in_the_store(closed: Place, store: SqliteStore, tmp_path: Path):
    link = closed.link()
    session = entered(closed, link).headers["set-cookie"].partition(";")[0].partition("=")[2]
    files = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert link.partition("#")[2].encode() not in files
    assert session.encode() not in files


@pytest.mark.parametrize(
    "header", [{"origin": "http://evil.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
               {"sec-fetch-site": "same-site"}, {"host": "evil.test"}], ids=str
)  # fmt: skip
@pytest.mark.parametrize("path", ["about", "ask", "enter", "feedback", "passage"])
def test_other_origins_are_refused(place: Place, header: dict[str, str], path: str):
    way = "GET" if path == "about" else "POST"
    answer = request(way, f"{place.url}/try/answer/{path}", headers=header, content=b"{}")
    assert code(answer) == (403, "foreign_request")
    assert place.serves.asked == []


def test_a_reader_opens_a_passage_and_another_cannot_tell_whether_it_is_there(closed: Place):
    passage = f"{closed.url}/try/answer/passage"
    found = post(passage, json=WANTED, headers=signed_in(closed)).json()
    assert (found["quote"], found["after"]) == (QUOTE, " Public holidays delay them.\n")
    other = signed_in(closed, groups=("guests",), name="l2")
    assert code(post(passage, json=WANTED, headers=other)) == (404, "passage_not_found")
    assert code(post(passage, json=WANTED)) == (401, "signed_out")


def test_feedback_of_a_page_is_kept_and_replaced(place: Place, store: SqliteStore):
    trace = ask(place, "hello")[0][1]["trace"]
    word = {"trace": trace, "rating": -1, "comment": "too short"}
    first = post(f"{place.url}/try/answer/feedback", json=word).json()
    second = post(f"{place.url}/try/answer/feedback", json=word | {"rating": 1}).json()
    assert (first["updated"], second["updated"], second["rating"]) == (False, True, 1)
    (kept,) = store.feedback.list()
    assert (kept.trace, kept.rating, kept.comment, kept.source) == (trace, 1, "too short", "try")


def test_feedback_on_somebody_elses_answer_is_refused(closed: Place, store: SqliteStore):
    trace = ask(closed, "hello", signed_in(closed))[0][1]["trace"]
    other = signed_in(closed, name="l2")
    answer = post(f"{closed.url}/try/answer/feedback", json={"trace": trace, "rating": 1}, headers=other)
    assert code(answer) == (404, "trace_not_found")
    assert store.feedback.list() == []


def test_rating_and_traces_need_their_scopes(closed: Place):
    headers = signed_in(closed, scopes=())
    trace = ask(closed, "hello", headers)[0][1]["trace"]
    rated = post(f"{closed.url}/try/answer/feedback", json={"trace": trace}, headers=headers)
    seen = get(f"{closed.url}/try/answer/made/{trace}", headers=headers)
    assert code(rated) == code(seen) == (403, "scope_missing")


def test_how_an_answer_was_made_is_told_in_order(closed: Place):
    headers = signed_in(closed)
    trace = ask(closed, "hello", headers)[0][1]["trace"]
    lines = get(f"{closed.url}/try/answer/made/{trace}", headers=headers).json()["lines"]
    told = [(each["depth"], each["name"], each["state"], each["tokens"]) for each in lines]
    assert told == [(0, "answer", "ok", 0), (1, "search", "kept", 0), (1, "model", "ok", 42)]


def key(name: str) -> dict[str, str]:
    return {"authorization": f"Bearer {name}"}


def test_applications_send_feedback_on_their_own_traces(place: Place, store: SqliteStore):
    trace = "ab" * 16
    place.trying.owners.note(trace, "key-good")
    word = {"trace": trace, "rating": 1, "user": "customer 7", "source": "app"}
    url = f"{place.url}/v1/feedback"
    assert post(url, json=word, headers=key("good")).json()["updated"] is False
    assert post(url, json=word, headers={"x-api-key": "good"}).json()["updated"] is True
    assert code(post(url, json=word, headers=key("other"))) == (404, "trace_not_found")
    assert code(post(url, json=word, headers=key("small"))) == (403, "scope_missing")
    assert code(post(url, json=word)) == (401, "missing_api_key")
    assert [(each.user, each.key, each.source) for each in store.feedback.list()] == [("customer 7", "key-good", "app")]


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ('{"trace":"x"}', "trace", "32 lower-case hex digits"),
        ('{"trace":1}', "trace", "'trace' is wrong: it must be a string"),
        ("{}", "trace", "'trace' is wrong: it is missing"),
        ("[]", None, "not a JSON object (it must be an object)"),
        ("{", None, "not a JSON object"),
        ('{"trace":"%s","rating":2}' % ("ab" * 16), "rating", "it must be one of -1, 0, 1"),
        ('{"trace":"%s","rating":"up"}' % ("ab" * 16), "rating", "it must be one of -1, 0, 1"),
        ('"' * 9, None, "not a JSON object"),
        ("[" * 100_000, None, "not a JSON object"),
    ],
    ids=range(9),
)  # fmt: skip
def test_feedback_that_cannot_be_read_is_refused_in_the_apis_shape(
    place: Place, body: str, field: str | None, says: str
):
    answer = post(f"{place.url}/v1/feedback", content=body.encode(), headers=key("good"))
    assert code(answer) == (400, "invalid_value" if field else "invalid_json")
    error = answer.json()["error"]
    assert (error["type"], error["param"]) == ("invalid_request_error", field)
    assert says in error["message"]
    assert not re.search(r"Expected|`|\$", error["message"])


def test_what_is_wrong_is_said_in_the_clients_language(place: Place):
    url, event = f"{place.url}/v1/events", {"events": [{"name": "sale"}, {"name": "sale", "value": "ten"}]}
    english = post(url, json=event, headers=key("good")).json()["error"]
    assert (english["message"].partition(" (")[0], english["kind"]) == (
        "'events[1].value' is wrong: it must be a number", "FieldWrong",
    )  # fmt: skip
    chinese = post(url, json=event, headers={**key("good"), "accept-language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert "“events[1].value”有误：应为数字" in chinese.json()["error"]["message"]
    lost = get(f"{place.url}/try/nothing/about", headers={"accept-language": "zh"})
    assert "nothing" in lost.json()["error"]["message"]
    assert re.search("[\u4e00-\u9fff]", lost.json()["error"]["message"])


def test_events_are_kept_with_their_time_and_value(place: Place, store: SqliteStore):
    url = f"{place.url}/v1/events"
    sale = {"name": "sale", "session": "s1", "value": 12.5, "currency": "usd", "at": "2026-01-02T03:04:05Z"}
    assert post(url, json=sale, headers=key("good")).json() == {"taken": 1}
    several = {"events": [{"name": "visit", "said": {"page": "/"}}, {"name": "visit", "at": 5}]}
    assert post(url, json=several, headers=key("good")).json() == {"taken": 2}
    (sold,) = store.events.list(name="sale")
    assert (sold.value_micros, sold.currency, sold.at_ns) == (12_500_000, "USD", 1_767_323_045_000_000_000)
    assert [each.said for each in store.events.list(name="visit")] == ['{"page":"/"}', "{}"]
    assert code(post(url, json=sale, headers=key("small"))) == (403, "scope_missing")


@pytest.mark.parametrize(
    "event", [{"name": " "}, {"name": "x", "at": "soon"}, {"name": "x", "at": 9e99}, {"name": "x", "value": 1e30},
              {"name": "x" * 201}, {"name": "x", "at": "2999-01-01"}, {"events": [{}]}], ids=range(7)
)  # fmt: skip
def test_an_event_that_makes_no_sense_is_refused_whole(place: Place, store: SqliteStore, event: dict[str, Any]):
    answer = post(f"{place.url}/v1/events", json=event, headers=key("good"))
    assert code(answer) == (400, "invalid_value")
    assert store.events.list() == []


def test_what_is_too_large_or_not_asked_well_is_refused(place: Place):
    ask_url = f"{place.url}/try/answer/ask"
    assert code(post(ask_url, content=b" " * (LARGEST + 1))) == (413, "too_large")
    assert code(post(ask_url, json={"session": "s", "turns": []})) == (400, "invalid_value")
    form = post(f"{place.url}/try/letter/ask", json={"session": "s", "values": {"topic": "x", "evil": 1}})
    assert (code(form), form.json()["error"]["param"]) == ((400, "invalid_value"), "values.evil")
    assert code(get(f"{place.url}/try/nothing/about")) == (404, "not_found")


def test_a_conversation_is_read_back_by_whoever_had_it_and_by_nobody_else(closed: Place):
    ada = signed_in(closed)
    url = f"{closed.url}/try/answer/talk"
    assert get(f"{url}/s1", headers=ada).json() == {"turns": []}
    assert [name for name, _ in ask(closed, "refunds", ada)][-1] == "end"
    told = ask(closed, "busy", ada)
    assert [name for name, _ in told] == ["start", "problem", "end"]
    trace = ask(closed, "and then", ada)[0][1]["trace"]
    word = {"trace": trace, "rating": -1, "comment": "no"}
    assert post(f"{closed.url}/try/answer/feedback", json=word, headers=ada).status_code == 200
    first, failed, last = get(f"{url}/s1", headers=ada).json()["turns"]
    assert (first["question"], first["answer"]["text"], first["error"]) == ("refunds", f"{QUOTE} [1]", "")
    assert first["answer"]["citations"][0]["quote"] == QUOTE
    assert (failed["answer"], failed["error"]) == (None, "TooBusy")
    assert last["answer"]["text"] == "A scripted **double** answers: and then"
    assert (last["trace"], last["rating"], last["comment"]) == (trace, -1, "no")
    other = signed_in(closed, name="l2")
    assert get(f"{url}/s1", headers=other).json() == {"turns": []}
    assert code(get(f"{url}/s1")) == (401, "signed_out")
    assert get(f"{url}/s1", headers={**ada, "origin": "http://evil.example"}).status_code == 403
    assert get(f"{closed.url}/try/letter/talk/s1", headers=ada).status_code == 401  # a session is for its page alone


def test_an_answer_that_was_made_anew_takes_the_place_of_the_one_before(place: Place):
    body = {"session": "s1", "turns": [{"role": "user", "text": "hello"}]}
    url = f"{place.url}/try/answer"
    post(f"{url}/ask", json=body)
    place.serves.script["hello"] = ["A second double answers."]
    post(f"{url}/ask", json={**body, "fresh": True})
    (turn,) = get(f"{url}/talk/s1").json()["turns"]
    assert turn["answer"]["text"] == "A second double answers."


def test_a_form_is_read_back_with_what_was_filled_in(place: Place):
    values = {"topic": "rain", "words": 5}
    post(f"{place.url}/try/letter/ask", json={"session": "s1", "values": values})
    (turn,) = get(f"{place.url}/try/letter/talk/s1").json()["turns"]
    assert (turn["values"], turn["answer"]["value"]) == (values, values)


def test_leaving_cancels_the_call(place: Place):
    body = {"session": "s1", "turns": [{"role": "user", "text": "wait"}]}
    with opened("POST", f"{place.url}/try/answer/ask", json=body) as answer:
        assert answer.read1().startswith(b"event: start")
    assert place.serves.cancelled.wait(5)


async def test_what_was_answered_long_ago_is_looked_up():
    owners = Owners(lambda _trace: None)
    with pytest.raises(TraceNotYours):
        await owners.check("ab" * 16, Visitor(id="k1"))
    owners.note("ab" * 16, "k1")
    await owners.check("ab" * 16, Visitor(id="k1"))


@pytest.mark.parametrize("path", ["feedback", "events"])
def test_where_no_key_is_asked_for_no_other_page_writes(place: Place, store: SqliteStore, path: str):
    body = {"name": "sale", "trace": "ab" * 16}
    place.trying.owners.note("ab" * 16, "key-good")
    headers = key("good") | {"origin": "http://evil.test", "content-type": "text/plain"}
    assert code(post(f"{place.url}/v1/{path}", json=body, headers=headers)) == (403, "foreign_request")
    assert (store.feedback.list(), store.events.list()) == ([], [])
