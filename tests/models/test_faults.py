"""Faults in virtual time: deadlines hold, and nothing partial is ever reported complete. A failing seed replays."""

import json
import random
from typing import Any

import pytest

from loomwork.kernel.errors.models import (
    ConnectionFailed,
    DeadlineExceeded,
    MalformedResponse,
    ModelError,
    RateLimited,
    StreamTruncated,
)
from loomwork.kernel.messages import Response
from loomwork.models.catalog import Catalog
from loomwork.models.protocols import Outcome
from loomwork.models.settings import ModelSettings
from loomwork.models.wire.deadlines import Deadlines
from loomwork.testing import wording
from loomwork.testing.canned import Canned, CannedTransport
from loomwork.testing.loop import LoopClock, run_virtual
from tests.models.speaking import APIS, CALLED, SAID, Api, answer, driver, events
from tests.wire.cassettes import SAMPLE, Recorded, from_sample

every_api = pytest.mark.parametrize("api", APIS)
TIMEOUT = 30.0
SAMPLED = [one for path in sorted(SAMPLE.glob("*.jsonl")) for one in from_sample(path)]


@every_api
@pytest.mark.parametrize("stop", ["end", "break"])
def test_a_stream_cut_at_any_byte_is_an_error_or_whole(api: Api, stop: Any) -> None:
    async def cut_everywhere(raw: bytes) -> None:
        expected = await answer(driver(api, CannedTransport([Canned.events(raw)])))
        for cut in range(len(raw) + 1):
            canned = Canned.events(raw[:cut], stop=stop)
            try:
                got = await answer(driver(api, CannedTransport([canned])))
            except StreamTruncated:
                assert cut < len(raw)
            else:
                assert got == expected
                assert not raw[cut:].strip()

    for reply in (SAID, CALLED):
        run_virtual(cut_everywhere(b"".join(events(api, reply))))


every_recording = pytest.mark.parametrize(
    "recorded", [one for one in SAMPLED if one.streamed], ids=lambda one: one.name
)


async def _cut(recorded: Recorded, *, step: int) -> None:
    api: Api = "openai" if recorded.api == "chat" else "anthropic"
    raw = recorded.body
    try:
        expected = await answer(driver(api, CannedTransport([Canned.events(raw)])))
    except ModelError:
        return  # a recording of a failure
    for cut in range(0, len(raw), step):
        try:
            got = await answer(driver(api, CannedTransport([Canned.events(raw[:cut])])))
        except StreamTruncated:
            continue
        assert got == expected
        assert not raw[cut:].strip()


@every_recording
def test_a_recorded_stream_cut_here_and_there_is_an_error_or_whole(recorded: Recorded) -> None:
    run_virtual(_cut(recorded, step=97))


@pytest.mark.nightly
@every_recording
def test_a_recorded_stream_cut_at_any_byte_is_an_error_or_whole(recorded: Recorded) -> None:
    run_virtual(_cut(recorded, step=1))


@every_api
def test_a_whole_answer_cut_at_any_byte_is_an_error(api: Api) -> None:
    write = wording.openai_whole if api == "openai" else wording.anthropic_whole
    raw = json.dumps(write("m", SAID)).encode()
    for cut in range(0, len(raw), 7):
        with pytest.raises((MalformedResponse, StreamTruncated)):
            run_virtual(answer(driver(api, CannedTransport([Canned(body=(raw[:cut],))])), mode="whole"))


@every_api
def test_events_that_come_twice_are_noticed(api: Api) -> None:
    twice = [event for event in events(api) for _ in range(2)]
    with pytest.raises(MalformedResponse):
        run_virtual(answer(driver(api, CannedTransport([Canned.events(*twice)]))))


