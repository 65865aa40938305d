"""One kind of fault at a time through the whole engine: what is kept, what is asked again, when."""

from typing import Any

import pytest

from loomwork.kernel.errors.models import (
    DeadlineExceeded,
    MalformedResponse,
    ModelError,
    RateLimited,
    ServerError,
    StreamTruncated,
)
from loomwork.testing.canned import Canned
from tests.sim.conftest import Stage
from tests.sim.world import APIS, ROWS, TIMEOUT_S, Api
from tests.wire.cassettes import SAMPLE, Recorded, from_sample

every_api = pytest.mark.parametrize("api", APIS)
STREAMS = [one for path in sorted(SAMPLE.glob("*.jsonl")) for one in from_sample(path) if one.streamed]


def recorded(api: Api, longest: int) -> Recorded:
    """The longest recorded stream of a protocol that is not longer than that."""
    name = "chat" if api == "openai" else "messages"
    return max((one for one in STREAMS if one.api == name and len(one.body) < longest), key=lambda one: len(one.body))


@every_api
@pytest.mark.parametrize("stop", ["end", "break"])
def test_a_recorded_stream_cut_anywhere_is_memoised_only_if_whole(stage: Stage, api: Api, stop: Any) -> None:
    cut_everywhere(stage, api, stop, recorded(api, 8_000).body, every=61)


@pytest.mark.nightly
@every_api
@pytest.mark.parametrize("stop", ["end", "break"])
def test_a_recorded_stream_cut_at_every_byte_is_memoised_only_if_whole(stage: Stage, api: Api, stop: Any) -> None:
    cut_everywhere(stage, api, stop, recorded(api, 8_000).body, every=1)


def cut_everywhere(stage: Stage, api: Api, stop: Any, raw: bytes, *, every: int) -> None:
    """Give each row the stream cut at another byte; then give all of them the whole."""
    cuts = [*range(0, len(raw), every), *range(max(0, len(raw) - 4), len(raw) + 1)]
    world = stage.own(f"cut_{api}_{stop}", api, rows=len(cuts))

    def cut(body: dict[str, Any]) -> Canned:
        row = int(str(body["messages"]).rpartition("row ")[2].rstrip("'\"}] "))
        return Canned.events(raw[: cuts[row]], stop=stop)

    world.servers.instead = cut
    told = world.play(target="tell", rows=len(cuts))
    whole = [not raw[at:].strip() for at in cuts]
    got = [output is not None for output in told.outputs]
    assert all(isinstance(problem, StreamTruncated) for problem in told.report.problems)
    assert sum(got) >= 1
    assert all(not was or is_whole for was, is_whole in zip(got, whole, strict=True))
    assert len({str(output) for output in told.outputs if output is not None}) == 1
    assert len(world.memos_kept()) == sum(got)
    assert told.report.totals.requests == len(cuts)
    world.servers.instead = lambda _body: Canned.events(raw)
    again = world.play(target="tell", rows=len(cuts))
    assert again.report.ok == len(cuts)
    assert again.sent == len(cuts) - sum(got)


FAULTS: list[tuple[str, Canned, type[ModelError], float]] = [
    ("429", Canned(status=429, headers={}, body=(b"{}",)), RateLimited, 0.0),
    ("429 later", Canned(status=429, headers={"retry-after": "7"}, body=(b"{}",)), RateLimited, 0.0),
    ("500", Canned(status=500, headers={}, body=(b"oops",)), ServerError, 0.0),
    ("hang", Canned(wait=3_600.0), DeadlineExceeded, TIMEOUT_S),
    ("drip", Canned(body=(b"{", *(9.0, b" ") * 100)), DeadlineExceeded, TIMEOUT_S),
    ("half", Canned(body=(b'{"half": ',)), MalformedResponse, 0.0),
    ("other", Canned(body=(b'{"object": "other"}',)), MalformedResponse, 0.0),
]


