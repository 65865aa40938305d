"""A release is what decides answers, kept and laid out again: memos hold, edits of the project do not reach it."""

from __future__ import annotations

import asyncio
import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loomwork import Workspace
from loomwork.flow.behaviour import install_finder
from loomwork.kernel.errors.releases import NoReleaseBefore, NoSuchRelease, ReleaseIncomplete
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.store.releases import PromotionRow
from loomwork.workspace.releasing import current, differences, find, keep, laid_out, manifest_of, previous, take

APP = """
import json
from pathlib import Path
from loomwork import Prompt, model, step
from tools.words import STYLE

reply = Prompt("prompts/reply.md")

@step
async def answer(question: str) -> str:
    rules = json.loads(Path("data/rules.json").read_text())
    return str(rules["n"]) + STYLE + await model("smart").ask(reply, question=question)
"""
TOML = """
[models.smart]
driver = "scripted"
temperature = 0
rules = [{ text = "you said: {last}" }]
[serve.answer]
step = "app:answer"
[gateway]
port = 1
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    root = tmp_path / "here"
    for name, text in {
        "app.py": APP, "loomwork.toml": TOML, "prompts/reply.md": "Answer: {{ question }}\n", "README.md": "read me",
        "tools/words.py": 'STYLE = "!"\n', "tools/__init__.py": "", "data/rules.json": '{"n": 1}',
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name in ("LOOMWORK_STORE__URL",):
        monkeypatch.delenv(name, raising=False)
    yield root
    _forget()


@pytest.fixture
def store(project: Path) -> Iterator[Store]:
    found = open_store(f"sqlite:///{project}/.loomwork/store.db")
    yield found
    found.close()


def _forget() -> None:
    for name in ("app", "tools", "tools.words"):
        sys.modules.pop(name, None)


def _answer(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch, question: str = "when?") -> tuple[str, int]:
    """Ask the application that lies in a folder; return its answer and how many calls were no hits."""
    monkeypatch.chdir(folder)
    with monkeypatch.context() as patch, Workspace.open(folder, store_url=url) as workspace:
        patch.syspath_prepend(str(folder))
        _forget()
        importlib.invalidate_caches()
        install_finder(workspace.runtime.project)
        app: Any = importlib.import_module("app")
        before = {span.span for span in workspace.store.spans.list(limit=1000, roots_only=False)}
        said = asyncio.run(app.answer(question))
        workspace.runtime.recorder.flush()
        spans = [span for span in workspace.store.spans.list(limit=1000, roots_only=False) if span.span not in before]
    _forget()
    return said, sum(not span.cached for span in spans)


def _url(project: Path) -> str:
    return f"sqlite:///{project}/.loomwork/store.db"


def _made(project: Path, store: Store) -> str:
    taken = take(project, {})
    keep(store, taken, now_ns=1)
    return taken.id


def test_a_release_is_named_by_what_decides_answers_and_by_nothing_else(project: Path):
    first = take(project, {}).id
    (project / "README.md").write_text("another")
    (project / "data" / "rules.json").write_text('{"n": 2}')
    (project / "loomwork.toml").write_text(TOML.replace("port = 1", "port = 2"))
    assert take(project, {"LOOMWORK_STORE__URL": "sqlite:///x"}).id == first
    seen = {first}
    for name, before, after in (
        ("tools/words.py", "!", "?"),
        ("prompts/reply.md", "Answer", "Say"),
        ("loomwork.toml", "temperature = 0", "seed = 1"),
    ):
        text = (project / name).read_text()
        (project / name).write_text(text.replace(before, after))
        seen.add(take(project, {}).id)
        (project / name).write_text(text)
    seen.add(take(project, {"LOOMWORK_MODELS__SMART__TEMPERATURE": "0.5"}).id)
    assert len(seen) == 5


def test_files_that_the_settings_name_belong_to_the_release(project: Path):
    (project / "loomwork.toml").write_text(TOML + '[releases]\nfiles = ["data/*.json"]\n')
    first = take(project, {})
    assert list(first.manifest.files) == ["data/rules.json"]
    (project / "data" / "rules.json").write_text('{"n": 2}')
    assert take(project, {}).id != first.id


def test_what_was_run_in_the_project_is_a_hit_in_its_release(
    project: Path, store: Store, monkeypatch: pytest.MonkeyPatch
):
    laid = laid_out(project, store, _made(project, store), {})
    said, ran = _answer(project, _url(project), monkeypatch)
    assert ran > 0
    assert _answer(laid.project, _url(project), monkeypatch) == (said, 0)
    again, ran = _answer(laid.project, _url(project), monkeypatch, "where?")
    assert ran > 0
    assert _answer(project, _url(project), monkeypatch, "where?") == (again, 0)


def test_edits_of_the_project_do_not_reach_a_release_but_data_is_the_projects_own(
    project: Path, store: Store, monkeypatch: pytest.MonkeyPatch
):
    release = _made(project, store)
    laid = laid_out(project, store, release, {})
    said, _ = _answer(laid.project, _url(project), monkeypatch)
    (project / "tools" / "words.py").write_text('STYLE = "?"\n')
    (project / "prompts" / "reply.md").write_text("Other: {{ question }}\n")
    (project / "new.py").write_text("A = 1\n")
    assert _answer(laid.project, _url(project), monkeypatch) == (said, 0)
    assert _answer(laid_out(project, store, release, {}).project, _url(project), monkeypatch) == (said, 0)
    assert not (laid.project / "new.py").exists()
    (laid.project / "data" / "rules.json").write_text('{"n": 5}')
    assert (project / "data" / "rules.json").read_text() == '{"n": 5}'
    assert _answer(laid.project, _url(project), monkeypatch)[0] == said.replace("1", "5", 1)


def test_a_release_that_was_tampered_with_or_lost_is_laid_out_again(project: Path, store: Store):
    release = _made(project, store)
    laid = laid_out(project, store, release, {})
    (laid.project / "app.py").write_text("BAD = 1")
    (laid.project / "more.py").write_text("BAD = 1")
    assert (laid_out(project, store, release, {}).project / "app.py").read_text() == APP
    assert not (laid.project / "more.py").exists()
    shutil.rmtree(laid.project)
    (project / "app.py").write_text("")
    assert (laid_out(project, store, release, {}).project / "app.py").read_text() == APP


def test_the_servers_own_settings_are_those_of_now(project: Path, store: Store):
    release = _made(project, store)
    (project / "loomwork.toml").write_text(TOML.replace("port = 1", "port = 2").replace("temperature = 0", "seed = 1"))
    text = (laid_out(project, store, release, {}).project / "loomwork.toml").read_text()
    assert "port = 2" in text
    assert "temperature = 0" in text
    assert "seed" not in text


def test_code_of_further_roots_is_pinned(project: Path, store: Store, tmp_path: Path):
    library = tmp_path / "lib"
    library.mkdir()
    (library / "shared.py").write_text("A = 1\n")
    (project / "loomwork.toml").write_text(TOML + '[project]\nroots = ["../lib"]\n')
    taken = take(project, {})
    assert "+0/shared.py" in taken.manifest.code
    keep(store, taken, now_ns=1)
    (library / "shared.py").write_text("A = 2\n")
    laid = laid_out(project, store, taken.id, {})
    assert [(root / "shared.py").read_text() for root in laid.roots] == ["A = 1\n"]
    assert str(laid.roots[0]) in (laid.project / "loomwork.toml").read_text()


def test_secrets_in_the_environment_are_in_no_release(project: Path):
    taken = take(project, {"LOOMWORK_MODELS__SMART__HEADERS__AUTHORIZATION": "Bearer 123456789abc"})
    assert "123456789abc" not in str(taken.manifest)


def test_the_difference_of_two_releases_names_each_part(project: Path, store: Store):
    a = _made(project, store)
    (project / "tools" / "words.py").write_text('STYLE = "?"\nMORE = 1\n')
    (project / "prompts" / "reply.md").write_text("Other: {{ question }}\n")
    (project / "loomwork.toml").write_text(TOML.replace("temperature = 0", "temperature = 0.5"))
    b = _made(project, store)
    one, two = (manifest_of(find(store, each).manifest) for each in (a, b))
    texts = {
        digest: store.blobs.get(digest).decode() for each in (a, b) for digest in store.releases.files(each).values()
    }
    found = differences(one, two, lambda digest: texts.get(digest, ""))  # pyright: ignore[reportArgumentType, reportCallIssue] # a digest is a text
    assert [(each.kind, each.name, each.parts) for each in found] == [
        ("code", "tools/words.py", ("STYLE", "MORE")),
        ("prompt", "prompts/reply.md", ()),
        ("setting", "models.smart.temperature", ()),
    ]
    assert (found[2].before, found[2].after) == ("0", "0.5")
    assert differences(one, one, str) == []


def test_the_release_before_is_the_last_other_one_that_was_served(store: Store):
    assert current(store) == ""
    with pytest.raises(NoReleaseBefore):
        previous(store, "a")
    for at, (release, share) in enumerate([("a", 1.0), ("b", 0.05), ("b", 1.0), ("b", 1.0), ("c", 0.5)]):
        store.releases.promote(PromotionRow(at_ns=at, release=release, share=share))
    assert current(store) == "b"
    assert previous(store, "b") == "a"
    with pytest.raises(NoReleaseBefore):
        previous(store, "a")


def test_what_somebody_went_back_from_is_not_gone_back_to(store: Store):
    for at, release in enumerate(["a", "b", "c", "b"]):
        store.releases.promote(PromotionRow(at_ns=at, release=release))
    assert previous(store, "b") == "a"
    store.releases.promote(PromotionRow(at_ns=7, release="a"))
    with pytest.raises(NoReleaseBefore):
        previous(store, "a")
    store.releases.promote(PromotionRow(at_ns=8, release="c"))
    assert previous(store, "c") == "a"


def test_a_release_that_lost_a_file_says_which(project: Path, store: Store):
    with pytest.raises(NoSuchRelease):
        find(store, "abc")
    (project / "prompts" / "reply.md").write_text("Ask Mei Lindqvist: {{ question }}\n")
    release = _made(project, store)
    assert laid_out(project, store, release, {}).project.is_dir()
    store.care.erase("Mei Lindqvist")
    with pytest.raises(ReleaseIncomplete, match=r"prompts/reply\.md"):
        laid_out(project, store, release, {})


def test_a_prune_keeps_the_files_of_releases(project: Path, store: Store):
    release = _made(project, store)
    store.care.prune(older_than_ns=1 << 62)
    assert laid_out(project, store, release, {}).project.is_dir()