@every_api
@pytest.mark.parametrize(
    "body",
    [
        b'data: {"choices": [{"delta": {"content": 7}}]}\n\n',
        b'data: {"object": "something else", "value": [1]}\n\ndata: [DONE]\n\n',
        b"data: {nonsense\n\n",
        b'data: {"type": "content_block_delta", "index": 3, "delta": {"type": "text_delta", "text": "x"}}\n\n',
        b'data: {"type": "message_stop"}\n\n',
        b'data: "text"\n\n',
        b"data: \xff\xfe\n\n",
    ],
)
def test_a_stream_of_another_shape_is_an_error(api: Api, body: bytes) -> None:
    with pytest.raises(ModelError):
        run_virtual(answer(driver(api, CannedTransport([Canned.events(body)]))))


@every_api
@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'{"choices": []}', b'{"choices": [{"message": 3}]}'])
def test_an_answer_of_another_shape_is_an_error(api: Api, body: bytes) -> None:
    with pytest.raises(MalformedResponse):
        run_virtual(answer(driver(api, CannedTransport([Canned(body=(body,))])), mode="whole"))


@every_api
def test_an_error_in_the_middle_of_a_stream_is_raised(api: Api) -> None:
    begun = events(api)[:4]
    said = {"openai": b'data: {"error": {"message": "no", "code": 429}}\n\n'}
    said["anthropic"] = b'event: error\ndata: {"type": "error", "error": {"type": "rate_limit_error"}}\n\n'
    with pytest.raises(RateLimited):
        run_virtual(answer(driver(api, CannedTransport([Canned.events(*begun, said[api])]))))


async def _timed(api: Api, canned: Canned, deadlines: Deadlines, mode: Any = "live") -> tuple[str, float]:
    clock = LoopClock()
    with pytest.raises(DeadlineExceeded) as error:
        await answer(driver(api, CannedTransport([canned]), deadlines=deadlines), mode=mode)
    return str(error.value.fields["phase"]), clock.monotonic()


@every_api
def test_a_server_that_never_answers_meets_the_total_deadline(api: Api) -> None:
    assert run_virtual(_timed(api, Canned(wait=3600), Deadlines(total=TIMEOUT), "whole")) == ("total", TIMEOUT)


@every_api
def test_a_body_that_never_ends_meets_the_total_deadline(api: Api) -> None:
    canned = Canned(body=(b"{", 10.0), stop="hang")
    assert run_virtual(_timed(api, canned, Deadlines(total=TIMEOUT), "whole")) == ("total", TIMEOUT)


@every_api
def test_a_late_first_token_meets_its_deadline_though_headers_and_comments_came(api: Api) -> None:
    canned = Canned.events(*([b": still here\n\n", 1.0] * 60))
    assert run_virtual(_timed(api, canned, Deadlines(first_token=5))) == ("first token", 5)


@every_api
def test_a_gap_between_tokens_meets_its_deadline(api: Api) -> None:
    first, *rest = events(api)
    canned = Canned.events(first, *rest[:3], 60.0, *rest[3:])
    phase, at = run_virtual(_timed(api, canned, Deadlines(between_tokens=4)))
    assert (phase, at) == ("between tokens", 4)


@every_api
def test_a_slow_drip_meets_the_total_deadline(api: Api) -> None:
    dripping: list[bytes | float] = []
    for event in events(api):
        dripping += [5.0, event]
    assert run_virtual(_timed(api, Canned.events(*dripping), Deadlines(total=17))) == ("total", 17)


@every_api
def test_a_stream_within_its_deadlines_is_whole(api: Api) -> None:
    dripping: list[bytes | float] = []
    for event in events(api):
        dripping += [1.0, event]
    deadlines = Deadlines(first_token=6, between_tokens=2, total=1000)
    got = run_virtual(answer(driver(api, CannedTransport([Canned.events(*dripping)]), deadlines=deadlines)))
    assert got.text == SAID.text


def test_an_answer_larger_than_allowed_is_refused() -> None:
    from loomwork.models.wire.exchange import Wire
    from loomwork.models.wire.failures import Origin

    wire = Wire(
        CannedTransport([Canned(body=(b"x" * 600,) * 3)]), Origin(provider="p", model="m"), headers={}, largest=1000
    )
    with pytest.raises(MalformedResponse, match="larger than 1000"):
        run_virtual(wire.whole("http://x", b"{}"))