@every_api
@pytest.mark.parametrize(("name", "canned", "kind", "took"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_failed_request_fails_its_item_and_is_the_only_one_asked_again(
    stage: Stage, api: Api, name: str, canned: Canned, kind: type[ModelError], took: float
) -> None:
    world = stage.world(api, 0)
    world.servers.instead = lambda body: canned if "row 2" in str(body) else None
    told = world.play(target="say")
    assert (told.report.ok, told.report.failed, told.sent) == (ROWS - 1, 1, ROWS)
    assert isinstance(told.report.problems[0], kind)
    assert told.took_s == pytest.approx(took)
    assert told.report.totals.requests == ROWS
    world.servers.instead = lambda _body: None
    again = world.play(target="say")
    assert (again.report.ok, again.sent, again.report.totals.requests) == (ROWS, 1, 1)
    assert [output for at, output in enumerate(again.outputs) if at != 2] == [
        output for at, output in enumerate(told.outputs) if at != 2
    ]


@every_api
def test_a_request_that_is_told_to_wait_waits_so_long_and_counts_each_sending(stage: Stage, api: Api) -> None:
    world = stage.world(api, 2)
    sent: list[Canned | None] = [Canned(status=429, headers={"retry-after": "7"}, body=(b"{}",)), None]
    world.servers.instead = lambda _body: sent.pop(0) if sent else None
    told = world.play(target="say", rows=1)
    assert (told.report.ok, told.sent, told.report.totals.requests) == (1, 2, 2)
    assert 7.0 <= told.took_s <= 7.8
    (count,) = [each for each in told.report.as_json()["steps"] if each["kind"] == "model"]
    assert (count["calls"], count["ran"], count["failed"]) == (1, 1, 0)


@every_api
def test_a_wait_that_the_deadline_forbids_is_not_begun(stage: Stage, api: Api) -> None:
    world = stage.world(api, 2)
    world.servers.instead = lambda _body: Canned(status=429, headers={"retry-after": "50"}, body=(b"{}",))
    told = world.play(target="say", rows=1)
    assert (told.report.failed, told.sent, told.took_s) == (1, 1, 0.0)


@every_api
def test_an_answer_of_another_schema_is_asked_for_again_and_no_more_than_twice(stage: Stage, api: Api) -> None:
    world = stage.world(api, 0)
    wrong = b'{"label": 7}'
    world.servers.instead = lambda body: _answer(api, wrong)
    told = world.play(target="judge", rows=2)
    assert told.report.failed == 2
    assert told.sent == told.report.totals.requests <= 2 * 3
    world.servers.instead = lambda _body: None
    again = world.play(target="judge", rows=2)
    assert (again.report.ok, again.report.failed) == (0, 2), "the wrong answers are memos: the model did say so"
    assert again.sent == 0


def _answer(api: Api, text: bytes) -> Canned:
    import msgspec

    from loomwork.testing import wording
    from loomwork.testing.replies import Reply

    said = Reply(digest="00ff", text=text.decode(), input_tokens=3, output_tokens=3)
    write = wording.openai_whole if api == "openai" else wording.anthropic_whole
    return Canned(body=(msgspec.json.encode(write("m", said)),))


@every_api
def test_the_answer_of_a_fallback_is_used_but_the_first_choice_is_asked_again(stage: Stage, api: Api) -> None:
    world = stage.world(api, 0)
    world.servers.dead = "127.0.0.1:1"
    told = world.play(target="routed")
    assert (told.report.ok, told.sent, told.report.totals.requests) == (ROWS, ROWS, ROWS)
    still = world.play(target="routed")
    assert (still.report.ok, still.sent) == (ROWS, 0)
    assert still.outputs == told.outputs
    assert len(world.servers.asked) == ROWS, "the first choice is tried; the second one's own answers are memos"
    world.servers.dead = ""
    well = world.play(target="routed")
    assert (well.report.ok, well.sent) == (ROWS, ROWS)
    assert well.outputs != told.outputs
    assert world.play(target="routed").asked == ()
