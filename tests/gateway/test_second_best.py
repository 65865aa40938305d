"""A step whose models are down answers as its table says, and the answer says so."""

from pathlib import Path

import pytest

from loomwork.kernel.errors.admission import BadDegrade
from loomwork.testing.replies import Fault, Script
from loomwork.workspace import Workspace
from tests.gateway.asking import ask, hello, words
from tests.gateway.running import running

APP = """
from loomwork import model, step

@step
async def answer(question: str) -> str:
    return "proper: " + await model("smart").ask(question)
"""


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_another_model_answers_the_same_question(tmp_path: Path, stream: bool) -> None:
    table = '[serve.answer]\nstep = "app:answer"\ndegrade = ["stale", "model:claude"]\n'
    script = Script(faults=(Fault(kind="status", status=500, when="gpt-smart"),))
    with running(tmp_path, table, app=APP, script=script) as served:
        got = await ask(served, hello("answer", "the tide?", stream=stream))
        assert got.status == 200
        assert got.headers["x-loomwork-degraded"] == "model:claude (upstream)"
        assert (words(got.body) if stream else got.text) != ""
        assert served.double.requests[-1]["messages"] == [{"role": "user", "content": "the tide?"}]
        row = served.notes.until(1)[0]
        assert (row.status, row.degraded, row.model) == (200, "model:claude (upstream)", "claude-double")


async def test_the_last_answer_to_the_same_question_is_given_and_marked_as_stale(tmp_path: Path) -> None:
    table = '[serve.answer]\nstep = "app:answer"\ndegrade = ["stale"]\n'
    script = Script(faults=(Fault(kind="status", status=500, calls=(2, 3)),))
    with running(tmp_path, table, app=APP, script=script) as served:
        proper = await ask(served, hello("answer"))
        stale = await ask(served, hello("answer"))
        other = await ask(served, hello("answer", "another question"))
        assert proper.headers["x-loomwork-cache"] != "stale"
        assert (stale.headers["x-loomwork-cache"], stale.text) == ("stale", proper.text)
        assert stale.headers["x-loomwork-degraded"] == "stale (upstream)"
        assert other.status == 502
        assert [row.cached for row in served.notes.until(3)] == ["", "stale", ""]


async def test_what_is_wrong_with_the_request_is_not_answered_in_another_way(tmp_path: Path) -> None:
    table = '[serve.answer]\nstep = "app:answer"\ninput = "json"\ndegrade = ["model:claude"]\n'
    with running(tmp_path, table, app=APP) as served:
        assert (await ask(served, hello("answer", "no json"))).status == 400
        assert served.double.calls == 0


HANDBOOK = """
[knowledge.handbook]
sources = ["docs/"]

[serve.answer]
step = "app:answer"
degrade = ["quote:handbook"]
"""


async def test_sentences_of_the_documents_are_quoted_with_their_source(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    text = "# Leave\n\nEvery member of staff has thirty days of paid leave a year.\n"
    (tmp_path / "docs" / "leave.md").write_text(text, encoding="utf-8")
    (tmp_path / "loomwork.toml").write_text(HANDBOOK, encoding="utf-8")
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    with Workspace.open(tmp_path, entering="never", environ={}) as workspace:
        await workspace.knowledge.base("handbook").build()
    script = Script(faults=(Fault(kind="status", status=500),))
    with running(tmp_path, HANDBOOK, app=APP, script=script) as served:
        got = await ask(served, hello("answer", "How many days of paid leave does staff have?"))
        assert got.status == 200
        assert "thirty days of paid leave" in got.text
        assert "leave.md" in got.text
        assert got.headers["x-loomwork-degraded"] == "quote:handbook (upstream)"
        assert (await ask(served, hello("answer", "What is the melting point of tungsten?"))).status == 502


@pytest.mark.parametrize("way", ["quote", "quote:absent"])
def test_a_base_that_is_not_there_is_refused_at_the_start(tmp_path: Path, way: str) -> None:
    table = f'[serve.answer]\nstep = "app:answer"\ndegrade = ["{way}"]\n'
    with pytest.raises(BadDegrade), running(tmp_path, table, app=APP):
        pass


def test_a_way_that_does_not_exist_is_refused_at_the_start(tmp_path: Path) -> None:
    table = '[serve.answer]\nstep = "app:answer"\ndegrade = ["guess"]\n'
    with pytest.raises(BadDegrade), running(tmp_path, table, app=APP):
        pass