# ---------------------------------------------------------------------------------- the whole tower, by seed


def _fault(api: Api, rng: random.Random, mode: str) -> Canned:
    """A reply that goes wrong in one of the ways that servers do."""
    raw = b"".join(events(api))
    cut = rng.randrange(len(raw))
    faults = [
        Canned(status=429, headers={}, body=(b'{"error": {"message": "slow"}}',)),
        Canned(status=429, headers={"retry-after": str(rng.choice([0, 1, 7, 50]))}, body=(b"{}",)),
        Canned(status=500, headers={}, body=(b"oops",)),
        Canned(status=529, headers={}, body=(b"",)),
        Canned(connection="refused"),
        Canned(connection="hung_up"),
        Canned(wait=3600),
        Canned.events(raw[:cut], stop=rng.choice(["end", "break", "hang"])),
        Canned.events(*[p for i in range(0, len(raw), 64) for p in (2.0, raw[i : i + 64])]),
        Canned(body=(b'{"half": ',)),
        Canned(body=(b'{"object": "other"}',)),
        Canned.events(*[event for event in events(api) for _ in range(2)]),
    ]
    good = Canned.events(raw)
    if mode == "whole":
        write = wording.openai_whole if api == "openai" else wording.anthropic_whole
        good = Canned(body=(json.dumps(write("m", SAID)).encode(),))
    return rng.choice(faults) if rng.random() < 0.7 else good


async def _call(seed: int) -> tuple[str, float, int, int, Response | ModelError]:
    rng = random.Random(seed)
    api: Api = rng.choice(APIS)
    mode: Any = rng.choice(["live", "whole"])
    transport = CannedTransport(lambda _number, _call: _fault(api, rng, mode))
    sent: list[Outcome] = []
    settings = ModelSettings(
        driver=api,
        model="m",
        base_url="http://127.0.0.1:1/v1",
        timeout=TIMEOUT,
        retries=rng.randrange(5),
        between_tokens_timeout=rng.choice([None, 5.0]),
        concurrency=rng.choice([None, 1]),
        rpm=rng.choice([None, 60]),
    )
    catalog = Catalog(
        {"m": settings},
        env={},
        clock=LoopClock(),
        rng=random.Random(seed),
        transport=transport,
        on_attempt=lambda _target, _asked: sent.append,
        now=lambda: LoopClock().now_ns() / 1e9,
    )
    begun = LoopClock().monotonic()
    result: Response | ModelError
    try:
        result = await answer(catalog.model("m"), mode=mode)
    except ModelError as error:
        result = error
    took = LoopClock().monotonic() - begun
    assert transport.open == 0, "a reply was left open"
    return f"{api} {mode}", took, len(transport.calls), len(sent), result


def _check(seed: int) -> str:
    name, took, calls, sent, result = run_virtual(_call(seed))
    assert took <= TIMEOUT + 1e-6, f"seed {seed} ({name}): {took} s"
    assert sent == calls, f"seed {seed} ({name}): {calls} requests, {sent} reported"
    if isinstance(result, Response):
        assert result.text == SAID.text, f"seed {seed} ({name}): a partial answer was reported complete"
        assert result.usage is not None
        assert result.usage.output_tokens == SAID.output_tokens
    assert run_virtual(_call(seed))[1:4] == (took, calls, sent), f"seed {seed} does not replay"
    return type(result).__name__


def test_whatever_a_server_does_deadlines_hold_and_nothing_partial_is_complete() -> None:
    seen = {_check(seed) for seed in range(150)}
    assert {"Response", "RateLimited", "ServerError", "DeadlineExceeded", "StreamTruncated"} <= seen


@pytest.mark.nightly
def test_whatever_a_server_does_in_many_more_ways() -> None:
    for seed in range(150, 20_000):
        _check(seed)


def test_a_server_that_refuses_connections_is_named_with_its_address() -> None:
    with pytest.raises(ConnectionFailed, match="http://x"):
        run_virtual(answer(driver("openai", CannedTransport([Canned(connection="refused")]))))
