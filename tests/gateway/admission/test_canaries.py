"""A key's secret is nowhere but with its owner: used rightly and wrongly everywhere, then searched for in all bytes."""

import asyncio
import base64
import json
import logging
import random
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from loomwork.cli.main import run as type_command
from loomwork.gateway.admission import Admission, making
from loomwork.gateway.admission.making import By, Made, Wanted
from loomwork.kernel.errors.base import LoomworkError
from loomwork.models.wrappers.retry import Backoff
from loomwork.testing.loop import run_virtual
from loomwork.workspace import Workspace
from loomwork.workspace.serving import Built, build
from tests.gateway.admission.world import SETTINGS, Episode, JumpingClock, Servers

PATHS = ("/v1/chat/completions", "/v1/messages", "/v1/completions", "/v1/embeddings", "/v1/feedback", "/v1/events")
PARTS = 24
"""A piece of the secret as long as this must not be found either."""


def spellings(secret: str) -> Iterator[bytes]:
    """The secret, pieces of it, and what encodings make of them."""
    pieces = {secret, secret[3 : 3 + PARTS], secret[-PARTS:]}
    for piece in pieces:
        data = piece.encode()
        yield data
        yield quote(piece, safe="").encode()
        yield data.hex().encode()
        for shift in range(3):  # wherever it stands in what is encoded
            whole = base64.b64encode(b"x" * shift + data)
            yield whole[4 * (shift > 0) : -4]
            yield base64.urlsafe_b64encode(b"x" * shift + data)[4 * (shift > 0) : -4]


async def here(work: Any) -> Any:
    return work()


async def ask(built: Built, path: str, headers: list[tuple[bytes, bytes]], body: bytes, method: str = "POST") -> bytes:
    """Send a request and return all that came back."""
    told = bytearray()
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await asyncio.get_running_loop().create_future()
        return {}

    async def send(message: dict[str, Any]) -> None:
        told.extend(message.get("body", b""))
        told.extend(b"".join(name + value for name, value in message.get("headers", ())))

    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": headers, "root_path": "", "scheme": "http", "server": ("127.0.0.1", 1),
        "client": ("127.0.0.1", 2),
    }  # fmt: skip
    await built.app(scope, receive, send)
    return bytes(told)


async def used(folder: Path) -> tuple[list[Made], bytes]:
    """Use keys rightly and wrongly; return them and everything that anybody was told."""
    clock = JumpingClock()
    workspace = Workspace.open(folder, entering="never", environ={}, clock=clock)
    workspace.models._transport = Servers([Episode("b", "500", 0.0, 1e9, 1.0)], 1)
    workspace.models._backoff = Backoff(random.Random(1))
    by = By(actor="test", now_ns=clock.now_ns())
    store = workspace.store
    good = making.create(store, Wanted(name="good", owner="mei", budgets=["1USD"]), by)
    poor = making.create(store, Wanted(name="poor", scopes=["feedback"]), by)
    gone = making.create(store, Wanted(name="gone"), by)
    making.revoke(store, gone.row.id, by)
    old = making.create(store, Wanted(name="old", expires_s=0.0), by)
    new = making.rotate(store, "good", by, overlap_s=100)
    built = build(workspace)
    built.gateway.admission = Admission(store, clock=clock, elsewhere=here)
    said = bytearray()
    for made in (good, new, poor, gone, old):
        key = made.secret
        for presented in (key, key[:-1], key[:-1] + "0", key.swapcase(), f" {key} ", f"{key}\u00e9"):
            for path in PATHS:
                for name, value in ((b"authorization", f"Bearer {presented}"), (b"x-api-key", presented)):
                    for model in ("a", "b", "any", "nothing"):
                        body = {"model": model, "messages": [{"role": "user", "content": f"hello {path}"}],
                                "input": "x", "prompt": "x", "max_tokens": 20}  # fmt: skip
                        said += await ask(built, path, [(name, value.encode("latin-1"))], json.dumps(body).encode())
        for path in (*PATHS, "/v1/models", "/metrics", "/nowhere"):
            headers = [(b"authorization", f"Bearer {key}".encode())]
            said += await ask(built, path, headers, b'{"half', "POST")
            said += await ask(built, path, headers, b"", "GET")
        try:
            built.gateway.admission.identify(key)
        except LoomworkError:
            said += traceback.format_exc().encode()
    await built.admission.tend(ending=True)
    store.care.export(folder / "export.jsonl")
    workspace.close()
    return [good, new, poor, gone, old], bytes(said)


def test_a_secret_is_found_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loomwork.toml").write_text(SETTINGS, encoding="utf-8")
    with caplog.at_level(logging.DEBUG):
        keys, said = run_virtual(used(tmp_path))
    monkeypatch.chdir(tmp_path)
    for made in keys:
        for words in (
            ["key", "show", made.secret], ["key", "revoke", made.secret, "--json"], ["key", "list", "--all", "--json"],
            ["key", "audit", "--json"], ["key", "show", made.row.id, "--json"], ["doctor", "--json", "--quick"],
        ):  # fmt: skip
            type_command(words)
    told = "".join(capfd.readouterr())
    places = {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    places |= {"answers": said, "logs": caplog.text.encode(), "commands": told.encode()}
    assert len(said) > 10_000
    assert any(path.endswith("store.db") for path in places)
    assert keys[0].row.id.encode() in places["answers"] + places["commands"]
    found = [
        (place, spelling[:6])
        for place, data in places.items()
        for made in keys
        for spelling in spellings(made.secret)
        if spelling in data
    ]
    assert found == []


def test_the_search_finds_a_secret_in_whatever_spelling() -> None:
    key = "lw_" + "aB3dE5gH7" * 5 + "zzzz"
    for shift in range(3):
        for made in (
            key.encode(),
            base64.b64encode(b"y" * shift + key.encode() + b"tail"),
            key.encode().hex().encode(),
        ):
            assert any(spelling in made for spelling in spellings(key))
