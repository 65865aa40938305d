"""Prompts in the studio: versions that runs used, edits that are checked first, renderings, and what is refused."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.store import open_store
from loomwork.studio.app import build_app
from loomwork.studio.safety import Door
from loomwork.studio.studio import Studio
from tests.studio.conftest import HERE

CHAIN = Path(__file__).parents[2] / "examples" / "chain"


def run(folder: Path) -> None:
    start = "from loomwork.cli.main import main; main()"
    asked = ["run", "app:answer", "--data", str(folder / "data/questions.jsonl"), "--limit", "2"]
    done = subprocess.run(
        [sys.executable, "-c", start, *asked, "--project", str(folder), "--json"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of examples/chain that ran, was edited in its last prompt, and ran again."""
    folder = tmp_path_factory.mktemp("made") / "chain"
    shutil.copytree(CHAIN, folder, ignore=shutil.ignore_patterns(".loomwork", "__pycache__"))
    run(folder)
    prompt = folder / "prompts" / "review.md"
    prompt.write_text(prompt.read_text("utf-8") + "\nBe kind.\n", "utf-8")
    run(folder)
    return folder


@pytest.fixture
def chain(ran: Path, tmp_path: Path) -> Iterator[tuple[Path, TestClient]]:
    folder = tmp_path / "chain"
    shutil.copytree(ran, folder)
    url = f"sqlite:///{folder / '.loomwork' / 'store.db'}"
    store = open_store(url)
    door = Door(host="127.0.0.1", port=5710)
    with TestClient(build_app(Studio(folder=folder, store=store, store_url=url), door), base_url=HERE) as client:
        yield folder, client
    store.close()


def put(client: TestClient, name: str, text: str, digest: str) -> Any:
    return client.put(f"/api/prompts/{name}", json={"text": text, "digest": digest})


def test_versions_that_runs_used_are_told_with_their_text_and_their_difference(chain: tuple[Path, TestClient]) -> None:
    _, client = chain
    assert [each["name"] for each in client.get("/api/prompts").json()["prompts"]] == ["draft", "review", "understand"]
    told = client.get("/api/prompts/review").json()
    now, before = told["versions"]
    assert (now["is_current"], now["version"], before["is_current"]) == (True, told["version"], False)
    assert [(use["calls"], use["ok_items"]) for use in (*now["uses"], *before["uses"])] == [(2, 2), (2, 2)]
    older = client.get("/api/prompts/review", params={"version": before["version"][:12]}).json()
    assert older["text"] == told["text"].removesuffix("\nBe kind.\n")
    assert (older["version"], older["is_current"], older["digest"]) == (before["version"], False, told["digest"])
    diff = client.get("/api/prompt-diffs/review", params={"before": before["version"]}).json()
    assert "".join(each["text"] for each in diff["changes"] if each["op"] == "added").strip() == "Be kind."
    assert not [each for each in diff["changes"] if each["op"] == "removed"]


def test_calls_that_asked_with_a_version_lead_to_their_traces(chain: tuple[Path, TestClient]) -> None:
    _, client = chain
    versions = client.get("/api/prompts/review").json()["versions"]
    told = client.get("/api/prompt-calls/review", params={"version": versions[1]["version"]}).json()
    assert sorted((each["item"], each["state"]) for each in told["calls"]) == [(0, "ok"), (1, "ok")]
    assert {each["run"] for each in told["calls"]} == {versions[1]["uses"][0]["run"]}
    assert all(each["trace"] and each["span"] for each in told["calls"])
    assert client.get("/api/prompt-calls/review?limit=3").json()["more"]
    assert client.get("/api/prompt-calls/review?only=failed").json()["calls"] == []


