import asyncio
import importlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from loomwork import Workspace
from loomwork.flow.context import current_frame
from loomwork.kernel.errors.models import UnknownModel
from loomwork.kernel.errors.workspace import WrongSettings
from loomwork.workspace.scaffold import write_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield tmp_path
    sys.modules.pop("app", None)


def app() -> Any:
    sys.modules.pop("app", None)
    importlib.invalidate_caches()
    module: ModuleType = importlib.import_module("app")
    return module


def counts(workspace: Workspace) -> dict[str, tuple[int, int]]:
    """Calls and hits by step since the workspace was opened."""
    workspace.runtime.recorder.flush()
    found: dict[str, tuple[int, int]] = {}
    for span in workspace.store.spans.list(limit=1000, roots_only=False):
        calls, hits = found.get(span.name, (0, 0))
        found[span.name] = (calls + 1, hits + span.cached)
    return found


async def test_a_new_project_answers_with_doubles_that_say_so(project: Path):
    with Workspace.open(project) as workspace:
        said = await app().answer("When are you open?")
        assert "scripted double" in said
        once = (1, 0)
        assert counts(workspace) == {"app:answer": once, "app:rewrite": once, "app:look_up": once, "model": (2, 0)}
    assert current_frame() is None
    assert (project / ".loomwork" / "store.db").exists()


async def test_what_was_called_once_is_known_when_the_project_is_opened_again(project: Path):
    with Workspace.open(project):
        first = await app().answer("When?")
    with Workspace.open(project) as workspace:
        before = counts(workspace)
        assert await app().answer("When?") == first
        after = counts(workspace)
    assert after["app:answer"] == (before["app:answer"][0] + 1, before["app:answer"][1] + 1)
    assert after["model"] == before["model"]


async def test_an_edited_setting_of_a_model_reruns_its_calls_only(project: Path):
    with Workspace.open(project):
        await app().answer("When?")
    toml = project / "loomwork.toml"
    toml.write_text(toml.read_text().replace("[models.smart]", "[models.smart]\ntemperature = 0.5"))
    with Workspace.open(project) as workspace:
        before = counts(workspace)
        await app().answer("When?")
        after = counts(workspace)
    changed = {name: tuple(a - b for a, b in zip(after[name], before[name], strict=True)) for name in after}
    assert changed == {"app:answer": (1, 0), "app:rewrite": (1, 1), "app:look_up": (1, 1), "model": (1, 0)}


async def test_a_replaced_prompt_is_used_and_leaves_no_trace_in_the_memos(project: Path):
    with Workspace.open(project):
        usual = await app().answer("When?")
    (project / "other.md").write_text("Other words: {{ question }}")
    with Workspace.open(project, prompts={"reply": project / "other.md"}):
        assert "Other words: When?" in await app().answer("When?")
    with Workspace.open(project) as workspace:
        before = counts(workspace)
        assert await app().answer("When?") == usual
        assert counts(workspace)["model"] == before["model"]


async def test_a_replaced_model_is_asked_in_the_place_of_the_other(project: Path):
    toml = project / "loomwork.toml"
    toml.write_text(toml.read_text() + '\n[models.calm]\ndriver = "scripted"\nrules = [{ text = "calm double" }]\n')
    with Workspace.open(project, models={"smart": "calm"}):
        assert await app().answer("When?") == "calm double"
    with pytest.raises(UnknownModel, match="clam"):
        Workspace.open(project, models={"smart": "clam"})


def test_an_unknown_model_is_named_with_those_that_there_are(project: Path):
    from loomwork import model

    with Workspace.open(project), pytest.raises(UnknownModel, match="fast, smart"):
        asyncio.run(_ask(model("fats")))


async def _ask(model: Any) -> str:
    return await model.ask("hi")


def test_nothing_is_written_where_nothing_shall_be(project: Path):
    with Workspace.open(project, writing="nothing") as workspace:
        assert workspace.store.runs.list() == []
    assert not (project / ".loomwork").exists()


def test_wrong_settings_open_nothing(project: Path):
    (project / "loomwork.toml").write_text("[stroe]\nurl = 'x'")
    with pytest.raises(WrongSettings, match="did you mean 'store'"):
        Workspace.open(project)
    assert not (project / ".loomwork").exists()
    assert current_frame() is None


def test_the_store_may_lie_elsewhere(project: Path, tmp_path_factory: pytest.TempPathFactory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "my.db"
    with Workspace.open(project, store_url=f"sqlite:///{elsewhere}"):
        pass
    assert elsewhere.exists()
    with Workspace.open(project, environ={"LOOMWORK_STORE__URL": "sqlite:///kept/s.db"}, writing="nothing"):
        pass


def test_a_project_without_settings_opens_with_defaults(tmp_path: Path):
    with Workspace.open(tmp_path) as workspace:
        assert workspace.models.aliases == ()
    assert (tmp_path / ".loomwork" / "store.db").exists()


def test_closing_twice_does_no_harm_and_gives_the_context_back(project: Path):
    outer = Workspace.open(project)
    frame = current_frame()
    inner = Workspace.open(project)
    assert current_frame() is not frame
    inner.close()
    inner.close()
    assert current_frame() is frame
    outer.close()
    assert current_frame() is None


def test_values_of_named_secrets_are_never_memoised(project: Path):
    toml = project / "loomwork.toml"
    toml.write_text('[models.fast]\ndriver = "openai"\nmodel = "m"\napi_key_env = "MY_KEY"\n')
    with Workspace.open(project, environ={"MY_KEY": "topsecretvalue"}) as workspace:
        assert workspace.runtime.secrets == (b"topsecretvalue",)


SCRIPT = """
import asyncio
from loomwork import model, run_sync
import app
print(asyncio.run(model("fast").ask("Say {{ x }}", x="hello")))
print(model("fast").ask_sync("Say {{ x }}", x="hello"))
print(run_sync(app.answer, "When?"))
"""


def test_a_script_needs_no_opening(project: Path):
    import subprocess

    (project / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-W", "error", "script.py"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == lines[1] == "I am a scripted double, not a model. You said: Say hello"
    assert "scripted double" in lines[2]
    assert done.stderr == ""


async def test_warnings_go_to_the_log(project: Path, caplog: pytest.LogCaptureFixture):
    with Workspace.open(project) as workspace, caplog.at_level(logging.WARNING, logger="loomwork"):
        workspace.runtime.warn("argument-mutated", {"step": "app:answer"})
    assert "argument-mutated" in caplog.text
