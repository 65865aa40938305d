"""The double of a model server: deterministic, counting, failing on demand."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from loomwork.testing.double import Double
from loomwork.testing.replies import Fault, Rule, Script, request_digest, vector

ASK: dict[str, Any] = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


async def post(url: str, body: Any) -> tuple[int, bytes]:
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        return response.status, await response.read()


async def test_the_answer_is_a_hash_of_the_whole_request_but_for_its_transport() -> None:
    async with Double() as double:
        said = [
            json.loads((await post(f"{double.url}/chat/completions", body))[1])["choices"][0]["message"]["content"]
            for body in (ASK, ASK, {**ASK, "temperature": 0}, {**ASK, "stream_options": {"include_usage": True}})
        ]
        assert said[0] == said[1] == said[3] != said[2]
        assert (double.calls, len(double.seen)) == (4, 2)


async def test_the_same_text_comes_whole_and_streamed() -> None:
    async with Double() as double:
        whole = json.loads((await post(f"{double.root}/v1/messages", ASK))[1])
        streamed = (await post(f"{double.root}/v1/messages", {**ASK, "stream": True}))[1].decode()
        datas = [json.loads(line[5:]) for line in streamed.splitlines() if line.startswith("data:")]
        text = "".join(one["delta"].get("text", "") for one in datas if one["type"] == "content_block_delta")
        assert whole["content"][0]["text"] == text


async def test_a_rule_decides_and_a_schema_is_met() -> None:
    async with Double(Script(rules=(Rule(when="weather", tool="look", arguments={"a": 1}),))) as double:
        body = {"model": "m", "messages": [{"role": "user", "content": "weather?"}]}
        message = json.loads((await post(f"{double.url}/chat/completions", body))[1])["choices"][0]["message"]
        assert message["tool_calls"][0]["function"] == {"name": "look", "arguments": '{"a": 1}'}
        schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}}
        form = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
        message = json.loads((await post(f"{double.url}/chat/completions", {**ASK, "response_format": form}))[1])
        assert isinstance(json.loads(message["choices"][0]["message"]["content"])["ok"], bool)


async def test_it_fails_on_the_calls_that_the_script_names() -> None:
    faults = (Fault(kind="status", status=429, retry_after="3", calls=(2,)),)
    async with Double(Script(faults=faults)) as double:
        statuses = [(await post(f"{double.url}/chat/completions", ASK))[0] for _ in range(3)]
        assert statuses == [200, 429, 200]


async def test_it_counts_what_is_open_at_once() -> None:
    async with Double(Script(latency_s=0.05)) as double:
        await asyncio.gather(*(post(f"{double.url}/chat/completions", ASK) for _ in range(5)))
        assert double.most_open == 5
        await double.idle()


async def test_no_json_is_a_bad_request() -> None:
    async with (
        Double() as double,
        aiohttp.ClientSession() as session,
        session.post(f"{double.url}/chat/completions", data=b"{") as response,
    ):
        assert response.status == 400


def test_vectors_follow_from_their_text() -> None:
    assert vector("a", 100) == vector("a", 100) != vector("b", 100)
    assert abs(sum(x * x for x in vector("a", 100)) - 1) < 1e-9
    assert request_digest("/a", {"x": 1, "y": 2}) == request_digest("/a", {"y": 2, "x": 1})


@pytest.fixture
def program(tmp_path: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "loomwork.testing.double", "--port", "0", "--log", str(tmp_path / "log.jsonl")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


async def test_as_a_program_it_prints_its_address_and_can_be_asked_and_told(program: str, tmp_path: Path) -> None:
    root = program.removesuffix("/v1")
    await post(f"{program}/chat/completions", ASK)
    await post(f"{root}/double/script", {"rules": [{"text": "told"}]})
    assert b'"told"' in (await post(f"{program}/chat/completions", ASK))[1]
    async with aiohttp.ClientSession() as session, session.get(f"{root}/double/calls") as response:
        counts = await response.json()
    assert (counts["calls"], counts["distinct"], counts["open"]) == (2, 1, 0)
    await post(f"{root}/double/reset", {})
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["body"] for line in lines] == [ASK, ASK]
