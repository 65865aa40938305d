"""Neither a key of ours nor one of a provider is found anywhere after the whole surface was used with them.

The provider is as talkative as one can be: its refusals, its events and its headers repeat the key that it was sent.
"""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.gateway.admission.making import By, Wanted, create
from loomwork.models.wire.http import Call
from loomwork.testing.canned import Canned
from tests.gateway.admission.test_canaries import spellings
from tests.gateway.fuzzing.bodies import ROUTES
from tests.gateway.fuzzing.inside import SETTINGS, Inside, answered, inside

THEIRS = "sk-live-Zq81Jd0vLw93Xc77Tb52Ny46Mh20Rf19"
BEARER = "Kf72hQ9sVb36Wm81Lp05Xt94Gc63Dj28"
"""One that does not look like a key."""
READS = ("/v1/models", "/v1/models/wired", "/v1/steps", "/v1/steps/plain", "/healthz", "/readyz", "/metrics",
         "/openapi.json", "/try/plain", "/try/plain/about", "/try/plain/made/" + "0" * 32, "/nowhere")  # fmt: skip


def _talkative(number: int, call: Call) -> Canned:
    """Repeat the key in whatever way a provider can, or answer."""
    sent = call.headers.get("authorization") or call.headers.get("x-api-key") or ""
    told = json.dumps(
        {"error": {"message": f"wrong key: {sent}", "code": sent, "param": sent, "type": "auth"}}
    ).encode()
    event = b"data: " + told + b"\n\n"
    match number % 7:
        case 0:
            return Canned(status=401, headers={"x-request-id": sent, "www-authenticate": sent}, body=(told,))
        case 1:
            return Canned(status=400, headers={}, body=(f"<html>{sent}</html>".encode(),))
        case 2:
            return Canned(status=500, headers={"retry-after": sent}, body=(told,))
        case 3:
            return Canned.events(event)
        case 4:
            return Canned(body=(f"no JSON {sent}".encode(),))
        case _:
            return answered(number, call)


def _settings() -> str:
    return SETTINGS.replace(
        '[models.wired]\ndriver = "openai"', '[models.wired]\ndriver = "openai"\napi_key_env = "THEIR_KEY"'
    ).replace(
        '[models.claude]\ndriver = "anthropic"', '[models.claude]\ndriver = "anthropic"\napi_key_env = "THEIR_BEARER"'
    )


def _use(gateway: Inside, secret: str) -> Iterator[bytes]:
    """Ask everything with the key, in the right places and in wrong ones; what comes back."""
    for header in ({"authorization": f"Bearer {secret}"}, {"x-api-key": secret}, {"authorization": f"Basic {secret}"}):
        for path, bodies in ROUTES.items():
            for body in bodies:
                for _ in range(4):
                    got = gateway.ask(path, json.dumps(body).encode(), headers={**header, "cache-control": "no-cache"})
                    yield repr(got.headers).encode() + got.body
            got = gateway.ask(path, b'{"half', headers=header)
            yield repr(got.headers).encode() + got.body
        for path in READS:
            got = gateway.ask(path, method="GET", headers=header)
            yield repr(got.headers).encode() + got.body


def test_no_key_is_found_anywhere(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    environ = {"THEIR_KEY": THEIRS, "THEIR_BEARER": BEARER}
    with caplog.at_level(logging.DEBUG), inside(tmp_path, settings=_settings(), environ=environ) as gateway:
        gateway.transport._replies = _talkative
        store = gateway.workspace.store
        by = By(actor="test", now_ns=gateway.workspace.runtime.clock.now_ns())
        ours = create(store, Wanted(name="ada", owner="ada"), by).secret
        gateway.built.admission.ring.refresh()
        said = b"".join(_use(gateway, ours)) + b"".join(_use(gateway, ours[:-1] + "0"))
        gateway.workspace.runtime.recorder.flush()
        store.care.export(tmp_path / "export.jsonl")
        sent = "".join(str(call.headers) for call in gateway.transport.calls)
    places = {str(path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    places |= {"answers": said, "logs": caplog.text.encode()}
    assert THEIRS in sent
    assert BEARER in sent
    assert ours not in sent, "a key of ours was sent to a provider"
    found = {
        (place, key[:6])
        for place, data in places.items()
        for key in (ours, THEIRS, BEARER)
        for spelling in spellings(key)
        if spelling in data
    }
    assert not found
