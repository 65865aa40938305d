"""Every recorded exchange of the chat APIs is read, and its request written, as the recording says."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.wire import compare
from tests.wire.cassettes import SAMPLE, SHARED, Recorded, from_folder, from_sample

NOT_COVERED = Path(__file__).parent / "not_covered.txt"
"""Recorded exchanges of other APIs, by number and address: the responses API, embeddings, other providers' own."""
SAMPLED = [one for path in sorted(SAMPLE.glob("*.jsonl")) for one in from_sample(path)]


@pytest.mark.parametrize("recorded", SAMPLED, ids=lambda one: one.name)
async def test_a_recorded_answer_is_read_as_it_says(recorded: Recorded) -> None:
    await compare.check_response(recorded)


@pytest.mark.parametrize("recorded", [one for one in SAMPLED if one.request], ids=lambda one: one.name)
def test_a_recorded_request_is_written_as_it_was_sent(recorded: Recorded) -> None:
    compare.check_request(recorded)


@cache
def everything() -> tuple[Recorded, ...]:
    pytest.importorskip("yaml", reason="the full recordings are YAML")
    if not SHARED.is_dir():
        pytest.skip(f"the full recordings are not at {SHARED}")
    return tuple(from_folder(SHARED))


async def test_every_recording_of_the_chat_apis_is_read_and_written_as_it_says() -> None:
    counts: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    for recorded in everything():
        if recorded.api == "other":
            continue
        counts[recorded.api, "answers"] += 1
        try:
            await compare.check_response(recorded)
            if recorded.request is not None:
                counts[recorded.api, "requests"] += 1
                compare.check_request(recorded)
        except AssertionError as error:
            wrong.append(f"{recorded.name}: {error}")
    assert wrong == []
    assert counts == {
        ("chat", "answers"): 198,
        ("chat", "requests"): 198,
        ("messages", "answers"): 239,
        ("messages", "requests"): 149,
    }


def test_what_the_drivers_do_not_cover_is_counted_and_named() -> None:
    left: Counter[str] = Counter()
    for recorded in everything():
        if recorded.api == "other":
            left[recorded.host + _family(recorded.path)] += 1
    table = "".join(f"{number:5}  {name}\n" for name, number in sorted(left.items()))
    assert table == NOT_COVERED.read_text("utf-8")


def _family(path: str) -> str:
    """The path without what names one object."""
    if path.startswith("/model/"):
        return "/model/*/" + path.rsplit("/", 1)[-1]
    return "/".join(path.split("/")[:3])
