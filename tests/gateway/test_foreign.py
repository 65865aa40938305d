"""Without keys a page of somebody else must not spend our money: by another name, or from another origin."""

import json
from pathlib import Path

import aiohttp
import pytest

from loomwork.gateway.admission.making import By, Wanted, create
from tests.gateway.running import running

ASKED = {"model": "smart", "messages": [{"role": "user", "content": "hello"}]}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost:5720"}, 200),
        ({"Host": "rebound.example"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
    ids=["a program", "by name", "rebound", "another page", "a file", "cross-site", "own page"],
)
async def test_without_keys_only_this_machine_is_answered(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    with running(tmp_path) as served:
        sent = {"content-type": "text/plain", **headers}
        async with aiohttp.ClientSession() as session:
            for path in ("chat/completions", "completions"):
                body = ASKED if path.startswith("chat") else {"model": "smart", "prompt": "hello"}
                async with session.post(f"{served.v1}/{path}", data=json.dumps(body), headers=sent) as answer:
                    assert answer.status == status
                    told = await answer.json()
            async with session.get(f"{served.v1}/models", headers=sent) as answer:
                assert answer.status == status
        assert len(served.double.requests) == (2 if status == 200 else 0)
        if status != 200:
            assert told["error"]["code"] == "foreign_page"


async def test_who_has_a_key_may_come_from_anywhere(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        made = create(served.workspace.store, Wanted(name="app"), By("me", served.workspace.runtime.clock.now_ns()))
        served.built.admission.ring.refresh()
        headers = {"Authorization": f"Bearer {made.secret}", "Host": "api.example", "Origin": "https://app.example"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{served.v1}/chat/completions", json=ASKED, headers=headers) as answer,
        ):
            assert answer.status == 200
