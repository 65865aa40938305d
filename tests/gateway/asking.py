"""Requests of the tests, over aiohttp."""

import json
from typing import Any, NamedTuple

import aiohttp

from tests.gateway.running import Running


class Got(NamedTuple):
    """An answer."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def text(self) -> str:
        """The words of a chat completion."""
        return self.body["choices"][0]["message"]["content"]


async def ask(
    served: Running, body: dict[str, Any], *, path: str = "/v1/chat/completions", headers: dict[str, str] | None = None
) -> Got:
    """Send one request on a connection of its own."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(served.url + path, json=body, headers=headers) as answer,
    ):
        raw = await answer.read()
        said = {name.lower(): value for name, value in answer.headers.items()}
        return Got(answer.status, said, json.loads(raw) if said["content-type"] == "application/json" else raw)


def hello(model: str, text: str = "hello", **more: Any) -> dict[str, Any]:
    """A request for a chat completion."""
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


def words(raw: bytes) -> str:
    """The words of a streamed chat completion; it must be complete."""
    events = [line[6:] for line in raw.decode().split("\n") if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    found = [json.loads(event) for event in events[:-1]]
    return "".join(c["choices"][0]["delta"].get("content") or "" for c in found if c["choices"])
