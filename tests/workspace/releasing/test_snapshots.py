"""What a release finds in a knowledge base stays what it was, while the project's own index goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from loomwork import Workspace
from loomwork.kernel.errors.releases import ReleaseIncomplete
from loomwork.store import open_store
from loomwork.workspace.releasing import keep, laid_out, take

TOML = """
[knowledge.handbook]
sources = ["docs/"]
"""


def build(project: Path) -> None:
    with Workspace.open(project, entering="never") as workspace:
        asyncio.run(workspace.knowledge.base("handbook").build())


def found(folder: Path, url: str) -> list[str]:
    with Workspace.open(folder, store_url=url, entering="never") as workspace:
        base = workspace.knowledge.base("handbook")
        return sorted({each.doc for each in asyncio.run(base.find("opening hours", k=5)).passages})


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "here"
    (root / "docs").mkdir(parents=True)
    (root / "loomwork.toml").write_text(TOML)
    (root / "docs" / "shop.md").write_text("# Shop\n\nThe opening hours are nine to six.\n")
    return root


def test_a_build_after_a_release_is_not_seen_by_it(project: Path, tmp_path: Path):
    url = f"sqlite:///{project}/.loomwork/store.db"
    build(project)
    store = open_store(url)
    taken = take(project, {})
    assert taken.manifest.knowledge["handbook"]
    keep(store, taken, now_ns=1)
    laid = laid_out(project, store, taken.id, {})
    before = found(laid.project, url)
    assert before == found(project, url) != []
    (project / "docs" / "cafe.md").write_text("# Café\n\nThe opening hours of the café are ten to four.\n")
    build(project)
    assert found(laid_out(project, store, taken.id, {}).project, url) == before
    assert found(project, url) != before
    later = take(project, {})
    assert later.id != taken.id
    store.close()


def test_what_is_taken_out_by_hand_and_who_may_read_reach_a_release(project: Path):
    url = f"sqlite:///{project}/.loomwork/store.db"
    for name in ("cafe", "bar"):
        (project / "docs" / f"{name}.md").write_text(f"# {name}\n\nThe opening hours of the {name} are ten to four.\n")
    build(project)
    store = open_store(url)
    taken = take(project, {})
    keep(store, taken, now_ns=1)
    laid = laid_out(project, store, taken.id, {})
    before = found(laid.project, url)
    assert len(before) == 3
    with Workspace.open(project, entering="never") as workspace:
        workspace.knowledge.base("handbook").remove(next(doc for doc in before if "cafe" in doc))
    (project / "docs" / "bar.md").write_text(
        "---\nreaders: [group:staff]\n---\n# bar\n\nThe opening hours of the bar are ten to four.\n"
    )
    (project / "docs" / "shop.md").unlink()
    build(project)
    again = found(laid_out(project, store, taken.id, {}).project, url)
    assert [doc for doc in before if doc in again] == again
    assert ["shop" in doc for doc in again] == [True]  # what a build drops stays; what was taken out or closed does not
    store.close()


def test_a_snapshot_that_is_nowhere_any_more_is_named(project: Path):
    build(project)
    store = open_store(f"sqlite:///{project}/.loomwork/store.db")
    taken = take(project, {})
    keep(store, taken, now_ns=1)
    (project / "docs" / "shop.md").write_text("# Shop\n\nClosed.\n")
    build(project)
    with pytest.raises(ReleaseIncomplete, match="knowledge handbook@"):
        laid_out(project, store, taken.id, {})
    store.close()


def test_a_base_that_was_never_built_is_no_hindrance(project: Path):
    store = open_store(f"sqlite:///{project}/.loomwork/store.db")
    taken = take(project, {})
    assert taken.manifest.knowledge == {"handbook": ""}
    keep(store, taken, now_ns=1)
    assert laid_out(project, store, taken.id, {}).project.is_dir()
    store.close()
