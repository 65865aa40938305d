"""What tells about the server is told to those who may ask it; failures keep the name of what failed."""

from pathlib import Path

import aiohttp
import pytest

from loomwork.monitor.meters import Meters
from tests.gateway.asking import ask, hello
from tests.gateway.running import running

APP = """
from loomwork import step

@step
async def broken(question: str) -> str:
    raise ValueError("x")

@step
async def sound(question: str) -> str:
    return question
"""
TABLES = '[serve.broken]\nstep = "app:broken"\n[serve.sound]\nstep = "app:sound"\n'


async def _get(url: str, key: str = "") -> tuple[int, str]:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("path", ["/metrics", "/openapi.json"])
async def test_what_names_the_steps_needs_a_key_where_requests_do(tmp_path: Path, path: str) -> None:
    with running(tmp_path, TABLES, app=APP) as served:
        assert (await _get(served.url + path))[0] == 200
        key = served.key()
        status, said = await _get(served.url + path)
        assert (status, "missing_api_key" in said) == (401, True)
        assert (await _get(served.url + path, key))[0] == 200
        assert [(await _get(served.url + open_))[0] for open_ in ("/healthz", "/readyz")] == [200, 200]


async def test_metrics_name_what_failed_and_what_answered(tmp_path: Path) -> None:
    with running(tmp_path, TABLES, app=APP) as served:
        await ask(served, hello("broken"))
        await ask(served, {"question": "?"}, path="/v1/steps/broken")
        await ask(served, {"question": "?"}, path="/v1/steps/sound")
        await ask(served, hello("no such thing"))
        rows = served.notes.until(4)
        assert [(row.served, row.model) for row in rows][2:] == [("sound", "sound"), ("", "")]
        meters = Meters()
        meters.write(rows)
        [requests, errors, *_] = meters.counters
    assert dict(requests.values) == {
        ("broken", "", "500", ""): 2,
        ("sound", "sound", "200", ""): 1,
        ("", "", "404", ""): 1,
    }
    assert errors.values[("broken", "ValueError")] == 2
