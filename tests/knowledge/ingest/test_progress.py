"""What a build tells of itself while it goes on."""

import io
import zipfile

import pytest

from loomwork.knowledge.ingest import Progress
from tests.knowledge.ingest.making import Project


async def test_the_progress_of_one_archive_is_told_by_what_of_it_was_read(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("loomwork.knowledge.ingest.gathering.BATCH_CHUNKS", 2)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(8):
            archive.writestr(f"{number}.md", f"# Page {number}\n\nThis is what page {number} says.\n")
    project.write("docs/pages.zip", packed.getvalue())
    told: list[Progress] = []
    await project.base().build(progress=told.append)
    positions = [each.position for each in told]
    assert positions == sorted(positions)
    assert {0.25, 0.5, 0.75} <= set(positions)
    assert told[-1].position == told[-1].files == told[-1].of == 1


async def test_the_progress_of_a_folder_is_told_by_its_files(project: Project):
    for number in range(3):
        project.write(f"docs/{number}.md", f"# Page {number}\n\nThis is what page {number} says.\n")
    told: list[Progress] = []
    await project.base().build(progress=told.append)
    assert (told[-1].position, told[-1].files, told[-1].of) == (3.0, 3, 3)
