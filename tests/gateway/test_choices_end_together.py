"""Of several choices one fails: the others are not asked on for nobody."""

import asyncio
import json
from pathlib import Path

from loomwork.models.wire.http import Call
from loomwork.testing.canned import Canned
from tests.gateway.fuzzing.inside import inside


def test_a_choice_that_fails_ends_the_calls_of_the_others(tmp_path: Path) -> None:
    def reply(number: int, _call: Call) -> Canned:
        return Canned(status=400, body=(b'{"error": {"message": "no"}}',)) if number == 2 else Canned(stop="hang")

    with inside(tmp_path) as gateway:
        gateway.transport._replies = reply
        before = len(asyncio.all_tasks(gateway._runner.get_loop()))
        body = {"model": "wired", "n": 3, "messages": [{"role": "user", "content": "x"}]}
        got = gateway.ask("/v1/chat/completions", json.dumps(body).encode())
        assert got.status == 400
        assert len(gateway.transport.calls) == 3
        assert gateway.transport.open == 0
        assert len(asyncio.all_tasks(gateway._runner.get_loop())) == before
