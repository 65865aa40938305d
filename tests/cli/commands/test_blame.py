"""`loomwork blame`: says how many calls it takes, tells changes apart in copies of the project, acts on nothing."""

import json
import subprocess
from collections.abc import Callable

import pytest

from tests.cli.conftest import Shell

APP = """
from pathlib import Path
from loomwork import Prompt, model, step

LENGTH = 9
ASKED = Path("ASKED_FILE")
WORDS = {"lost": "soon"}
ask = Prompt("prompts/ask.md")

def cut(text: str) -> str:
    return text[:LENGTH]

@step(cache="off")
async def order(text: str) -> str:
    import socket
    socket.create_connection(("127.0.0.1", PORT)).close()
    with ASKED.open("a") as file:
        file.write(text + "\\n")
    return "sent"

@step
async def draft(text: str, state: str) -> str:
    return await model("fast").ask(ask, text=cut(text), state=state, word=WORDS.get(state, "later"))

@step
async def main(text: str) -> str:
    return (await draft(text, await order(text))).lower()
"""
PROMPT = "## system\nBe kind.\n## user\n{{ text }} {{ state }} {{ word }}\n"
GIT = ("git", "-c", "user.name=t", "-c", "user.email=t@example.com")


def git(shell: Shell, *words: str) -> None:
    subprocess.run([*GIT, *words], cwd=shell.folder, check=True, capture_output=True)


def settings(url: str, *more: str) -> str:
    return "\n".join(['[models.fast]\ndriver = "openai"\nmodel = "m"', f'base_url = "{url}"', "temperature = 0", *more])


@pytest.fixture
def project(shell: Shell, double: str) -> Shell:
    shell.write("loomwork.toml", settings(double))
    port = double.rpartition(":")[2].removesuffix("/v1")
    shell.write("app.py", APP.replace("ASKED_FILE", str(shell.folder.parent / "asked.txt")).replace("PORT", port))
    shell.write("prompts/ask.md", PROMPT)
    shell.rows({"text": "a long text"})
    return shell


def run(shell: Shell) -> str:
    return shell("run", "app:main", "--data", "data.jsonl", "--json").json["run"]


def edit(shell: Shell, name: str, before: str, after: str) -> None:
    path = shell.folder / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def asked(url: str) -> int:
    from urllib.request import urlopen

    with urlopen(url.removesuffix("/v1") + "/double/calls") as answer:
        return json.load(answer)["calls"]


def acts(shell: Shell) -> int:
    return len((shell.folder.parent / "asked.txt").read_text().splitlines())


def test_one_change_is_told_from_the_records_with_no_call(project: Shell, double: str):
    a = run(project)
    edit(project, "prompts/ask.md", "kind", "brief")
    b = run(project)
    before = asked(double)
    done = project("blame", a, b, "--row", "0", "--json")
    assert asked(double) == before
    assert "no model call is needed" in done.err
    found = done.json
    assert set(found) >= {"a", "b", "row", "calls", "step", "changes", "certain", "also"}
    assert found["calls"] == {"needed": 0, "made": 0}
    assert found["step"]["name"] == "app:draft"
    (change,) = found["changes"]
    assert (change["kind"], change["name"], change["place"]) == ("prompt", "prompts/ask.md", "prompts/ask.md:2")
    assert "Be kind." in change["before"]


def two_changes(shell: Shell) -> tuple[str, str]:
    """A cut that changes the text, and a prompt's line that changes nothing of what is asked."""
    git(shell, "init", "-q")
    git(shell, "add", "app.py", "prompts")
    git(shell, "commit", "-q", "-m", "first")
    a = run(shell)
    edit(shell, "app.py", "LENGTH = 9", "LENGTH = 5")
    edit(shell, "prompts/ask.md", "## system", "---\ndescription: asks\n---\n## system")
    return a, run(shell)


def test_two_changes_are_told_apart_after_the_calls_were_said(project: Shell, double: str):
    a, b = two_changes(project)
    before, acted = asked(double), acts(project)
    done = project("blame", a, b, "--row", "0", "--json")
    assert "2 changes may have done it" in done.err
    found = done.json
    assert [change["name"] for change in found["changes"]] == ["app.LENGTH"]
    assert [change["name"] for change in found["also"]] == ["prompts/ask.md"]
    assert found["certain"]
    assert asked(double) - before == found["calls"]["made"] <= found["calls"]["needed"]
    assert acts(project) == acted, "nothing acted on the outside"


def test_code_that_plays_no_part_for_this_row_is_cleared_where_git_has_it_as_it_was(project: Shell):
    git(project, "init", "-q")
    git(project, "add", "app.py", "prompts")
    git(project, "commit", "-q", "-m", "first")
    a = run(project)
    edit(project, "app.py", '"soon"', '"now"')
    edit(project, "prompts/ask.md", "kind", "brief")
    acted = acts(project)
    b = run(project)
    assert acts(project) == acted + 1
    found = project("blame", a, b, "--row", "0", "--json").json
    assert [change["name"] for change in found["changes"]] == ["prompts/ask.md"]
    assert [change["name"] for change in found["also"]] == ["app.WORDS"]
    assert found["certain"]
    assert acts(project) == acted + 1, "what acts is answered from the records"


def test_code_and_a_prompt_that_both_count_are_both_named(project: Shell):
    git(project, "init", "-q")
    git(project, "add", "app.py", "prompts")
    git(project, "commit", "-q", "-m", "first")
    a = run(project)
    edit(project, "app.py", "LENGTH = 9", "LENGTH = 5")
    edit(project, "prompts/ask.md", "kind", "brief")
    found = project("blame", a, run(project), "--row", "0", "--json").json
    assert {change["name"] for change in found["changes"]} == {"app.LENGTH", "prompts/ask.md"}
    assert found["certain"]


