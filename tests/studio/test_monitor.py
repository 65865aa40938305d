"""The monitor over the web API: figures from rollups, requests behind each point, alerts with their state."""

import time
from typing import Any

import pytest
from msgspec import structs
from starlette.testclient import TestClient

from loomwork.store.keys import KeyRow, SecretRow
from loomwork.store.people import EventRow, FeedbackRow, LinkRow
from loomwork.store.requests import AlertRow, ProcessSample, RequestScore
from loomwork.studio.studio import Studio
from tests.store.contract_of_requests import START_NS, a_request
from tests.store.rowmaking import MINUTE_NS, a_span
from tests.studio.running import XSS

HOUR: dict[str, Any] = {"since_ms": START_NS / 1e6, "until_ms": (START_NS + 60 * MINUTE_NS) / 1e6}


def fill(studio: Studio) -> None:
    rows = [
        a_request(f"q{n}", at_ns=START_NS + n * MINUTE_NS, key=f"k{n % 2}", user=f"u{n % 5}", session=f"s{n % 10}")
        for n in range(40)
    ]
    rows += [
        a_request("bad", at_ns=START_NS + MINUTE_NS, status=503, error="ModelDown", cost_micros=None),
        a_request("hit", at_ns=START_NS + MINUTE_NS, cached="exact", saved_micros=30, cost_micros=0),
        a_request("open", at_ns=START_NS + MINUTE_NS, flags=4, served=XSS),
    ]
    studio.store.requests.put(rows)


