"""A served project is watched: figures at /metrics, samples and alerts in the store, logs as JSON."""

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from loomwork.kernel.clock import ManualClock
from loomwork.kernel.errors.workspace import WrongSettings
from loomwork.monitor.logs import JsonLines, said_of
from loomwork.monitor.server import Monitor
from loomwork.monitor.settings import AlertTable, MonitorTable
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.workspace.settings import read_settings
from tests.store.contract_of_requests import a_request


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    yield store
    store.close()


def monitor(store: Store, clock: ManualClock, **alerts: AlertTable) -> Monitor:
    return Monitor(store, MonitorTable(), alerts, clock=clock, environ={}, pid=7)


def test_metrics_are_served_in_both_formats(store: Store) -> None:
    watched = monitor(store, ManualClock())
    watched.notes.write([a_request()])
    with TestClient(Starlette(routes=watched.routes())) as client:
        plain = client.get("/metrics")
        assert plain.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert 'loomwork_requests_total{served="answer",model="fast",status="200",cached=""} 1' in plain.text
        assert "loomwork_process_resident_bytes " in plain.text
        other = client.get("/metrics", headers={"accept": "application/openmetrics-text;version=1.0.0"})
        assert other.text.endswith("# EOF\n")
    store.requests.flush()
    assert store.requests.get(a_request().trace) == a_request()


async def until(holds: Callable[[], object], clock: ManualClock, seconds: float) -> None:
    """Move time on while the loops' threads do their work."""
    for _ in range(2_000):
        if holds():
            return
        if clock.sleeping >= 3:  # every loop waits: nothing is in a thread
            clock.tick(seconds)
        await asyncio.sleep(0.001)
    raise AssertionError("it did not come to pass")


async def test_an_alert_fires_and_is_over_in_the_store_while_the_server_runs(store: Store) -> None:
    clock = ManualClock()
    watched = monitor(store, clock, errors=AlertTable(above=0.05, over="2m", calm="1m"))
    async with watched.running():
        watched.notes.write(
            [a_request(f"q{n}", at_ns=clock.now_ns(), status=500, error="ModelDown") for n in range(40)]
        )
        await until(lambda: any(row.until_ns is None for row in store.watched.alerts()), clock, 5)
        (row,) = store.watched.alerts()
        assert row.name == "errors"
        assert json.loads(row.said)["value"] == 1.0
        await until(lambda: store.watched.alerts()[0].until_ns is not None, clock, 30)
        assert len(store.watched.samples(since_ns=0, until_ns=1 << 62)) > 0
    sample = store.watched.samples(since_ns=0, until_ns=1 << 62)[0]
    assert (sample.pid, sample.rss > 0, sample.fds > 0, sample.gpus) == (7, True, True, "")


def test_a_log_line_is_one_object_with_its_trace() -> None:
    record = logging.makeLogRecord({"name": "loomwork.gateway", "levelname": "INFO", "msg": "a\nb %d", "args": (1,)})
    record.alert = "errors"
    line = JsonLines(lambda: "ab" * 16).format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["message"], said["trace"], said["alert"], said["level"]) == ("a\nb 1", "ab" * 16, "errors", "info")
    assert said_of(a_request(user="bob", session="s"))["trace"] == a_request().trace
    assert "bob" not in json.dumps(said_of(a_request(user="bob")))


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("[alerts.a]\nabove = 0.1\nbelow = 2.0", "exactly one"),
        ('[alerts.a]\nof = "latency"\nabove = 0.1', "slower"),
        ('[alerts.a]\nof = "cost"\nabove = 5.0', "amount"),
        ("[alerts.a]\nabove = 1.5", "share"),
        ("[alerts.a]\nabov = 0.5", "above"),
        ("[alerts.a]\nobjective = 1.2", "less than 1"),
        ('[alerts.a]\nabove = 0.5\nover = "5 parsecs"', "30s"),
        ("[monitor]\nsampel = 0.5", "sample"),
        ('[monitor.email]\nhost = "mail"\nto = ["a@b.test"]', "from"),
        ("[monitor.webhook]\n", "url"),
    ],
)
def test_wrong_settings_say_what_is_wrong(toml: str, told: str) -> None:
    with pytest.raises(WrongSettings, match=told):
        read_settings(toml, [])


def test_settings_become_rules() -> None:
    settings = read_settings(
        '[alerts.spend]\nof = "cost"\nabove = "20USD"\nover = "1h"\n[alerts.burn]\nobjective = 0.999\nto = ["log"]', []
    )
    assert set(settings.alerts) == {"spend", "burn"}


async def test_a_server_logs_each_request_as_json_while_it_runs(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    watched = Monitor(store, MonitorTable(logs="json"), {}, clock=ManualClock(), environ={})
    async with watched.running():
        watched.notes.write([a_request(user="bob")])
        logging.getLogger("loomwork.gateway").warning("odd")
    logging.getLogger("loomwork.gateway").info("after")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(each["logger"], each["message"]) for each in lines] == [
        ("loomwork.requests", "request"),
        ("loomwork.gateway", "odd"),
    ]
    assert (lines[0]["trace"], lines[0]["status"], lines[0]["ms"]) == (a_request().trace, 200, 1200.0)
    assert "bob" not in json.dumps(lines)
