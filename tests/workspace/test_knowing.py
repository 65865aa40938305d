"""Knowledge bases of an open workspace: embedded by a model of the project, searched in steps, on somebody's behalf."""

from pathlib import Path

import pytest

from loomwork import Workspace, knowledge, run_sync, step
from loomwork.flow.context import current_frame
from loomwork.kernel.errors.knowledge_base import UnknownKnowledge
from loomwork.kernel.labels import Labels
from loomwork.kernel.references import KnowledgeRef
from tests.workspace.test_opening import counts

SETTINGS = """
[models.vectors]
driver = "scripted"
dimensions = 16
[knowledge.handbook]
sources = ["docs/"]
embedder = "vectors"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "loomwork.toml").write_text(SETTINGS)
    (tmp_path / "docs/guide.md").write_text("# Backup\n\nThe database is saved daily.\n")
    (tmp_path / "docs/leave.rtf").write_text(r"{\rtf1\ansi Leave is twenty days.\par}")
    return tmp_path


@step
async def labels_after(question: str) -> tuple[str, list[str] | None]:
    await knowledge("handbook").search(question)
    frame = current_frame()
    assert frame is not None
    labels: Labels = frame.labels
    return labels.integrity, None if labels.readers is None else sorted(labels.readers)


async def test_the_name_is_a_reference_whatever_was_imported_before(project: Path):
    import loomwork.knowledge.base
    from loomwork import knowledge as again

    assert again("handbook") == KnowledgeRef("handbook")
    assert loomwork.knowledge.base.KnowledgeBase.__name__ == "KnowledgeBase"


async def test_a_model_of_the_project_embeds_in_steps_and_nothing_twice(project: Path):
    with Workspace.open(project) as workspace:
        base = workspace.knowledge.base("handbook")
        built = await base.build()
        assert (built.files.new, built.chunks.embedded) == (2, 2)
        assert counts(workspace)["embed"][0] >= 1
        found = await knowledge("handbook").search("database")
        assert found[0].doc == "guide.md"
        assert set(found[0].ranks) == {"dense", "sparse"}
        before = counts(workspace)["embed"]
        assert await knowledge("handbook").search("database") == found
        assert counts(workspace)["embed"] == before
        assert counts(workspace)["search"] == (2, 1)


async def test_a_slow_format_is_read_once_whatever_becomes_of_the_index(project: Path):
    with Workspace.open(project) as workspace:
        base = workspace.knowledge.base("handbook")
        await base.build()
        assert counts(workspace)["parse"] == (1, 0)
        await base.build(fresh=True)
        assert counts(workspace)["parse"] == (2, 1)


async def test_what_was_found_carries_where_it_comes_from_and_who_may_see_it(project: Path):
    with Workspace.open(project) as workspace:
        base = workspace.knowledge.base("handbook")
        await base.build()
        assert await labels_after("database") == ("retrieved", None)
        (project / "docs/.readers").write_text("everyone\n")
        await base.build()
        assert await labels_after("database") == ("retrieved", None)


async def test_an_unknown_base_is_told(project: Path):
    with Workspace.open(project), pytest.raises(UnknownKnowledge, match="handbook"):
        await knowledge("handbok").search("x")


def test_a_script_searches_without_a_loop_of_its_own(project: Path):
    with Workspace.open(project) as workspace:

        async def work() -> int:
            await workspace.knowledge.base("handbook").build()
            return len(await knowledge("handbook").search("leave"))

        assert run_sync(work) >= 1