def get(client: TestClient, path: str, **asked: Any) -> Any:
    answer = client.get(path, params=HOUR | asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_traffic_is_told_over_time_and_by_key(client: TestClient, studio: Studio) -> None:
    fill(studio)
    told = get(client, "/api/monitor/traffic", by="key")
    assert (len(told["at_ms"]), told["every_ms"], told["at_ms"][0]) == (60, 60_000, START_NS / 1e6)
    assert (told["total"]["count"], told["total"]["failed"], told["total"]["cached"]) == (43, 1, 1)
    assert told["total"]["money"] == [{"currency": "USD", "cost_micros": 41 * 30, "saved_micros": 30}]
    assert {group["value"]: group["total"]["count"] for group in told["groups"]} == {"k1": 23, "k0": 20}
    assert [point["count"] for point in told["points"][:3]] == [1, 4, 1]
    assert get(client, "/api/monitor/traffic", key="k0")["total"]["count"] == 20


def test_speed_is_told_as_quantiles(client: TestClient, studio: Studio) -> None:
    fill(studio)
    told = get(client, "/api/monitor/speed", of="first", by="model")
    assert told["total"]["p95"] == pytest.approx(200, rel=0.05)
    assert told["groups"][0]["value"] == "fast"
    assert told["p50"][50] is None
    assert get(client, "/api/monitor/speed", of="token")["total"]["p50"] == pytest.approx(10, rel=0.05)


def test_kinds_are_told(client: TestClient, studio: Studio) -> None:
    fill(studio)
    (kind,) = get(client, "/api/monitor/kinds", of="errors")["kinds"]
    assert (kind["kind"], kind["total"], kind["counts"][1]) == ("ModelDown", 1, 1)
    (kind,) = get(client, "/api/monitor/kinds", of="hits")["kinds"]
    assert (kind["kind"], kind["total"]) == ("exact", 1)


def test_a_point_opens_its_requests_page_by_page(client: TestClient, studio: Studio) -> None:
    fill(studio)
    asked = {"since_ms": (START_NS + MINUTE_NS) / 1e6, "until_ms": (START_NS + 2 * MINUTE_NS) / 1e6}
    found = get(client, "/api/requests", **asked)
    assert (len(found["requests"]), found["next"]) == (4, "")
    failed = get(client, "/api/requests", **asked, status="failed")["requests"]
    assert [(each["error"], each["trace"]) for each in failed] == [("ModelDown", a_request("bad").trace)]
    seen: list[str] = []
    before = ""
    while True:
        page = get(client, "/api/requests", limit=9, before=before)
        seen += [each["trace"] for each in page["requests"]]
        before = page["next"]
        if not before:
            break
    assert len(seen) == len(set(seen)) == 43
    assert client.get("/api/requests", params={"before": "nonsense"}).status_code == 422


def test_quality_and_processes_are_told(client: TestClient, studio: Studio) -> None:
    store = studio.store
    store.watched.score(
        [RequestScore(trace=a_request(f"q{n}").trace, scorer="grounded", at_ns=START_NS, value=n / 2) for n in range(3)]
    )
    for rating in (1, 1, -1):
        store.feedback.write(
            FeedbackRow(trace=a_request().trace, at_ns=START_NS, user=f"u{time.time_ns()}", rating=rating)
        )
    store.watched.sample(
        ProcessSample(
            at_ns=START_NS, pid=7, cpu=0.5, rss=1000, fds=9, lag_ns=2_000_000,
            gpus='[{"name":"0 H100","used":0.5,"memory":10,"memory_of":80}]',
        )
    )  # fmt: skip
    told = get(client, "/api/monitor/quality")
    assert [(each["scorer"], each["count"], each["mean"], each["means"][0]) for each in told["scorers"]] == [
        ("grounded", 3, 0.5, 0.5)
    ]
    assert (told["up"][0], told["down"][0]) == (2, 1)
    told = get(client, "/api/monitor/processes")
    assert told["processes"][0]["lag"][0] == 2.0
    assert told["processes"][0]["state"] == "ended"  # nothing was heard of it since
    assert (told["gpus"][0]["name"], told["gpus"][0]["used"][0]) == ("0 H100", 0.5)


def test_a_process_lives_until_it_says_that_it_ends_or_is_silent(client: TestClient, studio: Studio) -> None:
    now = time.time_ns()
    plain = ProcessSample(at_ns=now, pid=0, cpu=0.1, rss=1, fds=1, lag_ns=0)
    said = {"lives": (1, 5, False), "told": (2, 1, True), "silent": (3, 40, False)}
    for pid, age_s, ended in said.values():
        studio.store.watched.sample(structs.replace(plain, pid=pid, at_ns=now - age_s * 10**9, ended=ended))
    told = client.get("/api/monitor/processes").json()["processes"]
    assert [(each["pid"], each["state"]) for each in told] == [(1, "live"), (2, "ended"), (3, "ended")]
    studio.store.watched.sample(structs.replace(plain, pid=2))  # a new process has its number
    told = {each["pid"]: each for each in client.get("/api/monitor/processes").json()["processes"]}
    assert (told[2]["state"], told[2]["since_ms"]) == ("live", now / 1e6)


def test_keys_are_called_by_their_names_and_links_by_whom_they_are_for(client: TestClient, studio: Studio) -> None:
    store = studio.store
    secret = SecretRow(key="k1", digest=b"d" * 32, ending="1234", made_ns=1)
    store.keys.create(KeyRow(id="k1", name=f"billing {XSS}", made_ns=1), secret)
    store.links.make(LinkRow(id="l1", served="answer", label="Ada", owner="ada", made_ns=1, expires_ns=2), b"t")
    rows = [a_request(f"q{n}", key=key) for n, key in enumerate(("k1", "try:l1", "k9", ""))]
    store.requests.put(rows)
    choices = get(client, "/api/monitor/choices")["keys"]
    assert [(each["id"], each["label"]) for each in choices] == [
        ("try:l1", "Ada"), ("k1", f"billing {XSS}"), ("k9", "k9"),
    ]  # fmt: skip
    groups = get(client, "/api/monitor/traffic", by="key")["groups"]
    assert {each["value"]: each["label"] for each in groups} == {
        "k1": f"billing {XSS}", "try:l1": "Ada", "k9": "k9", "": "",
    }  # fmt: skip
    listed = client.get("/api/requests").json()["requests"]
    assert sorted(each["key_label"] for each in listed) == ["", "Ada", f"billing {XSS}", "k9"]


def test_business_is_tied_to_sessions(client: TestClient, studio: Studio) -> None:
    fill(studio)
    studio.store.events.write(
        [
            EventRow(at_ns=START_NS, name="sale", session=f"s{n}", value_micros=5_000_000, currency="EUR")
            for n in (1, 1, 2)
        ]
    )
    told = get(client, "/api/monitor/business")
    assert (told["sessions"], told["users"], told["returning"]) == (10, 5, 0)
    (sale,) = told["events"]
    assert (sale["count"], sale["sessions"], sale["converted"], sale["value_micros"]) == (3, 2, 0.2, 15_000_000)


def test_alerts_show_their_rule_and_state(client: TestClient, studio: Studio) -> None:
    (studio.folder / "loomwork.toml").write_text("[alerts.errors]\nabove = 0.05\n[alerts.burn]\nobjective = 0.999\n")
    studio.store.watched.fire(
        AlertRow(name="errors", since_ns=START_NS, said='{"of":"errors","value":0.5,"limit":0.05}')
    )
    studio.store.watched.fire(AlertRow(name="gone", since_ns=START_NS))
    studio.store.watched.resolve("gone", START_NS + 5)
    told = {each["name"]: each for each in get(client, "/api/monitor/alerts")["alerts"]}
    assert {name: each["state"] for name, each in told.items()} == {"errors": "firing", "burn": "well", "gone": "over"}
    assert told["errors"]["value"] == 0.5
    assert told["errors"]["rule"] == "above = 0.05, over = 5m"


def test_what_people_asked_is_told_by_topic(client: TestClient, studio: Studio) -> None:
    texts = ["怎么退货？", "我想退货，怎么办", "退货要多久", f"发票 {XSS}"]
    for number, text in enumerate(texts):
        row = a_request(f"q{number}", flags=4 if number == 2 else 0)
        studio.store.requests.put([row])
        studio.store.spans.write([a_span(f"s{number}", trace=row.trace, preview_in=text)])
    told = get(client, "/api/monitor/topics")
    assert told["questions"] == 4
    assert sum(topic["count"] for topic in told["topics"]) == 4
    assert sum(topic["unanswered"] for topic in told["topics"]) == 1
    only = get(client, "/api/monitor/topics", only="unanswered")
    assert [topic["example"] for topic in only["topics"]] == ["退货要多久"]


def test_choices_and_wrong_times(client: TestClient, studio: Studio) -> None:
    assert get(client, "/api/monitor/choices")["any"] is False
    fill(studio)
    told = get(client, "/api/monitor/choices")
    assert (told["keys"], told["models"], told["any"]) == (
        [{"id": "k0", "label": "k0"}, {"id": "k1", "label": "k1"}], ["fast"], True,
    )  # fmt: skip
    assert client.get("/api/monitor/traffic", params={"since_ms": 5, "until_ms": 4}).status_code == 422
