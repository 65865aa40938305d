"""A recorded trace again, with a step's result, a prompt's text or a model changed: in a process of its own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.studio.studio import Studio
from tests.studio.traced import PROMPT, asked, copied, opened, runs_of, spans_of


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with opened(copied(tmp_path)) as studio:
        yield studio


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with asked(studio) as client:
        yield client


@pytest.fixture
def trace(studio: Studio) -> str:
    """The trace of the first question as it was answered with the prompt that is still there."""
    return spans_of(studio.store, runs_of(studio.store)[-1])[0].trace


def replayed(client: TestClient, trace: str, **change: Any) -> dict[str, Any]:
    answer = client.post(f"/api/traces/{trace}/replay", json=change)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_replay_without_a_change_comes_to_the_same_and_is_a_trace(client: TestClient, trace: str) -> None:
    found = replayed(client, trace)
    assert (found["status"], found["before"], found["model_calls"]) == ("same", found["after"], 0)
    assert client.get(f"/api/traces/{found['replay']}").json()["head"]["name"] == "app:answer"


def test_a_step_s_result_can_be_put_in_its_place_whatever_it_holds(client: TestClient, trace: str) -> None:
    found = replayed(client, trace, steps={"look_up": ["x = y: @z --set", "织机"]})
    assert found["status"] == "changed"
    assert "x = y: @z --set" in found["after"]
    assert "织机" in found["after"]
    assert found["ran"] > 0


def test_a_prompt_s_text_can_be_put_in_its_place_and_the_file_stays(
    client: TestClient, studio: Studio, trace: str
) -> None:
    file = studio.folder / PROMPT
    before = file.read_text(encoding="utf-8")
    found = replayed(client, trace, prompts={PROMPT: before.replace("Notes:", "These are = the notes:")})
    assert found["status"] == "changed"
    assert "These are = the notes:" in found["after"]
    assert file.read_text(encoding="utf-8") == before


def test_a_draft_finds_the_files_beside_its_prompt(client: TestClient, studio: Studio, trace: str) -> None:
    (studio.folder / "prompts/examples.jsonl").write_text('{"question": "q", "passages": "p", "output": "a"}\n')
    text = (studio.folder / PROMPT).read_text(encoding="utf-8")
    text = text.replace("description:", "examples: examples.jsonl\ndescription:")
    assert replayed(client, trace, prompts={PROMPT: text})["status"] in ("same", "changed")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"steps": {"nowhere": 1}}, "UnknownStep"),
        ({"models": {"smart": "nobody"}}, "UnknownModel"),
        ({"prompts": {"prompts/none.md": "x"}}, "NoSuchPrompt"),
        ({"prompts": {"../../etc/passwd.md": "x"}}, "OutsideProject"),
        ({"prompts": {PROMPT: "{{ open"}}, "TemplateSyntax"),
        ({"steps": []}, "BodyUnreadable"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_its_reason(
    client: TestClient, trace: str, change: dict[str, Any], kind: str
) -> None:
    answer = client.post(f"/api/traces/{trace}/replay", json=change)
    assert 400 <= answer.status_code < 500
    assert answer.json()["kind"] == kind
    assert answer.json()["zh"]["what"]


def test_a_trace_that_is_not_there_is_not_replayed(client: TestClient) -> None:
    assert client.post("/api/traces/--help/replay", json={}).json()["kind"] == "NoSuchTrace"
