"""`loomwork knowledge ...` as a person and a program meet it, and searching inside steps."""

import json

import pytest

from loomwork.knowledge.embedding import DRIVERS
from loomwork.testing.embedder import StubEmbedder
from tests.cli.conftest import Shell
from tests.knowledge.ingest.making import GUIDE, LEAVE

SETTINGS = """
[knowledge.handbook]
sources = ["docs/"]
embedder = {driver = "stub"}
"""
APP = """
from loomwork import knowledge, step

@step
async def find(question: str) -> list[str]:
    return [each.text for each in await knowledge("handbook").search(question, k=1)]
"""


def with_a_stub() -> None:
    DRIVERS["stub"] = lambda settings, around: StubEmbedder(dimensions=32)


@pytest.fixture
def docs(shell: Shell) -> Shell:
    """A project with two documents, built."""
    shell.before(with_a_stub)
    shell.write("loomwork.toml", SETTINGS)
    shell.write("app.py", APP)
    shell.write("docs/guide.md", GUIDE)
    shell.write("docs/hr/leave.md", LEAVE)
    built = shell("knowledge", "build", "handbook", "--json")
    assert built.code == 0, built.err
    return shell


def test_a_build_tells_what_it_did(docs: Shell):
    docs.write("docs/guide.md", GUIDE.replace("two", "three"))
    docs.write("docs/new.md", "Something new.")
    docs.write("docs/empty.md", "")
    (docs.folder / "docs/hr/leave.md").unlink()
    built = docs("knowledge", "build", "handbook", "--json").json
    assert sorted(built) == ["chunks", "files", "index", "snapshot", "wall_s"]
    assert built["files"] == {"new": 1, "changed": 1, "same": 0, "removed": 1, "failed": 1}
    assert sorted(built["chunks"]) == ["embedded", "keywords", "removed", "reused"]
    strict = docs("knowledge", "build", "handbook", "--strict")
    assert strict.code == 1
    assert "empty.md: the document is empty (0 bytes)" in strict.err
    chinese = docs("knowledge", "build", "handbook", "--lang", "zh").err
    assert "handbook：2 份文档" in chinese
    assert "empty.md：文档是空的（0 字节）" in chinese


def test_a_search_gives_what_was_agreed(docs: Shell):
    found = docs("knowledge", "search", "handbook", "who saves the database", "-k", "2", "--json").json
    assert (found["index"], len(found["snapshot"])) == ("handbook", 40)
    first = found["hits"][0]
    assert {"rank", "score", "doc", "path", "section", "page", "start", "end", "text", "ranks"} <= set(first)
    assert (first["rank"], first["doc"], first["path"]) == (1, "guide.md", "guide.md")
    assert GUIDE[first["start"] : first["end"]] == first["text"]
    dense = docs("knowledge", "search", "handbook", "database", "--mode", "dense", "--json").json
    assert all(set(hit["ranks"]) == {"dense"} for hit in dense["hits"])
    told = docs("knowledge", "search", "handbook", "年假", "--explain")
    assert "hr/leave.md > 请假" in told.out
    assert "term 年假" in told.out
    assert "why" in docs("knowledge", "search", "handbook", "年假", "--explain", "--json").json["hits"][0]


