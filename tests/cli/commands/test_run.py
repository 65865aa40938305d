"""`loomwork run`, `plan`, `why`, `replay`: what is counted, written and said."""

import json
import signal

import pytest

from tests.cli.conftest import Shell

SLOW = """
import asyncio
from pathlib import Path

from loomwork import step

@step
async def main(text: str) -> str:
    Path("began").touch()
    await asyncio.sleep(0 if text == "quick" else 600)
    return text
"""
BLOCKING = SLOW.replace("async def", "def").replace("await asyncio.sleep", "__import__('time').sleep")


def rows_of(shell: Shell, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (shell.folder / name).read_text("utf-8").splitlines()]


def test_a_second_run_finds_everything(app: Shell):
    first = app("run", "app:main", "--data", "data.jsonl", "--json")
    second = app("run", "app:main", "--data", "data.jsonl", "--json")
    assert (first.code, second.code) == (0, 0)
    assert [step["ran"] for step in first.json["steps"]] == [3, 3]
    assert [(step["name"], step["hits"], step["ran"]) for step in second.json["steps"]] == [("app:main", 3, 0)]
    assert set(second.json) == {
        "run", "target", "items", "ok", "failed", "steps", "model_calls", "usage", "cost", "unpriced_calls", "wall_s",
    }  # fmt: skip


def test_out_holds_a_row_an_item_in_input_order(app: Shell):
    app.rows({"text": "a", "note": 1}, {"text": "b"}, {"text": 7})
    done = app("run", "app:main", "--data", "data.jsonl", "--out", "out.jsonl", "--trials", "2")
    assert done.code == 1
    rows = rows_of(app, "out.jsonl")
    assert [(row["index"], row["trial"], row["output"]) for row in rows] == [
        (0, 0, "A!"), (0, 1, "A!"), (1, 0, "B!"), (1, 1, "B!"), (2, 0, None), (2, 1, None),
    ]  # fmt: skip
    assert rows[0]["input"] == {"text": "a", "note": 1}
    assert "AttributeError" in str(rows[4]["error"])
    assert all(len(str(row["trace"])) == 32 for row in rows)


def test_out_into_a_missing_folder_is_refused_before_anything_runs(app: Shell):
    done = app("run", "app:main", "--data", "data.jsonl", "--out", "absent/out.jsonl")
    assert done.code == 2
    assert "there is no folder" in done.err
    assert app("trace", "list", "--runs", "--json").json == {"runs": []}


def test_failures_are_told_in_the_persons_language_and_retried_alone(app: Shell):
    app.rows({"text": "a"}, {"text": 7})
    first = app("run", "app:main", "--data", "data.jsonl", "--lang", "zh")
    assert first.code == 1
    assert "第 1 行：AttributeError" in first.err
    assert "1 个失败：再运行一次只会重试这些" in first.err
    app.rows({"text": "a"}, {"text": "b"})
    again = app("run", "app:main", "--data", "data.jsonl", "--json")
    assert again.code == 0
    assert next(step for step in again.json["steps"] if step["name"] == "app:main")["ran"] == 1


def test_an_edit_is_planned_run_and_explained(app: Shell):
    app("run", "app:main", "--data", "data.jsonl")
    app.write("app.py", (app.folder / "app.py").read_text().replace('"!"', '"?"'))
    plan = app("plan", "app:main", "--data", "data.jsonl", "--json").json
    assert {step["name"]: step["will_run"] for step in plan["steps"]}["app:shout"] == 3
    shown = app("plan", "app:main", "--data", "data.jsonl")
    assert "app:shout" in shown.out
    run = app("run", "app:main", "--data", "data.jsonl", "--json").json
    why = app("why", run["run"], "--json").json
    assert [(cause["name"], cause["file"]) for cause in why["causes"]] == [("app.STYLE", "app.py")]
    told = app("why", run["run"], "--lang", "zh")
    assert "常量" in told.out
    assert "app.py:4" in told.out


def test_a_step_with_a_new_name_and_a_new_body_is_compared_with_the_one_of_the_same_input(app: Shell):
    first = app("run", "app:main", "--data", "data.jsonl", "--json").json["run"]
    text = (app.folder / "app.py").read_text()
    app.write("app.py", text.replace("shout", "cry").replace("+ STYLE", "+ STYLE + STYLE"))
    app("run", "app:main", "--data", "data.jsonl")
    told = app("why").out
    assert f"no earlier call of app:cry; the nearest by input is app:shout (run {first})" in told
    assert told.count("app:shout") == 1
    assert "+     return text.upper() + STYLE + STYLE" in told
    causes = app("why", "--json").json["causes"]
    assert [(each["kind"], each["name"]) for each in causes] == [("new", "app:cry"), ("code", "app:cry")]
    assert "输入相同、最接近的是 app:shout" in app("why", "--step", "cry", "--lang", "zh").out


def test_a_step_that_is_new_is_said_to_be_new(app: Shell):
    app("run", "app:shout", "--data", "data.jsonl")
    told = app("why").out
    assert "3 calls were executed, and there is no earlier call to compare them with" in told
    assert "text: row 0" in told
    app.write("other.py", "from loomwork import step\n\n@step\ndef louder(line: str) -> str:\n    return line\n")
    app.rows({"line": "a"}, name="lines.jsonl")
    app("run", "other:louder", "--data", "lines.jsonl")
    assert "no earlier call of other:louder: it is new, or has a new name" in app("why").out


