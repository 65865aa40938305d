"""`loomwork data`: import, versions, differences, parts, merges, rows from traces. Real commands over real files."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell

ROWS = [{"id": n, "question": f"How do I do task number {n} today?", "expected": str(n)} for n in range(40)]


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_table_is_imported_with_the_line_of_each_row(app: Shell):
    (app.folder / "t.csv").write_bytes("question;n\n“怎么办？”;1\n\n再见;2\n".encode("gb18030"))
    done = app("data", "import", "t.csv", "--types", "--json")
    assert (done.code, done.json["rows"]) == (0, 2)
    assert rows_of(app.folder / "data" / "t.jsonl") == [
        {"question": "“怎么办？”", "n": 1, "_origin": {"file": "t.csv", "line": 2}},
        {"question": "再见", "n": 2, "_origin": {"file": "t.csv", "line": 4}},
    ]


def test_nothing_is_overwritten_without_force_and_what_was_there_is_kept(app: Shell):
    app.write("a.csv", "q\nold\n")
    app("data", "import", "a.csv")
    app.write("a.csv", "q\nnew\n")
    refused = app("data", "import", "a.csv", "--json")
    assert (refused.code, refused.json["error"]["kind"]) == (2, "DataThere")
    assert rows_of(app.folder / "data" / "a.jsonl")[0]["q"] == "old"
    first = app("data", "show", "data/a.jsonl", "--json").json["version"]
    assert app("data", "import", "a.csv", "--force").code == 0
    kept = app("data", "show", "data/a.jsonl", "--versions", "--json").json["versions"]
    assert [each["now"] for each in kept] == [True, False]
    assert app("data", "show", f"data/a.jsonl@{first[:8]}", "--json").json["first"][0]["q"] == "old"
    differs = app("data", "diff", "data/a.jsonl", "--json").json
    assert [(each["before"], each["after"]) for each in differs["changed"]] == []
    assert (differs["removed"][0]["row"]["q"], differs["added"][0]["row"]["q"]) == ("old", "new")


def test_a_version_that_is_not_kept_is_said_in_both_languages(app: Shell):
    done = app("data", "show", "data.jsonl@ffff", "--lang", "zh")
    assert done.code == 2
    assert "版本“ffff”没有保存" in done.err
    assert app("data", "show", "data.jsonl@ffff", "--json").json["error"]["kind"] == "NoSuchVersion"


def test_a_run_takes_a_version_of_its_dataset_and_leaves_the_file_as_it_is(app: Shell):
    now = (app.folder / "data.jsonl").read_bytes()
    first = app("run", "app:main", "--data", "data.jsonl", "--json").json
    app("data", "merge", "data.jsonl", "--out", "merged.jsonl")
    version = app("data", "show", "merged.jsonl", "--json").json["version"]
    (app.folder / "merged.jsonl").write_text("")
    again = app("run", "app:main", "--data", f"merged.jsonl@{version[:6]}", "--json").json
    assert [(each["hits"], each["ran"]) for each in again["steps"]] == [(first["items"], 0)]
    assert app("plan", "app:main", "--data", f"merged.jsonl@{version[:6]}", "--json").code == 0
    assert (app.folder / "data.jsonl").read_bytes() == now
    missing = app("run", "app:main", "--data", "merged.jsonl@ffff", "--json")
    assert (missing.code, missing.json["error"]["kind"]) == (2, "NoSuchVersion")


def test_a_laid_out_version_goes_when_a_person_is_erased(app: Shell):
    app.rows({"question": "canary-4711"})
    app("data", "merge", "data.jsonl", "--out", "merged.jsonl")
    version = app("data", "show", "merged.jsonl", "--json").json["version"]
    (app.folder / "merged.jsonl").write_text("")
    app("run", "app:main", "--data", f"merged.jsonl@{version[:6]}")
    laid_out = list((app.folder / ".loomwork/datasets").iterdir())
    assert len(laid_out) == 1
    assert app("store", "erase", "canary-4711", "--yes").code == 0
    assert not laid_out[0].exists()


def test_the_version_that_is_shown_is_the_one_that_a_run_names(app: Shell):
    from loomwork.store import open_store

    run = app("run", "app:main", "--data", "data.jsonl", "--json").json["run"]
    store = open_store(f"sqlite:///{app.folder}/.loomwork/store.db")
    row = store.runs.get(run)
    store.close()
    assert row is not None
    assert row.dataset == app("data", "show", "data.jsonl", "--json").json["version"]


def test_rows_stay_in_their_part_when_others_come(app: Shell):
    app.rows(*ROWS, name="q.jsonl")
    words = ("--part", "train=3", "--part", "test=1", "--key", "question")
    done = app("data", "split", "q.jsonl", *words, "--json")
    assert sum(part["rows"] for part in done.json["parts"]) == 40
    before = {row["id"] for row in rows_of(app.folder / "q.test.jsonl")}
    assert 0 < len(before) < 25
    more = [{"id": n, "question": f"Another thing about {n}?"} for n in range(100, 130)]
    app.rows(*more, *reversed(ROWS), name="q.jsonl")
    assert app("data", "split", "q.jsonl", *words).code == 2
    assert app("data", "split", "q.jsonl", *words, "--force").code == 0
    assert {row["id"] for row in rows_of(app.folder / "q.test.jsonl") if row["id"] < 100} == before


def test_no_group_is_on_both_sides(app: Shell):
    app.rows(*({**row, "customer": f"c{row['id'] % 9}"} for row in ROWS), name="q.jsonl")
    done = app("data", "split", "q.jsonl", "--part", "a=1", "--part", "b=1", "--group", "customer")
    sides = [{row["customer"] for row in rows_of(app.folder / f"q.{name}.jsonl")} for name in "ab"]
    assert sides[0]
    assert sides[1]
    assert not sides[0] & sides[1]
    share = len(rows_of(app.folder / "q.a.jsonl")) / len(ROWS)
    assert abs(share - 0.5) > 0.02
    assert f"q.a.jsonl has {share:.0%} of the rows, 50% was asked for" in str(done)
    unknown = app("data", "split", "q.jsonl", "--part", "c=1", "--part", "d=1", "--group", "client", "--json")
    assert unknown.json["error"]["kind"] == "NoSuchKey"
    assert "customer" in unknown.json["error"]["todo"]


@pytest.mark.parametrize("parts", [["a=1"], ["a=1", "b=0"], ["a=1", "b=x"], ["a=1", "a=2"]])
def test_parts_that_divide_nothing_are_refused(app: Shell, parts: list[str]):
    words = [word for part in parts for word in ("--part", part)]
    assert app("data", "split", "data.jsonl", *words, "--json").json["error"]["kind"] == "SharesUnfit"


def test_a_part_that_is_there_is_told_after_what_is_wrong_with_the_parts(app: Shell):
    app.rows(*ROWS, name="q.train.jsonl")
    app.rows(*ROWS, name="q.jsonl")
    assert "SharesUnfit" in app("data", "split", "q.jsonl", "--part", "train=2", "--json").out
    taken = app("data", "split", "q.jsonl", "--part", "train=2", "--part", "test=1")
    assert (taken.code, "--part NAME=SHARE" in taken.err, "--out" in taken.err) == (2, True, False)


def test_the_first_row_that_is_unlike_the_others_is_named_with_its_line(app: Shell):
    rows = [*ROWS[:5], {"id": "six", "question": 6}]
    app.rows(*rows, name="q.jsonl")
    done = app("data", "check", "q.jsonl", "--like-first", "5", "--json")
    assert (done.code, [each["line"] for each in done.json["problems"]]) == (1, [6])
    app.write("s.json", '{"properties": {"id": {"type": ["integer", "string"]}}}')
    assert app("data", "check", "q.jsonl", "--schema", "s.json").code == 0
    app.write("s.json", '{"type": 7}')
    assert app("data", "check", "q.jsonl", "--schema", "s.json", "--json").json["error"]["kind"] == "SchemaUnfit"


def test_values_of_another_type_than_the_parameter_are_named_with_their_line(app: Shell):
    app.write("data.jsonl", '{"text": 5}\n\n{"text": null}\n{"text": "good", "more": 1}\n[1]\n')
    done = app("data", "check", "data.jsonl", "--target", "app:main", "--json")
    assert done.code == 1
    assert [(each["line"], each["kind"]) for each in done.json["problems"]] == [
        (1, "RowMisfit"), (3, "RowMisfit"), (5, "RowNotObject"),
    ]  # fmt: skip
    assert "expected `str`, got `null`" in done.json["problems"][1]["what"]
    chinese = app("data", "check", "data.jsonl", "--target", "app:main", "--lang", "zh").out
    assert "应为 文本，实际为 空值" in chinese
    app.rows({"text": "a"}, {"text": None}, name="like.jsonl")
    for language, told in (("en", "text: expected string, got null"), ("zh", "text：应为 文本，实际为 空值")):
        assert told in app("data", "check", "like.jsonl", "--like-first", "1", "--lang", language).out


def test_a_version_is_checked_against_a_step_as_it_was(app: Shell):
    app.write("a.csv", "txt\nold\n")
    app("data", "import", "a.csv")
    first = app("data", "show", "data/a.jsonl", "--json").json["version"]
    app.write("a.csv", "text\nnew\n")
    app("data", "import", "a.csv", "--force")
    assert app("data", "check", "data/a.jsonl", "--target", "app:main").code == 0
    before = app("data", "check", f"data/a.jsonl@{first[:9]}", "--target", "app:main", "--json")
    assert [(each["line"], each["kind"]) for each in before.json["problems"]] == [(1, "RowLacks")]


def test_a_merge_tells_conflicts_and_lets_one_choose(app: Shell):
    app.rows(*ROWS[:3], name="a.jsonl")
    app.rows(ROWS[2], {**ROWS[1], "expected": "one"}, ROWS[5], name="b.jsonl")
    words = ("data", "merge", "a.jsonl", "b.jsonl", "--out", "all.jsonl", "--key", "id")
    refused = app(*words, "--json")
    assert refused.json["error"]["kind"] == "RowsConflict"
    assert "a.jsonl:2 and b.jsonl:2 differ in expected" in refused.json["error"]["what"]
    assert not (app.folder / "all.jsonl").exists()
    done = app(*words, "--on-conflict", "last", "--json").json
    assert (done["rows"], done["repeated"], len(done["conflicts"])) == (4, 1, 1)
    assert [row["expected"] for row in rows_of(app.folder / "all.jsonl")] == ["0", "one", "2", "5"]


def test_a_changed_row_is_shown_key_by_key(app: Shell):
    app.rows(*ROWS[:5], name="a.jsonl")
    app.rows(*ROWS[:3], {**ROWS[3], "expected": "three"}, ROWS[9], name="b.jsonl")
    found = app("data", "diff", "a.jsonl", "b.jsonl", "--json").json
    assert found["same"] == 3
    assert [(each["keys"], each["after"]) for each in found["changed"]] == [(["expected"], {"expected": "three"})]
    assert [each["row"]["id"] for each in found["added"]] == [9]
    by_key = app("data", "diff", "a.jsonl", "b.jsonl", "--key", "id", "--lang", "zh").out
    assert "相同 3，新增 1，删除 1，修改 1" in by_key


def test_inputs_of_traces_become_rows_each_once(app: Shell):
    app.write("app.py", "from loomwork import step\n\n@step\nasync def main(text: str) -> int:\n    return int(text)\n")
    app.rows({"text": "1"}, {"text": "two"}, {"text": "two"}, {"text": "3"})
    run = app("run", "app:main", "--data", "data.jsonl", "--json").json["run"]
    done = app("data", "from-traces", "--failed", "--out", "failed.jsonl", "--json")
    assert (done.code, done.json["rows"], done.json["repeated"]) == (0, 1, 1)
    (row,) = rows_of(app.folder / "failed.jsonl")
    assert row["text"] == "two"
    assert (row["_origin"]["run"], row["_origin"]["item"] in (1, 2)) == (run, True)
    assert app("run", "app:main", "--data", "failed.jsonl").code == 1
    every = app("data", "from-traces", "--by", "diverse", "--out", "all.jsonl", "--output", "expected", "--json").json
    assert every["rows"] == 3
    assert {row["text"]: row.get("expected") for row in rows_of(app.folder / "all.jsonl")} == {
        "1": 1, "3": 3, "two": None,
    }  # fmt: skip


def test_rows_that_were_left_behind_and_conditions_that_nothing_meets_are_told(app: Shell):
    app.rows(*({"text": str(number)} for number in range(4)))
    app("run", "app:main", "--data", "data.jsonl")
    words = ("data", "from-traces", "--out", "some.jsonl", "--force")
    assert "further traces: -n 3" in app(*words, "-n", "3").err
    assert "还有更多调用链" in app(*words, "-n", "3", "--by", "random", "--lang", "zh").err
    whole = app(*words, "-n", "4")
    assert "further" not in whole.err
    assert app(*words, "-n", "3", "--json").json["more"]
    assert not app(*words, "-n", "4", "--json").json["more"]
    assert "No trace meets the conditions" in app(*words, "--where", "user=nobody").err


def test_a_compressed_file_with_a_bad_row_is_refused_with_its_line(app: Shell):
    (app.folder / "x.jsonl.gz").write_bytes(gzip.compress(b'{"q": 1}\n\nnope\n'))
    done = app("data", "import", "x.jsonl.gz", "--json")
    assert done.json["error"]["kind"] == "RowNotJson"
    assert "line 3" in done.json["error"]["what"]
    assert done.json["error"]["todo"] == "mend the line; nothing was done"
    assert not (app.folder / "data" / "x.jsonl").exists()


def test_leaks_are_named_with_their_source_and_fail_only_where_asked(app: Shell):
    app.rows(*ROWS[:4], name="q.test.jsonl")
    app.rows({"question": "HOW do i do task number 2, today"}, *ROWS[20:30], name="q.train.jsonl")
    app.write("prompts/p.md", '---\nexamples:\n  - question: "How do I do task number 3 today?"\n    output: "3"\n---\n'
              "## user\n{{ question }}\n")  # fmt: skip
    done = app("data", "leaks", "q.test.jsonl", "--json")
    assert done.code == 0
    assert {(each["row"], each["kind"], each["source"]) for each in done.json["leaks"]} == {
        (2, "normalised", "q.train.jsonl"), (3, "exact", "prompt p"),
    }  # fmt: skip
    assert app("data", "leaks", "q.test.jsonl", "--strict").code == 1
    assert "4 行中有 2 行在别处出现" in app("data", "leaks", "q.test.jsonl", "--lang", "zh").out
