"""What a request's calls cost is held to the key's budget, however many it makes and whichever model answers."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from loomwork.gateway.admission import Admission, making
from loomwork.gateway.admission.making import By, Wanted
from loomwork.gateway.app import App
from loomwork.gateway.gateway import Gateway
from loomwork.kernel.usage import Cost, Money
from loomwork.models.wrappers.retry import Backoff
from loomwork.testing.loop import run_virtual
from loomwork.workspace import Workspace
from loomwork.workspace.serving import build
from tests.gateway.admission.world import PRICE, SETTINGS, JumpingClock, Servers

APP = """
from loomwork import model, step

@step
async def thrice(text: str) -> str:
    answers = [await model("a").ask(f"{text} {n}", max_tokens=20) for n in range(3)]
    return " ".join(answers)
"""
SERVE = """
[serve.thrice]
step = "app:thrice"
"""


async def here(work: Any) -> Any:
    return work()


class Served:
    """A gateway whose store is asked on the spot, with one key."""

    def __init__(self, folder: Path, budget: str) -> None:
        self.clock = JumpingClock()
        self.servers = Servers([], 1)
        self.workspace = Workspace.open(folder, entering="never", environ={}, clock=self.clock)
        self.workspace.models._transport = self.servers
        self.workspace.models._backoff = Backoff(random.Random(1))
        store = self.workspace.store
        self.key = making.create(store, Wanted(budgets=[budget]), By(actor="", now_ns=self.clock.now_ns()))
        gateway: Gateway = build(self.workspace).gateway
        gateway.admission = self.admission = Admission(store, clock=self.clock, elsewhere=here)
        self.app = App(gateway)

    async def ask(self, model: str, question: str) -> tuple[int, dict[str, Any]]:
        said: dict[str, Any] = {}
        body = {"model": model, "messages": [{"role": "user", "content": question}], "max_tokens": 20}
        waiting = [{"type": "http.request", "body": json.dumps(body).encode()}]

        async def receive() -> dict[str, Any]:
            return waiting.pop()

        async def send(message: dict[str, Any]) -> None:
            said.update(message)

        headers = [(b"authorization", f"Bearer {self.key.secret}".encode())]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/chat/completions",
            "query_string": b"",
            "headers": headers,
        }
        await self.app(scope, receive, send)
        return said["status"], json.loads(said["body"])

    def spent(self) -> int:
        store = self.workspace.store
        return store.budgets.spending(store.budgets.list()[0].n, "").spent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "loomwork.toml").write_text(SETTINGS + SERVE, encoding="utf-8")
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("budget", "whole", "calls"), [("0.0045USD", 1, 4), ("1USD", 3, 9)])
def test_a_step_stops_where_its_next_call_would_exceed_the_budget(
    project: Path, budget: str, whole: int, calls: int
) -> None:
    async def go() -> None:
        served = Served(project, budget)
        answers = [await served.ask("thrice", f"q{n}") for n in range(3)]
        assert [status for status, _ in answers].count(200) == whole
        for status, said in answers:
            if status != 200:
                assert (status, said["error"]["code"]) == (429, "insufficient_quota")
        assert len(served.servers.sent) <= calls
        assert served.spent() == PRICE * len(served.servers.sent) <= Money.parse(budget).micros
        served.workspace.close()

    run_virtual(go())


def test_what_was_set_aside_at_the_door_is_taken_over_by_the_first_call(project: Path) -> None:
    async def go() -> None:
        served = Served(project, "0.002USD")
        key = served.admission.identify(served.key.secret)
        most = Cost.of(Money(1500, "USD"))
        ticket = await served.admission.enter(key, "a", most=most, tokens=9, deadline=1e9)
        assert ticket.budget is not None
        first = ticket.budget.reserve(most)  # both together would not fit
        ticket.settle(Cost.of(Money(1000, "USD")))
        ticket.leave()
        ticket.budget.settle(first, Cost.of(Money(1000, "USD")))  # a call may outlive its request
        assert served.spent() == 1000
        served.workspace.close()

    run_virtual(go())
