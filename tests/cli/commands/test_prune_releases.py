"""Folders of releases: which go, that what they link to stays, and who is told of words in them."""

from pathlib import Path

import pytest

from loomwork.store import open_store
from loomwork.store.releases import PromotionRow
from loomwork.workspace.releasing import keep, laid_out, take
from loomwork.workspace.releasing.clearing import unneeded
from tests.cli.conftest import Shell

WORDS = "canary-17c4@example.com"


@pytest.fixture
def released(app: Shell) -> list[str]:
    """Four releases, the first with a person's words in a prompt, the third served last; by age."""
    prompt = app.folder / "prompts" / "reply.md"
    prompt.parent.mkdir(exist_ok=True)
    (app.folder / "data").mkdir(exist_ok=True)
    (app.folder / "data" / "kept.txt").write_text("stays")
    (app.folder / ".loomwork").mkdir(exist_ok=True)
    store = open_store(f"sqlite:///{app.folder}/.loomwork/store.db")
    made: list[str] = []
    try:
        for number in range(4):
            prompt.write_text(WORDS if not number else f"release {number}")
            gathered = take(app.folder, {})
            keep(store, gathered, now_ns=number + 1)
            laid_out(app.folder, store, gathered.id, {})
            made.append(gathered.id)
        store.releases.promote(PromotionRow(at_ns=100, release=made[1]))
        store.releases.promote(PromotionRow(at_ns=200, release=made[2]))
    finally:
        store.close()
    return made


def laid(app: Shell) -> set[str]:
    return {each.name for each in (app.folder / ".loomwork" / "releases").iterdir()}


def test_what_is_not_served_and_not_among_the_last_goes_and_data_stays(app: Shell, released: list[str]) -> None:
    dry = app("store", "prune", "--releases", "0", "--dry-run", "--json").json
    assert set(dry["releases"]) == {released[0], released[1], released[3]}
    assert dry["bytes"] > 0
    assert laid(app) == set(released)
    done = app("store", "prune", "--releases", "2", "--yes", "--json").json
    assert set(done["releases"]) == {released[0], released[3]}
    assert laid(app) == {released[1], released[2]}
    assert (app.folder / "data" / "kept.txt").read_text() == "stays"
    assert app("store", "prune", "--releases", "0", "--older-than", "1d", "--yes").code == 2
    assert "发布版" in app("store", "prune", "--releases", "5", "--lang", "zh").err


def test_what_a_process_answers_with_stays(app: Shell, released: list[str]) -> None:
    store = open_store(f"sqlite:///{app.folder}/.loomwork/store.db")
    try:
        found = unneeded(app.folder, store, keep=0, served={released[0]})
    finally:
        store.close()
    assert {each.name for each in found} == {released[1], released[3]}


def test_a_release_that_was_cleared_away_is_laid_out_again(app: Shell, released: list[str]) -> None:
    app("store", "prune", "--releases", "0", "--yes")
    store = open_store(f"sqlite:///{app.folder}/.loomwork/store.db")
    try:
        made = laid_out(app.folder, store, released[3], {})
    finally:
        store.close()
    assert (made.project / "prompts" / "reply.md").read_text() == "release 3"


def test_erasing_names_the_copies_that_hold_the_words(app: Shell, released: list[str]) -> None:
    app.rows({"text": "goes", "subject": WORDS})
    assert app("run", "app:main", "--data", "data.jsonl").code == 0
    Path(app.folder / "data.jsonl").unlink()
    done = app("store", "erase", WORDS, "--yes", "--json")
    assert done.code == 1
    assert done.json["release_files"] == [f".loomwork/releases/{released[0]}/project/prompts/reply.md"]
    assert "store prune --releases" in done.err
    app("store", "prune", "--releases", "1", "--yes")
    again = app("store", "erase", WORDS, "--yes", "--json")
    assert (again.code, again.json["release_files"]) == (0, [])
