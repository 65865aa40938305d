"""`loomwork demo`, act two: documents. A handful of pages and a double of an embedder; the real thing runs nightly."""

import json
import zipfile
from pathlib import Path

import pytest

from loomwork.cli.demos import docs, live, own
from loomwork.cli.demos.acting import example_folder
from loomwork.evals.data import making
from loomwork.evals.data.making import Draft, spread
from loomwork.knowledge import report
from loomwork.knowledge.embedding import drivers
from loomwork.knowledge.report import Change, Interval
from loomwork.models.discover import Found
from loomwork.testing.embedder import StubEmbedder
from tests.cli.conftest import Shell

TOML = """[knowledge.docs]
sources = ["data/pages.zip"]
embedder = { driver = "stub" }

[knowledge.docs.search]
weights = { sparse = 1.0, dense = 0.25 }
"""
PAGES = {
    "en/cors.md": "# CORS\n\n## Seconds of caching\n\nThe `max_age` sets a maximum time in seconds for browsers to"
    " cache CORS responses. It defaults to 600 seconds.\n",
    "en/workers.md": "# Server Workers\n\n## Several processes\n\nStart several worker processes to use all cores of"
    " the machine that serves requests.\n",
    "en/websockets.md": "# WebSockets\n\n## Handling disconnections\n\nWhen a client disconnects from the server, an"
    " exception is raised that you can catch.\n",
    "zh/jwt.md": "# 安全性\n\n## 安装 PyJWT 依赖\n\n我们需要安装 `PyJWT`，以便在 Python 中生成和校验 JWT 令牌。\n",
}
QUESTIONS = [
    {"id": "en-04", "question": "For how many seconds do browsers cache CORS responses?", "pages": ["en/cors.md"]},
    {"id": "en-14", "question": "How can the server use all cores of the machine?", "pages": ["en/workers.md"]},
    {"id": "en-18", "question": "What happens when a client disconnects?", "pages": ["en/websockets.md"]},
    {"id": "zh-12", "question": "生成和校验 JWT 令牌需要安装什么？", "pages": ["zh/jwt.md"]},
    {"id": "zh-34", "question": "在中国大陆有机房吗？", "pages": []},
]


class English(StubEmbedder):
    """A double that was made for English."""

    def __init__(self) -> None:
        super().__init__(languages=frozenset({"en"}))


def with_an_example(folder: str) -> None:
    drivers.DRIVERS["stub"] = lambda _settings, _around: English()
    docs.example_folder = lambda _name: Path(folder)
    live.look = list


def with_the_real_example() -> None:
    docs.example_folder = example_folder


def with_a_server(url: str) -> None:
    live.look = lambda: [Found(preset="vllm", title="vLLM", kind="server", base_url=url, models=("embed-x", "double"))]


def with_a_provider(url: str) -> None:
    live.look = lambda: [Found(preset="openai", title="OpenAI", kind="key", base_url=url, api_key_env="OPENAI_API_KEY")]
    live.environment_for = pytest.fail


def with_short_passages() -> None:
    making.LEAST_TOKENS = 5


def with_a_change_of_nothing() -> None:
    same = Interval(0.5, 0.5, 0.5)
    report.changes = lambda before, after: (
        Change(language="en", recall=same, mrr=same, better=1, worse=0, questions=1),
    )


