"""What is switched off is neither called nor answered from memory, until it is switched on again."""

from __future__ import annotations

from pathlib import Path

import pytest

from loomwork import Workspace, model, step
from loomwork.kernel.errors.releases import Killed, ModelKilled

TOML = """
[models.good]
driver = "scripted"
temperature = 0
rules = [{ text = "good" }]
[models.best]
driver = "scripted"
temperature = 0
rules = [{ text = "best" }]
[models.either]
route = "fallback"
models = ["best", "good"]
"""


@step
async def look(text: str) -> str:
    return text.upper()


@step
async def act(text: str) -> str:
    return f"done {text}"


@step
async def whole(text: str) -> str:
    return await look(text) + await act(text) + await model("best").ask("say {{ t }}", t=text)


@step
async def careful(text: str) -> str:
    return await model("either").ask("say {{ t }}", t=text)


@pytest.mark.parametrize("name", ["step:look", "tool:act", "step:act", "step:whole", f"step:{__name__}:look"])
async def test_a_step_or_tool_that_is_off_is_not_answered_from_memory(tmp_path: Path, name: str):
    (tmp_path / "loomwork.toml").write_text(TOML)
    with Workspace.open(tmp_path) as workspace:
        said = await whole("a")
        workspace.runtime.switches.off = frozenset({name})
        with pytest.raises(Killed, match="is switched off"):
            await whole("a")
        workspace.runtime.switches.off = frozenset()
        assert await whole("a") == said


async def test_a_model_that_is_off_is_not_asked_and_a_route_goes_on_to_the_next(tmp_path: Path):
    (tmp_path / "loomwork.toml").write_text(TOML)
    with Workspace.open(tmp_path) as workspace:
        assert await careful("a") == "best"
        assert (await whole("a")).endswith("best")
        workspace.runtime.switches.off = frozenset({"model:best"})
        with pytest.raises(ModelKilled):
            await whole("a")
        assert await careful("a") == "good"
        workspace.runtime.switches.off = frozenset({"model:either"})
        with pytest.raises(ModelKilled):
            await careful("a")
