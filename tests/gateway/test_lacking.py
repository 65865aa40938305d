"""Served steps whose knowledge base has no index yet: said at once, and not ready where nothing else is served."""

from pathlib import Path

import aiohttp

from tests.gateway.running import MODELS, Running, running

APP = """
from loomwork import knowledge, step

@step
async def answer(question: str) -> str:
    found = await knowledge("handbook").search(question)
    return found[0].text if found else ""

HANDBOOK = "handbook"
"""
OTHER = """
from loomwork import step

@step
async def echo(question: str) -> str:
    return question
"""
BASES = '[knowledge.handbook]\nsources = ["docs"]\n[knowledge.spare]\nsources = ["docs"]\n'
SERVED = '[serve.answer]\nstep = "app:answer"\n'


async def get(served: Running, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(served.url + path) as answer:
        return answer.status, await answer.text()


async def test_where_nothing_can_be_served_the_server_is_not_ready_and_says_why(tmp_path: Path) -> None:
    with running(tmp_path, BASES + SERVED, app=APP, models="") as served:
        assert served.built.lacking() == {"answer": ("handbook",)}
        assert served.built.lacking.bases == ("handbook", "spare")
        assert await get(served, "/readyz") == (503, "not ready: no index: handbook\n")
        assert (await get(served, "/healthz"))[0] == 200
        built = tmp_path / ".loomwork" / "knowledge" / "handbook"
        built.mkdir(parents=True)
        (built / "index.db").touch()
        assert await get(served, "/readyz") == (200, "ready\n")
        assert served.built.lacking.bases == ("spare",)


async def test_a_server_that_can_answer_something_is_ready(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(OTHER, encoding="utf-8")
    more = '[serve.echo]\nstep = "other:echo"\n'
    with running(tmp_path, BASES + SERVED + more, app=APP, models="") as served:
        assert served.built.lacking() == {"answer": ("handbook",)}
        assert (await get(served, "/readyz"))[0] == 200
    with running(tmp_path, BASES + SERVED, app=APP, models=MODELS) as served:
        assert (await get(served, "/readyz"))[0] == 200


async def test_the_figures_at_metrics_have_one_source(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        status, text = await get(served, "/metrics")
        assert status == 200
        assert "loomwork_requests_open 0" in text
        assert "loomwork_gateway_" not in text
