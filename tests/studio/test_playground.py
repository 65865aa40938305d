"""The playground: what a span opens with; variants answered side by side in a process of their own, traced."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from loomwork.kernel.errors.studio_traces import WorkerLost
from loomwork.studio.api.playground import playground
from loomwork.studio.endpoints import Nothing
from loomwork.studio.spans.detail import span_detail
from loomwork.studio.studio import Studio
from loomwork.studio.wire.playground import Opening, Play, PlayDelta, PlayDone, PlayTurn, Variant
from loomwork.studio.worker.player import Players
from loomwork.testing.double import Double
from loomwork.testing.replies import Fault, Rule, Script
from tests.studio.traced import PROMPT, XSS, asked, copied, opened, runs_of, spans_of


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with opened(copied(tmp_path)) as studio:
        yield studio


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with asked(studio) as client:
        yield client


def opening(client: TestClient, trace: str, span: str) -> Opening:
    answer = client.get(f"/api/traces/{trace}/spans/{span}/playground")
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Opening)


def events_of(client: TestClient, **play: Any) -> list[tuple[str, Any]]:
    """Send a play and return all of its events."""
    answer = client.post("/api/playground", json=play)
    assert answer.status_code == 200, answer.text
    blocks = [block.splitlines() for block in answer.text.strip().split("\n\n")]
    fields = [dict(line.split(": ", 1) for line in block) for block in blocks if block[0].startswith("event")]
    return [(each["event"], json.loads(each["data"])) for each in fields]


def done_of(events: list[tuple[str, Any]]) -> dict[int, Any]:
    return {data["variant"]: data for name, data in events if name == "done"}


async def played(studio: Studio, play: Play) -> list[PlayDone]:
    async with aclosing(playground(studio, Nothing(), play, "")) as events:
        found = [event.data async for event in events]
    return sorted((each for each in found if isinstance(each, PlayDone)), key=lambda each: each.variant)


# -- what it opens with


def test_a_model_call_opens_with_its_prompt_and_the_very_inputs_that_filled_it_in(
    client: TestClient, studio: Studio
) -> None:
    *_, model = spans_of(studio.store, runs_of(studio.store)[-1])
    found = opening(client, model.trace, model.span)
    assert (found.prompt, found.changed, found.model) == (PROMPT, False, "smart")
    assert found.text == (studio.folder / PROMPT).read_text(encoding="utf-8")
    assert found.inputs["question"] == XSS
    assert len(found.inputs["passages"]) == 2
    assert found.missing == ()
    assert [turn.role for turn in found.turns] == ["system", "user"]
    assert found.models == ("fast", "smart")


def test_a_step_and_a_hit_open_as_the_call_that_was_really_made(client: TestClient, studio: Studio) -> None:
    made, hits, _ = runs_of(studio.store)
    root, hit = spans_of(studio.store, made)[0], spans_of(studio.store, hits)[0]
    assert opening(client, hit.trace, hit.span) == opening(client, root.trace, root.span)


def test_inputs_of_a_prompt_that_has_changed_since_are_found_with_the_text_of_then(
    client: TestClient, studio: Studio
) -> None:
    *_, model = spans_of(studio.store, runs_of(studio.store)[0])
    found = opening(client, model.trace, model.span)
    assert found.changed
    assert "tea house" in found.text
    assert found.inputs["question"] == XSS
    assert len(found.inputs["passages"]) == 2


def test_a_call_without_a_prompt_file_opens_with_its_messages(client: TestClient, studio: Studio) -> None:
    rewrite = next(row for row in spans_of(studio.store, runs_of(studio.store)[0]) if row.name == "app:rewrite")
    found = opening(client, rewrite.trace, rewrite.span)
    assert (found.prompt, found.inputs, found.model) == ("", {}, "fast")
    assert found.turns == (PlayTurn(role="user", text=f"Rewrite as a short search query: {XSS}"),)


def test_a_prompt_that_is_gone_leaves_the_messages(client: TestClient, studio: Studio) -> None:
    (studio.folder / PROMPT).unlink()
    *_, model = spans_of(studio.store, runs_of(studio.store)[-1])
    found = opening(client, model.trace, model.span)
    assert (found.prompt, found.text) == ("", "")
    assert found.turns


def test_a_span_that_is_not_there_opens_nothing(client: TestClient) -> None:
    assert client.get(f"/api/traces/{'0' * 32}/spans/{'0' * 16}/playground").json()["kind"] == "NoSuchSpan"


# -- what it plays


def test_variants_are_answered_side_by_side_and_each_is_a_trace(client: TestClient) -> None:
    inputs = {"question": "When?", "passages": ["At nine."]}
    draft = "## system\nBe brief.\n## user\n{{ question }} {{ passages | passages }}"
    events = events_of(
        client,
        inputs=inputs,
        variants=[
            {"model": "smart", "prompt": PROMPT},
            {"model": "fast", "prompt": PROMPT, "text": draft},
            {"model": "fast", "user": "Say {{ question }}", "temperature": 0.5, "max_tokens": 7},
            {"model": "fast", "turns": [{"role": "user", "text": "{{ question }} stays"}]},
        ],
    )
    assert [events[0][0], events[-1][0]] == ["start", "end"]
    done = done_of(events)
    assert sorted(done) == [0, 1, 2, 3]
    assert "At nine." in done[0]["text"]
    assert done[1]["text"].endswith("When? [1] At nine.")
    assert done[2]["text"].endswith("Say When?")
    assert done[3]["text"].endswith("{{ question }} stays")
    for number, each in done.items():
        said = "".join(data["text"] for name, data in events if name == "delta" and data["variant"] == number)
        assert said == each["text"]
        assert each["problem"] is None
        assert each["input_tokens"] > 0
        trace = client.get(f"/api/traces/{each['trace']}").json()
        assert trace["total"] == 2
    span = client.get(f"/api/traces/{done[0]['trace']}/spans/{done[0]['span']}").json()
    assert span["input"]["json"] == inputs
    assert span["prompts"][0]["name"] == "reply"


def test_the_same_question_is_answered_from_its_memo_unless_a_fresh_answer_is_wanted(client: TestClient) -> None:
    play = {"variants": [{"model": "fast", "user": "hello"}]}
    assert [done_of(events_of(client, **play, **more))[0]["cached"] for more in ({}, {}, {"fresh": True})] == [
        False, True, False,
    ]  # fmt: skip


def test_a_played_trace_opens_in_the_playground_again(client: TestClient) -> None:
    inputs = {"question": "When?", "passages": ["At nine."]}
    done = done_of(events_of(client, inputs=inputs, variants=[{"model": "smart", "prompt": PROMPT}]))[0]
    found = opening(client, done["trace"], done["span"])
    assert (found.prompt, found.inputs, found.model) == (PROMPT, inputs, "smart")


def test_what_is_wrong_with_one_variant_is_its_own_problem(client: TestClient, studio: Studio) -> None:
    settings = studio.folder / "loomwork.toml"
    keyless = '\n[models.keyless]\ndriver = "openai"\nmodel = "m"\napi_key_env = "NO_SUCH_KEY"\n'
    settings.write_text(settings.read_text(encoding="utf-8") + keyless, encoding="utf-8")
    variants = [
        {"model": "nobody", "user": "hi"},
        {"model": "keyless", "user": "hi"},
        {"model": "fast", "user": "{{ absent }}"},
        {"model": "fast", "user": "{{ open"},
        {"model": "fast", "prompt": "prompts/none.md"},
        {"model": "fast", "user": "hi"},
    ]
    done = done_of(events_of(client, variants=variants))
    kinds = [done[number]["problem"] and done[number]["problem"]["kind"] for number in range(6)]
    assert kinds == ["UnknownModel", "MissingKey", "MissingVariables", "TemplateSyntax", "PromptNotFound", None]
    assert all(done[number]["problem"]["zh"]["what"] for number in range(5))


@pytest.mark.parametrize(
    ("play", "kind"),
    [
        ({"variants": []}, "NothingToPlay"),
        ({"variants": [{"model": "fast", "user": "x"}] * 9}, "TooManyVariants"),
        ({"variants": [{"model": "fast"}]}, "VariantEmpty"),
        ({"variants": [{"model": "fast", "prompt": "../secret.md"}]}, "OutsideProject"),
    ],
)
def test_a_play_that_cannot_be_is_refused(client: TestClient, play: dict[str, Any], kind: str) -> None:
    assert [(name, data["kind"]) for name, data in events_of(client, **play)] == [("problem", kind)]


def test_settings_that_cannot_be_read_are_told_of(client: TestClient, studio: Studio) -> None:
    (studio.folder / "loomwork.toml").write_text("[models.fast]\ndriver = 3\n", encoding="utf-8")
    events = events_of(client, variants=[{"model": "fast", "user": "x"}])
    assert [(name, data["kind"]) for name, data in events] == [("problem", "WrongSettings")]


# -- with a model server


@pytest.fixture
async def server() -> AsyncIterator[Double]:
    async with Double(Script(rules=(Rule(when="slow", text="word " * 40), Rule(text="quick")))) as server:
        yield server


def with_server(studio: Studio, server: Double) -> None:
    table = f'[models.served]\ndriver = "openai"\nmodel = "double"\nbase_url = "{server.url}"\ntemperature = 0.7\n'
    (studio.folder / "loomwork.toml").write_text(table, encoding="utf-8")


async def test_equal_variants_of_a_sampled_model_are_draws_of_their_own(studio: Studio, server: Double) -> None:
    with_server(studio, server)
    same = Variant(model="served", user="hi")
    done = await played(studio, Play(variants=(same, same)))
    assert [each.problem for each in done] == [None, None]
    assert [each.text for each in done] == ["quick", "quick"]
    assert server.calls == 2
    models = [studio.store.spans.trace(each.trace)[1] for each in done]
    records = [span_detail(studio.store, row.trace, row.span).record for row in models]
    assert [record.draw for record in records if record is not None] == [0, 1]


async def test_leaving_the_stream_ends_the_process_and_the_request(studio: Studio, server: Double) -> None:
    with_server(studio, server)
    server.script = Script(rules=(Rule(text="word " * 40),), faults=(Fault(kind="drip", seconds=0.02),))
    events = playground(studio, Nothing(), Play(variants=(Variant(model="served", user="slow"),)), "")
    async for event in events:
        if isinstance(event.data, PlayDelta):
            break
    processes = list(studio.part(Players).open)
    assert len(processes) == 1
    await events.aclose()
    assert processes[0].returncode is not None
    assert not studio.part(Players).open
    await server.idle()


async def test_a_process_that_dies_is_told_of(studio: Studio, server: Double) -> None:
    with_server(studio, server)
    server.script = Script(faults=(Fault(kind="hang"),))
    events = playground(studio, Nothing(), Play(variants=(Variant(model="served", user="x"),)), "")
    assert (await anext(events)).name == "start"
    next(iter(studio.part(Players).open)).kill()
    with pytest.raises(WorkerLost):
        await anext(events)


async def test_the_end_of_the_studio_ends_its_processes(studio: Studio, server: Double) -> None:
    with_server(studio, server)
    server.script = Script(faults=(Fault(kind="hang"),))
    events = playground(studio, Nothing(), Play(variants=(Variant(model="served", user="x"),)), "")
    assert (await anext(events)).name == "start"
    process = next(iter(studio.part(Players).open))
    await studio.close()
    assert process.returncode is not None
    await events.aclose()


async def test_a_server_that_fails_is_a_typed_problem(studio: Studio, server: Double) -> None:
    with_server(studio, server)
    server.script = Script(faults=(Fault(kind="status", status=401),))
    done = await played(studio, Play(variants=(Variant(model="served", user="x"),)))
    assert done[0].problem is not None
    assert done[0].problem.kind == "AuthFailed"