def test_refreshing_a_step_that_is_not_there_is_said(app: Shell):
    done = app("run", "app:main", "--data", "data.jsonl", "--refresh", "shuot")
    assert done.code == 0
    assert "--refresh app:shuot: the run met no such step (did you mean 'app:shout'?)" in done.err


def test_a_row_that_is_not_there_has_nothing_to_explain(app: Shell):
    app("run", "app:main", "--data", "data.jsonl")
    assert "没有第 9 行" in app("why", "last", "--row", "9", "--lang", "zh").err
    app("run", "app:main", "--data", "data.jsonl")
    assert "its results were found" in app("why", "--step", "shout").err


def test_a_trace_is_replayed_with_one_thing_changed(app: Shell):
    app("run", "app:main", "--data", "data.jsonl", "--limit", "1")
    trace = app("trace", "list", "--json").json["traces"][0]["trace"]
    same = app("replay", trace[:20], "--json")
    assert (same.code, same.json["status"]) == (0, "same")
    changed = app("replay", trace[:20], "--set", 'step:shout="X"', "--json")
    assert changed.json["status"] == "changed"
    assert changed.json["after"] == "X"
    for words in ("step", "wind:x=1", "step:shout=@absent.json"):
        assert app("replay", trace, "--set", words).code == 2


@pytest.mark.parametrize("sent", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.nightly)])
def test_a_signal_stops_cleanly_and_the_next_run_continues(app: Shell, sent: signal.Signals):
    app.write("app.py", SLOW)
    app.rows({"text": "quick"}, {"text": "slow"})
    process = app.process("run", "app:main", "--data", "data.jsonl", "--json", "--concurrency", "1")
    while not app("trace", "list", "--json").json["traces"]:  # the first item is stored
        assert process.poll() is None
    process.send_signal(sent)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    report = json.loads(out)
    assert (report["ok"], report["items"]) == (1, 2)
    assert "Traceback" not in err
    assert "stopped early: interrupted" in err
    assert app("trace", "list", "--runs", "--json").json["runs"][0]["status"] == "stopped"
    app.write("app.py", SLOW.replace("600", "0"))
    app.rows({"text": "quick"}, {"text": "slower"})
    assert app("run", "app:main", "--data", "data.jsonl", "--json").code == 0


def test_a_second_ctrl_c_leaves_a_step_that_cannot_be_ended(app: Shell):
    app.write("app.py", BLOCKING)
    app.rows({"text": "slow"})
    process = app.process("run", "app:main", "--data", "data.jsonl", "--lang", "zh")
    while not (app.folder / "began").exists():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    while "正在停止" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    process.communicate()


def test_a_run_of_the_project_template_works_at_once(shell: Shell):
    assert shell("init", "new").code == 0
    inside = Shell(shell.folder / "new", shell.folder.parent)
    done = inside("run", "app:answer", "--data", "data/questions.jsonl", "--json")
    assert done.code == 0
    assert done.json["ok"] == 4


def test_the_counts_of_a_plan_are_whole_in_a_narrow_terminal(app: Shell):
    long = "a_setting_with_a_name_that_takes_more_room_than_a_narrow_terminal_has"
    app.write("app.py", (app.folder / "app.py").read_text().replace("STYLE", long))
    app("run", "app:main", "--data", "data.jsonl")
    app.rows({"text": "another"}, *({"text": f"row {n}"} for n in range(3)))
    app.write("app.py", (app.folder / "app.py").read_text().replace('"!"', '"?"'))
    told = app("plan", "app:main", "--data", "data.jsonl", COLUMNS="80").out
    assert "… (3)\n" in told
    assert "input: new (1)\n" in told
    assert max(map(len, told.splitlines()[:5])) <= 80


def test_why_takes_a_trace_as_well_as_a_run(app: Shell):
    app("run", "app:main", "--data", "data.jsonl")
    app.write("app.py", (app.folder / "app.py").read_text().replace('"!"', '"?"'))
    app("run", "app:main", "--data", "data.jsonl")
    trace = next(each for each in app("trace", "list", "--json").json["traces"] if each["item"] == 2)["trace"]
    for given in (trace, trace[:20]):
        found = app("why", given, "--json").json
        assert [cause["name"] for cause in found["causes"]] == ["app.STYLE"]
    assert "2 calls were executed" in app("why", trace[:20]).out
    assert app("why", "f" * 32).code == app("why", "nothing").code == 2


@pytest.mark.parametrize("words", [("why",), ("why", "last"), ("trace", "show", "last"), ("replay", "last")])
def test_before_the_first_run_every_question_about_one_says_how_to_make_it(app: Shell, words: tuple[str, ...]):
    english, chinese = app(*words), app(*words, "--lang", "zh")
    assert (english.code, chinese.code) == (2, 2)
    assert "there are no runs yet\n  → make one: loomwork run MODULE:STEP --data FILE.jsonl" in english.err
    assert "还没有任何运行" in chinese.err
    assert not (app.folder / ".loomwork" / "store.db").exists() or words[0] == "replay"


def test_the_last_trace_is_called_last(app: Shell):
    app("run", "app:main", "--data", "data.jsonl")
    newest = app("trace", "list", "--json").json["traces"][0]["trace"]
    assert app("trace", "show", "last", "--json").json["trace"] == newest
    assert app("replay", "last", "--json").json["trace"] == newest