def test_many_questions_are_answered_into_a_file(docs: Shell):
    docs.rows({"id": "q1", "query": "who saves the database"}, {"id": 2, "query": "年假"}, name="queries.jsonl")
    done = docs("knowledge", "search", "handbook", "--queries", "queries.jsonl", "-k", "1", "--out", "hits.jsonl")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in (docs.folder / "hits.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["q1", 2]
    assert [sorted(hit) for row in rows for hit in row["hits"]] == [["doc", "path", "score"]] * 2
    assert [row["hits"][0]["doc"] for row in rows] == ["guide.md", "hr/leave.md"]
    docs.write("docs/long.md", "\n\n".join(f"# Part {n}\n\n{'The database again. ' * 60}" for n in range(9)))
    docs("knowledge", "build", "handbook")
    done = docs("knowledge", "search", "handbook", "--queries", "queries.jsonl", "-k", "2", "--out", "hits.jsonl")
    first = json.loads((docs.folder / "hits.jsonl").read_text("utf-8").splitlines()[0])
    assert len({hit["doc"] for hit in first["hits"]}) == len(first["hits"]) == 2
    docs.write("queries.jsonl", '{"id": 1}\n')
    wrong = docs("knowledge", "search", "handbook", "--queries", "queries.jsonl", "--json")
    assert (wrong.code, wrong.json["error"]["kind"]) == (2, "BadQueries")


def test_a_search_is_on_somebodys_behalf(docs: Shell):
    docs.write("docs/hr/.readers", "staff\n")
    assert docs("knowledge", "build", "handbook").code == 0

    def seen(*words: str) -> list[str]:
        found = docs("knowledge", "search", "handbook", "年假", "--mode", "sparse", "--json", *words).json
        return [hit["doc"] for hit in found["hits"]]

    assert seen() == []
    assert seen("--as", "ada") == []
    assert seen("--as", "ada", "--group", "staff") == seen("--as", "staff") == ["hr/leave.md"]


def test_status_tells_what_is_there_and_what_is_wrong(docs: Shell):
    docs.write("docs/broken.pdf", "%PDF-1.7 nothing of that kind")
    docs("knowledge", "build", "handbook")
    found = docs("knowledge", "status", "handbook", "--json").json
    assert (found["documents"], found["languages"], found["problems"]) == (2, {"en": 1, "zh": 1}, {"broken": 1})
    shown = docs("knowledge", "status", "handbook", "--documents")
    assert "documents: 2" in shown.out
    assert "hr/leave.md" in shown.out
    assert "problems: broken 1" in shown.out
    every = docs("knowledge", "status", "--json").json
    assert (every["knowledge"], every["states"]["handbook"]["documents"]) == (["handbook"], 2)
    assert "handbook: 2 documents, 2 chunks, built 20" in docs("knowledge", "status").out
    chinese = docs("knowledge", "status", "handbook", "--lang", "zh").out
    assert "文档：2" in chinese
    assert "语言：英文 1，中文 1" in chinese
    assert "问题：已损坏 1" in chinese
    assert "(" not in chinese.split("broken.pdf", 1)[1]


def test_status_and_page_tell_who_may_read_what(docs: Shell):
    docs.write("docs/hr/.readers", "staff\nboard\n")
    docs("knowledge", "build", "handbook")
    shown = docs("knowledge", "status", "handbook", "--documents").out
    assert "guide.md  everyone" in shown
    assert "hr/leave.md  board, staff" in shown
    assert "hr/leave.md  board，staff" in docs("knowledge", "status", "handbook", "--documents", "--lang", "zh").out
    readers = docs("knowledge", "status", "handbook", "--documents", "--json").json["readers"]
    assert readers == {"guide.md": None, "hr/leave.md": ["board", "staff"]}
    docs("knowledge", "status", "handbook", "--out", "page.html")
    page = (docs.folder / "page.html").read_text("utf-8")
    assert "<td>board, staff</td><td class=right>1</td>" in page


def test_counters_of_chunks_add_up_whatever_is_embedded(docs: Shell):
    docs.write("docs/again.md", GUIDE)
    docs.write("docs/hr/leave.md", LEAVE + "\n还有。\n")
    docs.write("loomwork.toml", SETTINGS + 'dictionary = "words.toml"\n')
    docs.write("words.toml", 'protected = ["年假"]\n')
    built = docs("knowledge", "build", "handbook", "--json").json
    assert built["files"] == {"new": 1, "changed": 1, "same": 1, "removed": 0, "failed": 0}, "one edit is one change"
    held = docs("knowledge", "status", "handbook", "--json").json["chunks"]
    assert sum(built["chunks"][name] for name in ("embedded", "keywords", "reused")) == held
    docs.write("loomwork.toml", SETTINGS.replace('{driver = "stub"}', '"none"'))
    plain = docs("knowledge", "build", "handbook", "--fresh")
    assert f"chunks: {held} new by keywords only" in plain.err
    assert "embedded" not in plain.err
    assert f"chunks: {held} reused" in docs("knowledge", "build", "handbook").err


def test_an_empty_base_says_so_and_is_searched_in_vain(docs: Shell):
    (docs.folder / "docs/guide.md").unlink()
    (docs.folder / "docs/hr/leave.md").unlink()
    docs("knowledge", "remove", "handbook", "--yes")
    built = docs("knowledge", "build", "handbook")
    assert (built.code, "nothing to read was found in docs/" in built.err) == (0, True)
    assert docs("knowledge", "build", "handbook", "--strict").code == 1
    found = docs("knowledge", "search", "handbook", "x")
    assert (found.code, "nothing was found in handbook" in found.out + found.err) == (0, True)


def test_another_embedder_is_told_by_its_name_and_a_misspelt_one_with_the_nearest(docs: Shell):
    docs.write("loomwork.toml", SETTINGS.replace('{driver = "stub"}', '"none"'))
    assert docs("knowledge", "build", "handbook", "--fresh").code == 0
    docs.write("loomwork.toml", SETTINGS)
    wrong = docs("knowledge", "build", "handbook").err
    assert "was made with the embedder 'none', and 'stub" in wrong
    assert "(32)' is configured" in wrong
    docs.write("loomwork.toml", SETTINGS.replace('{driver = "stub"}', '"minlm"'))
    assert "no embedder is called 'minlm' (did you mean 'minilm'?)" in docs("knowledge", "build", "handbook").err


def test_doctor_looks_at_sources_dictionary_embedder_and_index(docs: Shell):
    def told(*words: str) -> list[tuple[str, str]]:
        checks = docs("doctor", "--json", *words).json["checks"]
        return [(each["status"], each["what"]) for each in checks if each["subject"] == "knowledge"]

    assert told() == [("ok", "handbook: 2 documents, 2 chunks")]
    docs.write("loomwork.toml", SETTINGS.replace("docs/", "dosc/") + 'dictionary = "words.toml"\n')
    assert [status for status, _ in told()] == ["error", "error"]
    assert "the source 'dosc/'" in told()[0][1]
    assert "words.toml" in told()[1][1]
    docs.write("loomwork.toml", SETTINGS.replace("handbook", "other"))
    assert told() == [("warning", "other has no index yet")]
    assert told("--lang", "zh") == [("warning", "other 还没有索引")]


def test_documents_and_the_whole_index_are_removed(docs: Shell):
    assert docs("knowledge", "remove", "handbook", "hr/leave.md").code == 2, "nobody can be asked"
    tried = docs("knowledge", "remove", "handbook", "hr/leave.md", "--dry-run", "--json").json
    assert (tried["dry_run"], tried["removed"]) == (True, ["hr/leave.md"])
    assert docs("knowledge", "status", "handbook", "--json").json["documents"] == 2
    gone = docs("knowledge", "remove", "handbook", "hr/leave.md", "--yes", "--json").json
    assert gone["removed"] == ["hr/leave.md"]
    assert docs("knowledge", "search", "handbook", "年假", "--mode", "sparse", "--json").json["hits"] == []
    assert docs("knowledge", "remove", "handbook").code == 2  # nobody can be asked
    assert (
        "the index of handbook with 1 document will be removed"
        in docs("knowledge", "remove", "handbook", "--dry-run").err
    )
    assert docs("knowledge", "remove", "handbook", "gone.md", "--dry-run").code == 2
    assert docs("knowledge", "remove", "handbook", "--yes").code == 0
    missing = docs("knowledge", "search", "handbook", "x", "--json")
    assert (missing.code, missing.json["error"]["kind"]) == (2, "IndexMissing")


def test_an_unknown_base_is_told_with_the_nearest_name(docs: Shell):
    wrong = docs("knowledge", "build", "handbok", "--json")
    assert (wrong.code, wrong.json["error"]["kind"]) == (2, "UnknownKnowledge")
    assert "handbook" in wrong.json["error"]["what"]


def test_wrong_settings_are_one_line_for_programs_with_what_to_do(shell: Shell):
    shell.write("loomwork.toml", '[knowledge.handbook]\nsorces = ["docs/"]\ninclude = 3\n')
    error = shell("knowledge", "build", "handbook", "--json").json["error"]
    assert "\n" not in error["what"]
    assert "sorces" in error["what"]
    assert "include" in error["what"]
    assert error["todo"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('sorces = ["docs/"]', "'knowledge.handbook.sorces' is no setting (did you mean 'sources'?)"),
        ("splitter = {max_token = 3}", "'knowledge.handbook.splitter.max_token' is no setting"),
        ('search = {mode = "sprase"}', "'knowledge.handbook.search.mode' = 'sprase' is wrong"),
        ("include = 3", "'knowledge.handbook.include' = 3 is wrong"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(shell: Shell, line: str, expected: str):
    shell.write("loomwork.toml", f"[knowledge.handbook]\n{line}\n")
    wrong = shell("knowledge", "build", "handbook")
    assert wrong.code == 2
    assert f"loomwork.toml:2: {expected}" in wrong.err


def counts(shell: Shell) -> dict[str, tuple[int, int]]:
    report = shell("run", "app:find", "--data", "data.jsonl", "--json").json
    assert report["failed"] == 0, report
    return {step["name"]: (step["hits"], step["ran"]) for step in report["steps"]}


def test_a_search_inside_a_step_is_made_again_exactly_when_the_index_has_changed(docs: Shell):
    docs.rows({"question": "who saves the database"})
    assert counts(docs) == {"app:find": (0, 1), "search": (0, 1)}
    assert counts(docs) == {"app:find": (1, 0)}
    docs("knowledge", "build", "handbook")
    assert counts(docs) == {"app:find": (1, 0)}
    docs.write("docs/guide.md", GUIDE.replace("two", "three"))
    assert counts(docs) == {"app:find": (1, 0)}, "nothing is found anew before it is built"
    docs("knowledge", "build", "handbook")
    plan = docs("plan", "app:find", "--data", "data.jsonl", "--json").json
    reasons = {step["name"]: [each["why"] for each in step["reasons"]] for step in plan["steps"]}
    assert reasons["search"] == ["setting: knowledge.handbook.snapshot"]
    assert counts(docs) == {"app:find": (0, 1), "search": (0, 1)}
    causes = docs("why", "--json").json["causes"]
    assert [(cause["kind"], cause["name"]) for cause in causes] == [("document changed", "knowledge.handbook/guide.md")]
    docs.write("loomwork.toml", SETTINGS + 'search = {mode = "sparse"}\n')
    plan = docs("plan", "app:find", "--data", "data.jsonl", "--json").json
    reasons = {step["name"]: [each["why"] for each in step["reasons"]] for step in plan["steps"]}
    assert reasons["search"] == ["setting: knowledge.handbook.search.mode"]


def test_why_names_the_documents_that_came_went_and_changed_and_counts_the_rest(docs: Shell):
    docs.rows({"question": "who saves the database"})
    counts(docs)
    docs.write("docs/guide.md", GUIDE.replace("two", "three"))
    (docs.folder / "docs/hr/leave.md").unlink()
    for number in range(5):
        docs.write(f"docs/new{number}.md", f"Something new, number {number}.")
    docs("knowledge", "build", "handbook")
    counts(docs)
    told = [(cause["kind"], cause["name"]) for cause in docs("why", "--json").json["causes"]]
    assert told == [
        ("document changed", "knowledge.handbook/guide.md"),
        *[("document added", f"knowledge.handbook/new{number}.md") for number in range(4)],
        ("further documents", "+2"),
    ]
    shown = docs("why", "--lang", "zh").out
    assert "改动的文档  knowledge.handbook/guide.md" in shown
    assert "另有文档  +2" in shown
    assert "documents" not in shown


def test_why_names_who_asks_where_another_person_does(docs: Shell):
    docs.write("docs/hr/.readers", "staff\n")
    docs("knowledge", "build", "handbook")
    docs.rows({"question": "who saves the database"})
    counts(docs)
    assert docs("run", "app:find", "--data", "data.jsonl", "--as", "ada", "--group", "staff").code == 0
    causes = docs("why", "--json").json["causes"]
    assert [(cause["name"], cause["before"], cause["after"]) for cause in causes] == [
        ("knowledge.handbook.asker", "", "ada (staff)")
    ]


def test_a_hidden_documents_change_runs_nothing_again_for_who_may_not_see_it(docs: Shell):
    docs.rows({"question": "who saves the database"})
    docs.write("docs/hr/.readers", "staff\n")
    docs("knowledge", "build", "handbook")
    counts(docs)
    docs.write("docs/hr/leave.md", LEAVE + "\n更多。\n")
    docs("knowledge", "build", "handbook")
    assert counts(docs) == {"app:find": (1, 0)}


def test_a_search_that_finds_the_same_leaves_what_follows_alone(docs: Shell):
    docs.rows({"question": "who saves the database"})
    counts(docs)
    docs.write("docs/new.md", "Nothing of that kind.\n")
    docs("knowledge", "build", "handbook")
    assert counts(docs)["search"] == (0, 1)
    assert counts(docs) == {"app:find": (1, 0)}


def test_searching_before_anything_was_built_says_what_to_do(shell: Shell):
    shell.before(with_a_stub)
    shell.write("loomwork.toml", SETTINGS)
    shell.write("app.py", APP)
    shell.rows({"question": "x"})
    done = shell("run", "app:find", "--data", "data.jsonl")
    assert done.code == 1
    assert "loomwork knowledge build handbook" in done.err
