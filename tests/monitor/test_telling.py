"""Alerts reach a log, a webhook and a mail server; what does not take them is tried again, and nothing is raised."""

import asyncio
import logging
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from loomwork.kernel.clock import ManualClock
from loomwork.kernel.errors.monitor import AddressMissing
from loomwork.monitor.alerts import Change, Rule, Verdict
from loomwork.monitor.alerts.telling import Teller
from loomwork.monitor.settings import AlertTable, EmailTable, MonitorTable, WebhookTable
from loomwork.telling.words import Words
from loomwork.workspace import watching
from loomwork.workspace.opening import Workspace

CHANGE = Change(Rule(name="errors", above=0.05), "fires", Verdict(True, 0.25, 0.05, 5), 1_700_000_000_000_000_000)


def teller(monitor: MonitorTable, to: list[Any], clock: Any = None, **environ: str) -> Teller:
    return Teller(monitor, {"errors": AlertTable(above=0.05, to=to)}, environ=environ, clock=clock or ManualClock())


async def test_an_alert_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        await teller(MonitorTable(), ["log"]).tell([CHANGE, CHANGE._replace(state="over")])
    assert [each.levelname for each in caplog.records] == ["WARNING", "INFO"]
    assert "'errors'" in caplog.records[0].getMessage()
    assert "0.25" in caplog.records[0].getMessage()


async def test_a_webhook_gets_json_and_is_tried_again() -> None:
    got: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response(status=503 if len(got) < 3 else 204)

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    clock = ManualClock()
    monitor = MonitorTable(webhook=WebhookTable(url_env="HOOK"))
    telling = asyncio.ensure_future(
        teller(monitor, ["webhook"], clock, HOOK=f"http://127.0.0.1:{port}/hook").tell([CHANGE])
    )
    while not telling.done():
        if clock.sleeping:
            clock.tick(60)
        await asyncio.sleep(0)
    await runner.cleanup()
    assert len(got) == 3
    assert (got[0]["alert"], got[0]["state"], got[0]["value"], got[0]["limit"]) == ("errors", "fires", 0.25, 0.05)


async def test_a_webhook_that_never_takes_it_is_said_once_and_raises_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        clock = ManualClock()
        monitor = MonitorTable(webhook=WebhookTable(url=f"http://127.0.0.1:{taken.getsockname()[1]}/secret-path"))
        telling = asyncio.ensure_future(teller(monitor, ["webhook"], clock).tell([CHANGE]))
        while not telling.done():
            if clock.sleeping:
                clock.tick(60)
            await asyncio.sleep(0)
    said = [each.getMessage() for each in caplog.records if "could not be told" in each.getMessage()]
    assert len(said) == 1
    assert "secret-path" not in caplog.text


class Mail(threading.Thread):
    """A mail server for one message, as RFC 5321 has it; no TLS, it is on this machine."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.listens = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listens.getsockname()[1]
        self.lines: list[str] = []

    def run(self) -> None:
        connection, _ = self.listens.accept()
        with connection, connection.makefile("rwb") as file:

            def answer(text: str) -> None:
                file.write(f"{text}\r\n".encode())
                file.flush()

            answer("220 here")
            within = False
            for raw in file:
                line = raw.decode().rstrip("\r\n")
                self.lines.append(line)
                if within:
                    within = line != "."
                    if not within:
                        answer("250 taken")
                elif line.upper().startswith("EHLO"):
                    answer("250 here")
                elif line.upper() == "DATA":
                    within = True
                    answer("354 go on")
                elif line.upper() == "QUIT":
                    answer("221 bye")
                    break
                else:
                    answer("250 ok")
        self.listens.close()


async def test_a_mail_server_gets_a_message() -> None:
    mail = Mail()
    mail.start()
    table = EmailTable(
        host="127.0.0.1", port=mail.port, to=["ops@here.test"], security="none", **{"from": "w@here.test"}
    )
    await teller(MonitorTable(email=table), ["email"]).tell([CHANGE])
    await asyncio.to_thread(mail.join, 10)
    text = "\n".join(mail.lines)
    assert "Subject: [loomwork] alert 'errors'" in text
    assert "To: ops@here.test" in text
    assert "0.25" in text


@pytest.mark.parametrize(
    ("monitor", "to"),
    [
        (MonitorTable(), "webhook"),
        (MonitorTable(), "email"),
        (MonitorTable(webhook=WebhookTable(url_env="NOT_SET")), "webhook"),
    ],
)
def test_a_way_that_is_not_set_is_said_before_the_server_begins(monitor: MonitorTable, to: Any) -> None:
    with pytest.raises(AddressMissing, match="errors"):
        teller(monitor, [to])


async def test_an_alert_is_told_in_the_language_that_is_set(caplog: pytest.LogCaptureFixture) -> None:
    alerts = {"errors": AlertTable(above=0.05)}
    for language, begins in (("zh", "告警“errors”："), ("en", "alert 'errors':")):
        words = Words("zh" if language == "zh" else "en").failure
        told = Teller(MonitorTable(), alerts, environ={}, clock=ManualClock(), words=words)
        with caplog.at_level(logging.INFO):
            await told.tell([CHANGE])
        assert caplog.records[-1].getMessage().startswith(begins)


@pytest.mark.parametrize(("language", "wanted"), [("", "shell"), ("zh", "zh"), ("en", "en")])
def test_the_servers_alerts_take_the_language_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, wanted: str
) -> None:
    (tmp_path / "loomwork.toml").write_text(f'[monitor]\nlanguage = "{language}"\n')
    (tmp_path / "app.py").write_text("")
    given: list[Any] = []
    monkeypatch.setattr(watching, "Monitor", lambda *_asked, words, **_more: given.append(words))
    with Workspace.open(tmp_path, entering="never") as workspace:
        watching.monitor_of(workspace, lambda asked: lambda _error: asked or "shell")
    assert given[0](AddressMissing(name="a", way="log", problem="")) == wanted