@pytest.fixture(autouse=True)
def small(shell: Shell, tmp_path: Path) -> Path:
    """A small example in the place of the bundled one, and no model on this machine."""
    folder = tmp_path / "bundled"
    (folder / "data").mkdir(parents=True)
    (folder / "app.py").write_bytes((example_folder("docs") / "app.py").read_bytes())
    (folder / "loomwork.toml").write_text(TOML)
    rows = [{"language": each["id"][:2], "split": "dev", "sentence": "", **each} for each in QUESTIONS]
    (folder / "data" / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with zipfile.ZipFile(folder / "data" / "pages.zip", "w") as archive:
        for path, text in PAGES.items():
            archive.writestr(zipfile.ZipInfo(path), text)
    shell.before(with_an_example, str(folder))
    return folder


@pytest.fixture
def mine(shell: Shell) -> Path:
    """A person's own documents, in the shell's folder."""
    for path, text in PAGES.items():
        shell.write(f"mine/{path.replace('/', '-')}", text)
    return shell.folder / "mine"


def steps(run: dict) -> dict[str, tuple[int, int]]:
    return {each["name"]: (each["ran"], each["hits"]) for each in run["steps"]}


def test_the_demo_asks_edits_a_weight_and_runs_only_what_it_touches(shell: Shell):
    done = shell("demo", "--act", "2", "--json")
    assert done.code == 0, done
    found = done.json["docs"]
    assert found["built"]["files"]["new"] == 4
    assert found["built"]["chunks"]["embedded"] == 3  # the Chinese page is found by keywords
    assert set(steps(found["runs"]["cold"])) == {"app:answer", "app:find", "answer", "search"}
    edited = steps(found["runs"]["edited"])
    assert edited["search"] == edited["app:find"] == (5, 0)
    assert edited["answer"] == (3, 2)  # no passage of the Chinese questions has changed
    for when in ("before", "after"):
        english, chinese = found[when]["scores"]
        assert (english["questions"], english["recall"]["value"]) == (3, 1.0)
        assert (chinese["questions"], chinese["unanswerable"], chinese["refused_rightly"]["value"]) == (1, 1, 1.0)
    assert "dense = 1.0" in (shell.folder / "loomwork-demo/docs/loomwork.toml").read_text()
    assert "Citations whose place in the document holds, to the letter, what they quote:" in done.err
    assert "$ loomwork plan app:answer --data data/questions.jsonl" in done.err


def test_the_report_of_the_demo_is_one_page_with_pictures(shell: Shell):
    found = shell("demo", "--act", "2", "--json", "--lang", "zh").json["docs"]
    html = Path(found["report"]).read_text("utf-8")
    assert html.count("<svg") == 6
    assert "dense = 0.25 → dense = 1.0" in html
    assert "知识库 docs" in html
    assert "<script" not in html


def test_the_demo_speaks_chinese(shell: Shell):
    done = shell("demo", "--act", "2", "--lang", "zh")
    assert done.code == 0, done
    assert "向真实文档提问" in done.out
    assert "2 个回答直接取自结果缓存" in done.out
    assert "我们需要安装 `PyJWT`" in done.out
    assert "文档中没有这个问题的答案" in done.out


def test_a_second_demo_embeds_nothing_again_and_keeps_what_a_person_changed(shell: Shell):
    shell("demo", "--act", "2", "--json")
    again = shell("demo", "--act", "2", "--json")
    assert again.json["docs"]["built"]["chunks"] == {"embedded": 0, "reused": 4, "removed": 0, "keywords": 0}
    assert steps(again.json["docs"]["runs"]["cold"])["answer"] == (5, 0)
    shell.write("loomwork-demo/docs/data/questions.jsonl", "mine")
    last = shell("demo", "--act", "2", "--json")
    assert last.json["docs"]["built"]["chunks"]["embedded"] == 0
    assert (shell.folder / "loomwork-demo/docs.kept-1/data/questions.jsonl").read_text() == "mine"


def test_a_model_that_is_found_answers_beside_what_was_quoted(shell: Shell, double: str):
    shell.before(with_a_server, double)
    done = shell("demo", "--act", "2", "--json")
    assert done.code == 0, done
    assert [each["question"] for each in done.json["docs"]["live"]] == [
        QUESTIONS[1]["question"],
        QUESTIONS[2]["question"],
    ]
    assert "A model was found: vLLM double." in done.err
    assert done.err.count("quoted:") == done.err.count("generated:") == 2
    assert "[models" not in (shell.folder / "loomwork-demo/docs/loomwork.toml").read_text()


def test_a_model_that_does_not_answer_is_said_and_not_asked_again(shell: Shell):
    shell.before(with_a_server, "http://127.0.0.1:9/v1")
    done = shell("demo", "--act", "2", "--json")
    assert done.code == 0, done
    assert [each["mode"] for each in done.json["docs"]["live"]] == ["quoted"]
    assert "the model did not answer" in done.err


def test_own_documents_are_asked_with_questions_made_of_their_headings(shell: Shell, mine: Path):
    done = shell("demo", "--docs", str(mine), "--json")
    assert done.code == 0, done
    found = done.json["own"]
    project = shell.folder / "loomwork-demo" / "yours-mine"
    rows = [json.loads(line) for line in (project / "data/questions.jsonl").read_text("utf-8").splitlines()]
    assert {(row["question"], *row["pages"]) for row in rows} == {
        ("Seconds of caching", "en-cors.md"), ("Several processes", "en-workers.md"),
        ("Handling disconnections", "en-websockets.md"), ("安装 PyJWT 依赖", "zh-jwt.md"),
    }  # fmt: skip
    assert {row["made_from"] for row in rows} == {"heading"}
    assert found["questions"] == 4
    assert found["live"] == []
    assert "Look them over" in done.err
    assert "use the documents' own words" in done.err
    assert sorted(path.name for path in mine.iterdir()) == sorted(path.replace("/", "-") for path in PAGES)


def test_a_heading_that_two_documents_have_asks_for_neither(shell: Shell):
    for name in ("a", "b"):
        long = f"Whoever looks for {name} will find it here, and nowhere else. " * 15
        shell.write(f"two/{name}.md", f"# Page\n\n## Further reading\n\n{long}\n\n## About {name}\n\n{long}\n")
    done = shell("demo", "--docs", "two", "--json")
    assert done.code == 0, done
    rows = (shell.folder / "loomwork-demo/yours-two/data/questions.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(row)["question"] for row in rows] == ["About a", "About b"]


def test_questions_that_a_person_edited_are_used_as_they_are(shell: Shell, mine: Path):
    shell("demo", "--docs", str(mine), "--json")
    questions = shell.folder / "loomwork-demo/yours-mine/data/questions.jsonl"
    row = {"id": "a", "language": "en", "split": "own", "question": "What is cached?", "pages": ["en-cors.md"]}
    questions.write_text(json.dumps(row) + "\n")
    done = shell("demo", "--docs", str(mine), "--json")
    assert done.json["own"]["questions"] == 1
    assert done.json["own"]["built"]["files"]["same"] == 4
    assert json.loads(questions.read_text()) == row


def test_a_setting_without_a_gain_is_put_back(shell: Shell, mine: Path):
    done = shell("demo", "--docs", str(mine), "--json")
    settings = (shell.folder / "loomwork-demo/yours-mine/loomwork.toml").read_text()
    assert done.json["own"]["before"]["name"] in settings
    assert done.json["own"]["after"]["name"] not in settings
    assert "No gain that these questions show beyond doubt" in done.err


def test_where_nothing_is_found_by_meaning_the_length_of_chunks_is_changed(shell: Shell):
    shell.write("only/zh.md", PAGES["zh/jwt.md"])
    done = shell("demo", "--docs", "only", "--json")
    assert done.code == 0, done
    assert (done.json["own"]["before"]["name"], done.json["own"]["after"]["name"]) == (
        "max_tokens = 200", "max_tokens = 120",
    )  # fmt: skip
    assert "max_tokens = 200" in (shell.folder / "loomwork-demo/yours-only/loomwork.toml").read_text()


def test_a_model_on_this_machine_makes_better_questions(shell: Shell, mine: Path, double: str):
    shell.before(with_a_server, double)
    shell.before(with_short_passages)
    done = shell("demo", "--docs", str(mine), "--json")
    assert done.code == 0, done
    rows = (shell.folder / "loomwork-demo/yours-mine/data/questions.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(row)["made_from"] for row in rows} == {"vLLM"}
    assert len(done.json["own"]["live"]) == 3


def test_own_documents_are_sent_to_no_provider_without_being_asked(shell: Shell, mine: Path, double: str):
    shell.before(with_a_provider, double)
    done = shell("demo", "--docs", str(mine), "--json")
    assert done.code == 0, done
    assert done.json["own"]["live"] == []


def test_documents_that_are_not_there_are_named(shell: Shell):
    done = shell("demo", "--docs", "nowhere")
    assert done.code == 2
    assert "there are no documents at nowhere" in done.err
    assert not (shell.folder / "loomwork-demo").exists()


def test_a_folder_without_any_text_has_nothing_to_ask(shell: Shell):
    (shell.folder / "empty").mkdir()
    done = shell("demo", "--docs", "empty", "--json")
    assert done.code == 0, done
    assert "there is nothing to ask" in done.err


def test_two_folders_of_one_name_have_two_projects(shell: Shell, tmp_path: Path):
    folder = tmp_path / "demo"
    first = own.prepare(folder, tmp_path / "a" / "notes")
    assert own.prepare(folder, tmp_path / "a" / "notes") == first
    assert own.prepare(folder, tmp_path / "b" / "notes") == first.with_name("yours-notes-2")


def test_questions_are_spread_over_the_documents():
    found = [Draft(doc=f"{n}.md", language="en", question=f"{n} {at}", by="heading") for n in range(40) for at in "ab"]
    chosen = spread(found, 30)
    assert len({each.doc for each in chosen}) == len(chosen) == 30
    assert int(chosen[-1].doc.removesuffix(".md")) > 35


def test_the_pages_of_a_knowledge_base_are_drawn(shell: Shell):
    shell.write("loomwork.toml", '[knowledge.docs]\nsources = ["pages"]\nembedder = "none"\n')
    shell.write("pages/a.md", PAGES["en/cors.md"])
    shell.write("pages/b.pdf", "%PDF-1.4 broken")
    assert shell("knowledge", "build", "docs").code == 0
    done = shell("knowledge", "status", "docs", "--plot")
    assert done.code == 0, done
    html = (shell.folder / ".loomwork" / "knowledge-docs.html").read_text("utf-8")
    assert "knowledge-docs.html" in done.out
    assert html.count("<svg") == 2
    assert "b.pdf" in html
    other = shell("knowledge", "status", "docs", "--out", "mine.html", "--json", "--lang", "zh")
    assert other.json["report"] == str(shell.folder / "mine.html")
    assert "知识库 docs" in (shell.folder / "mine.html").read_text("utf-8")
    assert shell("knowledge", "status", "docs", "--out", "nowhere/mine.html").code == 2


@pytest.mark.nightly
def test_the_real_demo_finds_and_refuses_what_it_should(shell: Shell):
    shell.before(with_the_real_example)
    found = shell("demo", "--act", "2", "--json").json["docs"]
    assert found["built"]["files"]["new"] == 278
    for score in found["after"]["scores"]:
        assert score["recall"]["value"] >= 0.9
        assert score["refused_rightly"]["value"] >= 0.7
    again = shell("demo", "--act", "2", "--json").json["docs"]
    assert again["built"]["chunks"]["embedded"] == 0
    assert again["runs"]["cold"]["wall_s"] + again["runs"]["edited"]["wall_s"] < 60


def test_questions_are_made_only_from_what_everyone_may_read(shell: Shell, mine: Path):
    (mine / ".readers").write_text("legal\n")
    shell.write("mine/open/zh.md", PAGES["zh/jwt.md"])
    shell.write("mine/open/.readers", "everyone\n")
    done = shell("demo", "--docs", str(mine), "--json")
    assert done.code == 0, done
    rows = (shell.folder / "loomwork-demo/yours-mine/data/questions.jsonl").read_text("utf-8").splitlines()
    assert {page for row in rows for page in json.loads(row)["pages"]} == {"open/zh.md"}
    assert "Seconds of caching" not in done.err


def test_of_a_handful_of_questions_nothing_is_said(shell: Shell):
    shell.write("one/cors.md", PAGES["en/cors.md"])
    shell.before(with_a_change_of_nothing)
    done = shell("demo", "--docs", "one", "--json")
    assert done.code == 0, done
    assert "1 questions are too few to say anything of the change" in done.err
    assert "No gain that these questions show beyond doubt" in done.err