def test_a_saved_prompt_is_on_disk_and_an_edit_elsewhere_is_not_written_over(chain: tuple[Path, TestClient]) -> None:
    folder, client = chain
    file = folder / "prompts" / "review.md"
    told = client.get("/api/prompts/review").json()
    text = told["text"] + "\n请简短。<script>alert(1)</script>\n"
    saved = put(client, "review", text, told["digest"])
    assert saved.status_code == 200, saved.text
    assert file.read_text("utf-8") == text
    assert saved.json()["version"] == client.get("/api/prompts/review").json()["version"]
    file.write_text("{{ question }} elsewhere", "utf-8")
    refused = put(client, "review", "mine", saved.json()["digest"])
    assert (refused.status_code, refused.json()["kind"]) == (409, "ChangedMeanwhile")
    assert file.read_text("utf-8") == "{{ question }} elsewhere"


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("fine\n\n{{ question", "TemplateSyntax", 3),
        ("{% include 'x' %}", "TemplateForbidden", 1),
        ("---\nparams:\n  temprature: 1\n---\nx", "UnknownField", 3),
        ("---\nx: 1", "FrontMatterOpen", 1),
        ("---\nexamples: ../../outside.jsonl\n---\nx", "OutsideProject", 0),
        ("---\nexamples: /etc/passwd\n---\nx", "OutsideProject", 0),
    ],
)
def test_a_broken_text_is_refused_with_place_and_reason_and_the_file_stays(
    chain: tuple[Path, TestClient], text: str, kind: str, line: int
) -> None:
    folder, client = chain
    (folder.parent / "outside.jsonl").write_text('{"output": "secret"}\n')
    before = (folder / "prompts" / "review.md").read_bytes()
    told = client.get("/api/prompts/review").json()
    refused = put(client, "review", text, told["digest"])
    assert (refused.status_code // 100, refused.json()["kind"]) == (4, kind)
    assert (folder / "prompts" / "review.md").read_bytes() == before
    checked = client.post("/api/prompt-checks", json={"name": "review", "text": text}).json()
    assert (checked["problem"]["kind"], checked["line"], checked["parts"]) == (kind, line, None)
    assert "secret" not in refused.text


def test_a_prompt_that_is_broken_on_disk_is_shown_with_its_problem(chain: tuple[Path, TestClient]) -> None:
    folder, client = chain
    (folder / "prompts" / "review.md").write_text("{{ oh", "utf-8")
    listed = {each["name"]: each for each in client.get("/api/prompts").json()["prompts"]}
    assert listed["review"]["problem"]["kind"] == "TemplateSyntax"
    told = client.get("/api/prompts/review").json()
    assert (told["text"], told["line"], told["parts"]) == ("{{ oh", 1, None)
    assert put(client, "review", "{{ question }}", told["digest"]).status_code == 200


def test_a_new_prompt_is_made_once_and_a_name_leads_nowhere_else(chain: tuple[Path, TestClient]) -> None:
    folder, client = chain
    assert put(client, "mail/reply-zh", "你好 {{ name }}", "").status_code == 200
    assert (folder / "prompts" / "mail" / "reply-zh.md").read_text("utf-8") == "你好 {{ name }}"
    assert put(client, "mail/reply-zh", "x", "").json()["kind"] == "PromptThere"
    assert put(client, "a b", "x", "").json()["kind"] == "PromptPathUnfit"
    (folder / "prompts" / "out.md").symlink_to(folder.parent / "outside.md")
    (folder.parent / "outside.md").write_text("secret")
    for name in ("..%2F..%2Foutside", "%2Fetc%2Fpasswd", "x%2F..%2F..%2F..%2Foutside.md", "out", ".hidden"):
        for answer in (client.get(f"/api/prompts/{name}"), put(client, name, "x", "")):
            assert answer.status_code in (400, 403, 422), answer.text
            assert "secret" not in answer.text
    assert (folder.parent / "outside.md").read_text() == "secret"
    assert client.get("/api/prompts/app.py").json()["kind"] == "NoSuchPrompt"
    assert client.get("/api/prompts/reviev").json()["en"]["what"].endswith("(did you mean 'review'?)")
    assert "out" not in [each["name"] for each in client.get("/api/prompts").json()["prompts"]]


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    done = subprocess.run(["git", "-C", str(folder), *who, *words], capture_output=True, check=True, text=True)
    return done.stdout.strip()


def test_a_version_may_be_a_commit_and_is_no_way_to_ask_git_for_other_things(chain: tuple[Path, TestClient]) -> None:
    folder, client = chain
    (folder / "prompts" / "review.md").write_text("{{ question }} {{ fact }} {{ text }} as committed", "utf-8")
    for words in (("init", "-q"), ("add", "prompts"), ("commit", "-q", "-m", "第一 <b>")):
        git(folder, *words)
    (folder / "prompts" / "review.md").write_text("{{ question }} {{ fact }} {{ text }} since", "utf-8")
    told = client.get("/api/prompts/review").json()
    commit = next(each["commits"][0] for each in told["versions"] if each["commits"])
    assert (commit["subject"], commit["author"], commit["revision"]) == (
        "第一 <b>",
        "Ada",
        git(folder, "rev-parse", "HEAD"),
    )
    older = client.get("/api/prompts/review", params={"version": commit["revision"][:10]}).json()
    assert older["text"].endswith("as committed")
    for version in ("--output=x", "HEAD:../secret", "HEAD", "zz", "@{-1}", ":/第一"):
        answer = client.get("/api/prompts/review", params={"version": version})
        assert answer.json()["kind"] == "NoSuchPrompt"


def render(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/prompt-renderings", json={"name": "review", "inputs": {}, **body})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_prompt_is_filled_in_with_given_inputs(chain: tuple[Path, TestClient]) -> None:
    _, client = chain
    text = "---\nexamples:\n  - q: one\n    output: eins\n---\n## system\nBe brief.\n## user\n{{ q }}: {{ p.a[0].t }}"
    inputs = {"q": "{{ not }} a <b>template</b>", "p": {"a": [{"t": "织机"}]}}
    failed = render(client, text=text, inputs=inputs)
    assert failed["problem"]["kind"] == "ExampleLacks"
    told = render(client, text=text.replace(": {{ p.a[0].t }}", ""), inputs=inputs)
    assert [(each["role"], each["text"]) for each in told["messages"]] == [
        ("system", "Be brief."), ("user", "one"), ("assistant", "eins"), ("user", "{{ not }} a <b>template</b>"),
    ]  # fmt: skip
    lacking = render(client, text="{{ a }} {{ b }}", inputs={"a": 1})
    assert (lacking["missing"], lacking["problem"]["kind"], lacking["messages"]) == (["b"], "MissingVariables", [])
    endless = render(client, text="{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}")
    assert endless["problem"]["kind"] in ("TemplateTooCostly", "TemplateFailed")
