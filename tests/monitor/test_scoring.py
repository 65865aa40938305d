"""A share of what a real gateway serves is scored from its own traces; the double's answers are made up, and say so."""

import asyncio
import json
import urllib.request
from pathlib import Path

import pytest

from loomwork.monitor.scoring import Scoring, answer_of, question_of
from loomwork.store.requests import RequestFilter
from loomwork.workspace.watching import choose
from tests.gateway.running import running

SCORERS = """
from loomwork.evals.scoring import scorer

@scorer
def long_enough(text: str, question: str) -> float:
    assert question == "Where is my order?"
    return 1.0 if len(text) > 2 else 0.0

@scorer
def broken(text: str) -> float:
    raise ValueError("no")
"""


@pytest.mark.parametrize("share", [1.0, 0.0])
def test_served_answers_are_scored_once(tmp_path: Path, share: float) -> None:
    with running(tmp_path, app=SCORERS) as served:
        body = {"model": "smart", "messages": [{"role": "user", "content": "Where is my order?"}]}
        for _ in range(3):
            data = json.dumps(body | {"temperature": 1}).encode()
            asked = urllib.request.Request(f"{served.v1}/chat/completions", data, {"content-type": "application/json"})
            with urllib.request.urlopen(asked) as answer:
                answer.read()
        workspace = served.workspace
        workspace.runtime.recorder.flush()
        store = workspace.store
        store.requests.put(served.notes.until(3))
        rows = store.requests.list(RequestFilter())
        assert len(rows) == 3
        chosen = choose(["app:long_enough", "app:broken"], tables={}, project=workspace.runtime.project)
        scoring = Scoring(workspace.runtime, chosen, share=share)
        store.watched.set_mark("scored", 1)
        later = rows[0].at_ns + 60_000_000_000
        scoring._settled_at = lambda: later
        scored = asyncio.run(scoring.once())
        found = store.watched.scores(since_ns=0, until_ns=later)
        assert scored == (3 if share else 0)
        assert [(each.scorer, each.value) for each in found] == [("long_enough", 1.0)] * scored
        assert {each.trace for each in found} == ({row.trace for row in rows} if share else set())
        assert asyncio.run(scoring.once()) == 0  # none twice


def test_words_are_found_in_either_api() -> None:
    assert question_of({"messages": [{"role": "user", "content": "A?"}]}) == "A?"
    assert question_of({}) == ""
    assert answer_of({"choices": [{"message": {"content": None}}]}) == ""
    assert answer_of({"total": 5}) == {"total": 5}
    assert answer_of("plain") == "plain"
