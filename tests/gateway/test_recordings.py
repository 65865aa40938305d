"""Recorded exchanges of real providers served as upstream come through the gateway equal to the recording.

What must be equal is what the recording says, read by nothing but JSON: text, reasoning, refusal, tool calls, end,
tokens, and the model's name. Ids of answers are ours where an answer is streamed: a stream begins before the model has
named itself.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from loomwork.models.drivers.anthropic import body as anthropic_body
from loomwork.models.drivers.openai import body as openai_body
from tests.gateway.running import Running, running
from tests.wire import compare, plain, rebuild
from tests.wire.cassettes import SAMPLE, SHARED, Recorded, from_folder, from_sample

SAMPLED = [one for path in sorted(SAMPLE.glob("*.jsonl")) for one in from_sample(path)]
PATHS = {"chat": "/v1/chat/completions", "messages": "/v1/messages"}


def _as_sent(one: Recorded) -> dict[str, Any]:
    """The recorded request as our driver spells it, from the tests' own reading (tests/wire shows the two equal)."""
    sent = one.request
    assert sent is not None
    if one.api == "chat":
        quirks = rebuild.chat_quirks(sent)
        return openai_body.write(rebuild.chat_request(sent), model=sent["model"], quirks=quirks)
    return anthropic_body.write(rebuild.messages_request(sent), model=sent["model"])


def _tables(recorded: list[Recorded], folder: Path) -> str:
    """A model a recording: its name, its spelling and its one exchange."""
    tables: list[str] = []
    for index, one in enumerate(recorded):
        assert one.request is not None
        dumped = one.dumped()
        dumped["request"]["body"] = _as_sent(one)
        (folder / f"r{index}.jsonl").write_text(json.dumps(dumped) + "\n", encoding="utf-8")
        table = {"driver": "replay", "model": one.request["model"], "path": f"r{index}.jsonl"}
        lines = [f"[models.recorded-{index}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
        if one.api == "chat":
            quirks = rebuild.chat_quirks(one.request)
            lines.append(f'quirks = {{ max_tokens = "{quirks.max_tokens}", reasoning = "{quirks.reasoning}" }}')
        tables.append("\n".join(lines))
    return "\n\n".join(tables) + "\n"


async def _ask(session: aiohttp.ClientSession, served: Running, one: Recorded, name: str, stream: bool) -> Recorded:
    """Send the recorded request to the gateway, and read what comes as a recording."""
    assert one.request is not None
    body = {**one.request, "model": name}
    body.pop("stream", None)
    if stream:
        body["stream"] = True
        if one.api == "chat":
            body["stream_options"] = {"include_usage": True}
    async with session.post(served.url + PATHS[one.api], json=body) as answer:
        said = await answer.read()
        return Recorded(
            one.source, one.index, one.url, None, answer.status, {"content-type": answer.content_type}, said
        )


def _differences(one: Recorded, got: Recorded) -> Iterator[str]:
    expected = plain.chat(one) if one.api == "chat" else plain.message(one)
    found = plain.chat(got) if one.api == "chat" else plain.message(got)
    pairs: dict[str, tuple[Any, Any]] = {
        "text": (expected.text, found.text),
        "reasoning": (expected.reasoning, found.reasoning),
        "refusal": (expected.refusal, found.refusal),
        "calls": (_calls(expected), _calls(found)),
        "finish": (expected.finish or found.finish, found.finish),
        "tokens": (expected.tokens or (found.tokens if expected.tokens is None else None), found.tokens),
        "parts": (expected.parts, found.parts),
        "kinds": ([k for k in expected.kinds], [k for k in found.kinds]),
    }
    if not got.streamed:
        pairs["id"] = (expected.id or found.id, found.id)
        pairs["model"] = (expected.model or found.model, found.model)
    for name, (mine, theirs) in pairs.items():
        if mine != theirs:
            yield f"{one.name}{' streamed' if got.streamed else ''}: {name}: {mine!r} became {theirs!r}"


def _calls(said: plain.Plain) -> list[Any]:
    return [(ident, name, json.loads(arguments or "{}")) for ident, name, arguments in said.calls.values()]


async def _check(recorded: list[Recorded], folder: Path) -> tuple[int, list[str]]:
    wrong: list[str] = []
    count = 0
    with running(folder, _tables(recorded, folder), models='[gateway]\ncache = "off"\n\n') as served:
        async with aiohttp.ClientSession() as session:
            for index, one in enumerate(recorded):
                for stream in (False, True):
                    got = await _ask(session, served, one, f"recorded-{index}", stream)
                    count += 1
                    if compare.is_failure(one):
                        if got.status == 200 and not (got.streamed and compare.is_failure(got)):
                            wrong.append(f"{one.name}: a failure became an answer")
                    elif got.status != 200:
                        wrong.append(f"{one.name}: {got.status} {got.body[:300]!r}")
                    else:
                        wrong.extend(_differences(one, got))
    return count, wrong


async def test_sampled_recordings_come_through_as_they_are(tmp_path: Path) -> None:
    recorded = [one for one in SAMPLED if one.request is not None and one.api in PATHS]
    count, wrong = await _check(recorded, tmp_path)
    assert wrong == []
    assert count == 2 * len(recorded) > 0


@cache
def everything() -> tuple[Recorded, ...]:
    pytest.importorskip("yaml", reason="the full recordings are YAML")
    if not SHARED.is_dir():
        pytest.skip(f"the full recordings are not at {SHARED}")
    return tuple(one for one in from_folder(SHARED) if one.request is not None and one.api in PATHS)


async def test_every_recording_comes_through_as_it_is(tmp_path: Path) -> None:
    count, wrong = await _check(list(everything()), tmp_path)
    assert wrong == []
    assert count == 2 * (198 + 149)