def test_a_dry_run_names_what_may_have_done_it_and_asks_nothing(project: Shell, double: str):
    a, b = two_changes(project)
    before = asked(double)
    found = project("blame", a, b, "--row", "0", "--dry-run", "--json").json
    assert asked(double) == before
    assert found["calls"]["needed"] > 0
    assert found["calls"]["made"] == 0
    assert not found["certain"]
    assert {change["name"] for change in found["changes"]} == {"app.LENGTH", "prompts/ask.md"}


def test_two_settings_that_both_count_are_both_named(project: Shell, double: str):
    a = run(project)
    project.write("loomwork.toml", settings(double, "max_tokens = 7", "seed = 3"))
    found = project("blame", a, run(project), "--row", "0", "--json").json
    assert [change["name"] for change in found["changes"]] == ["models.fast.max_tokens", "models.fast.seed"]
    assert found["certain"]


def test_without_git_a_change_of_code_beside_another_is_said_not_to_be_rebuilt(project: Shell):
    a = run(project)
    edit(project, "app.py", "LENGTH = 9", "LENGTH = 5")
    edit(project, "prompts/ask.md", "kind", "brief")
    found = project("blame", a, run(project), "--row", "0", "--json").json
    assert {change["name"] for change in found["changes"]} == {"app.LENGTH", "prompts/ask.md"}
    assert not found["certain"]
    assert found["notes"] == ["not rebuilt"]


def test_the_project_is_left_as_it_was(project: Shell):
    a, b = two_changes(project)
    kept = {
        path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file() and ".loomwork" not in str(path)
    }
    project("blame", a, b, "--row", "0")
    assert {path: path.read_bytes() for path in kept} == kept
    git_state = subprocess.run(["git", "stash", "list"], cwd=project.folder, capture_output=True, check=True)
    assert git_state.stdout == b""


def test_people_are_told_in_both_languages(project: Shell):
    a, b = two_changes(project)
    told = project("blame", a, b, "--row", "0")
    assert "the first step that differs: app:draft" in told.out
    assert "constant  app.LENGTH  app.py:5  (app:draft)" in told.out
    assert "changed too, and not to blame for this row" in told.out
    chinese = project("blame", a, b, "--row", "0", "--lang", "zh")
    assert "最先不同的步骤：app:draft" in chinese.out
    assert "区分它们最多需要" in chinese.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (lambda run: ("nothing", run, "--row", "0"), "no run is called 'nothing'"),
        (lambda run: (run, run, "--row", "7"), "has no row 7"),
    ],
)
def test_what_is_not_there_is_told(project: Shell, words: Callable[[str], tuple[str, ...]], said: str):
    done = project("blame", *words(run(project)))
    assert done.code == 2
    assert said in done.err


KNOWING = """
from loomwork import Prompt, knowledge, model, step

rewrite = Prompt("prompts/rewrite.md")

@step
async def query(text: str) -> str:
    return await model("fast").ask(rewrite, text=text)

@step
async def main(text: str) -> list[str]:
    return [passage.text for passage in await knowledge("notes").search(await query(text), k=1)]
"""
QUERIES = '[{ when = "briefly", text = "pots" }, { when = "", text = "tea" }]'
NOTES = (
    '[models.fast]\ndriver = "scripted"\nrules = {rules}\n[knowledge.notes]\nsources = ["docs/"]\nembedder = "none"\n'
)


def test_an_index_as_it_is_now_never_stands_for_the_one_before(shell: Shell):
    shell.write("loomwork.toml", NOTES.replace("{rules}", QUERIES))
    shell.write("app.py", KNOWING)
    shell.write("prompts/rewrite.md", "## user\nSay {{ text }}\n")
    shell.write("docs/tea.md", "# Tea\n\nTea in tins.\n")
    shell.write("docs/pots.md", "# Pots\n\nPots of clay.\n")
    shell.rows({"text": "it"})
    assert shell("knowledge", "build", "notes").code == 0
    a = run(shell)
    edit(shell, "prompts/rewrite.md", "Say", "Say briefly")
    edit(shell, "docs/pots.md", "clay", "iron")
    assert shell("knowledge", "build", "notes").code == 0
    found = shell("blame", a, run(shell), "--row", "0", "--json").json
    assert {change["name"] for change in found["changes"]} == {"prompts/rewrite.md", "knowledge.notes/pots.md"}
    assert not found["certain"], "what the old index has for the new question was never asked"
    assert found["notes"] == ["diverged"]


def test_a_document_that_changed_is_named_where_nothing_else_did(shell: Shell):
    shell.write("loomwork.toml", NOTES.replace("{rules}", QUERIES))
    shell.write("app.py", KNOWING)
    shell.write("prompts/rewrite.md", "## user\nSay {{ text }}\n")
    shell.write("docs/tea.md", "# Tea\n\nTea in tins.\n")
    shell.rows({"text": "it"})
    shell("knowledge", "build", "notes")
    a = run(shell)
    edit(shell, "docs/tea.md", "tins", "bags")
    shell("knowledge", "build", "notes")
    found = shell("blame", a, run(shell), "--row", "0", "--json").json
    assert (found["step"]["name"], found["step"]["inner"]) == ("app:main", "search")
    assert [(change["kind"], change["name"]) for change in found["changes"]] == [
        ("document changed", "knowledge.notes/tea.md")
    ]
    assert found["certain"]
