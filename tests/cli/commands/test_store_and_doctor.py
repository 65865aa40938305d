"""`loomwork store` and `loomwork doctor`: what is kept, what goes, what is wrong and how it is mended."""

import sqlite3
from typing import get_type_hints

import pytest

from loomwork.cli.commands.store_erase import PARTS, ROWS
from loomwork.store.reports import Erased
from loomwork.telling.words import Words, choose_language
from tests.cli.conftest import Shell

CANARY = "canary-91c2@example.com"


@pytest.fixture
def ran(app: Shell) -> Shell:
    app.rows({"text": "keep"}, {"text": "goes", "subject": CANARY})
    assert app("run", "app:main", "--data", "data.jsonl").code == 0
    return app


def test_the_size_of_a_store_is_shown(ran: Shell):
    found = ran("store", "size", "--json").json
    assert found["file_bytes"] > 0
    assert {table["name"] for table in found["tables"]} >= {"calls", "spans", "items", "runs"}
    assert "结果缓存" in ran("store", "size", "--lang", "zh").out


def test_prune_says_what_would_go_and_asks(ran: Shell):
    dry = ran("store", "prune", "--older-than", "0s", "--dry-run", "--json")
    assert len(dry.json["runs"]) == 1
    unasked = ran("store", "prune", "--older-than", "0s", "--lang", "zh")
    assert unasked.code == 2
    assert "加上 --yes" in unasked.err
    assert len(ran("trace", "list", "--runs", "--json").json["runs"]) == 1
    done = ran("store", "prune", "--older-than", "0s", "--yes", "--compact", "--json")
    assert (done.json["runs"], done.json["items"]) == (1, 2)
    assert ran("trace", "list", "--runs", "--json").json["runs"] == []
    assert ran("store", "prune").code == 2
    assert ran("store", "prune", "--older-than", "soon").code == 2


def test_erase_removes_a_subject_and_nothing_else(ran: Shell):
    dry = ran("store", "erase", CANARY, "--dry-run", "--json")
    assert list(dry.json["marked_items"].values()) == [1]
    assert ran("store", "erase", CANARY).code == 2
    done = ran("store", "erase", CANARY, "--yes", "--json")
    assert (done.code, done.json["items"]) == (0, 1)
    for path in (ran.folder / ".loomwork").glob("store.db*"):
        assert CANARY.encode() not in path.read_bytes()
    assert [trace["item"] for trace in ran("trace", "list", "--json").json["traces"]] == [0]
    assert ran("store", "erase", "ab", "--yes").code == 2


def test_erase_announces_all_that_it_removes_and_tells_what_went(ran: Shell):
    counted = {name for name, kind in get_type_hints(Erased).items() if kind is int and name != "found_count"}
    assert counted | {ROWS} == set(PARTS)
    for language in ("en", "zh"):
        words = Words(choose_language(["--lang", language]))
        announced = "".join(ran("store", "erase", CANARY, "--dry-run", "--lang", language).err.split())
        assert all("".join(words(f"store.part.{name}").split()) in announced for name in PARTS), announced
    done = ran("store", "erase", CANARY, "--yes")
    assert "items of runs 1" in done.err
    assert "links to try" not in done.err.rpartition("erased: ")[2]


def test_a_store_is_copied_and_exported_without_overwriting(ran: Shell):
    assert ran("store", "export", "copy.db").code == 0
    assert ran("trace", "list", "--store", "sqlite:///copy.db", "--json").json["traces"]
    assert ran("store", "export", "rows.jsonl", "--format", "jsonl", "--json").json["rows"] > 0
    again = ran("store", "export", "copy.db")
    assert again.code == 2
    assert "'copy.db' is already there" in again.err


def test_reading_commands_make_no_store(app: Shell):
    for words in (("trace", "list"), ("store", "size"), ("doctor",), ("plan", "app:main", "--data", "data.jsonl")):
        assert app(*words).code == 0
    assert not (app.folder / ".loomwork").exists()


def test_doctor_finds_nothing_wrong_in_a_good_project(ran: Shell):
    done = ran("doctor", "--json")
    assert (done.code, done.json["ok"]) == (0, True)
    assert "一切正常" in ran("doctor", "--lang", "zh").out


def test_doctor_names_every_wrong_setting_with_file_and_line(app: Shell):
    app.write("loomwork.toml", '[models.fast]\nmodl = "x"\n\n[run]\nconcurrency = "many"\n')
    done = app("doctor", "--json")
    assert done.code == 1
    wrong = [check["what"] for check in done.json["checks"] if check["status"] == "error"]
    assert wrong == [
        "loomwork.toml:2: 'models.fast.modl' is no setting (did you mean 'model'?)",
        "loomwork.toml:5: 'run.concurrency' = 'many' is wrong: it must be a valid integer",
    ]
    chinese = app("doctor", "--lang", "zh")
    assert "loomwork.toml:2：" in chinese.out
    assert "是否想用“model”" in chinese.out
    assert "2 处有问题" in chinese.out


def test_doctor_sees_missing_keys_and_servers_without_asking_them(app: Shell, double: str):
    app.write(
        "loomwork.toml",
        f'[models.here]\ndriver = "openai"\nmodel = "m"\nbase_url = "{double}"\n'
        '[models.gone]\ndriver = "openai"\nmodel = "m"\nbase_url = "http://127.0.0.1:9/v1"\n'
        '[models.keyless]\npreset = "anthropic"\nmodel = "m"\n',
    )
    done = app("doctor", "--json")
    assert done.code == 1
    models = [(check["status"], check["what"]) for check in done.json["checks"] if check["subject"] == "models"]
    assert [status for status, _ in models] == ["ok", "error", "error"]
    assert "no request was sent" in models[0][1]
    assert "ANTHROPIC_API_KEY is not set" in models[2][1]


def test_doctor_reads_the_prompts(app: Shell):
    app.write("prompts/good.md", "## user\nHello {{ name }}\n")
    app.write("prompts/bad.md", "## user\nHello {{ name\n")
    done = app("doctor", "--json")
    assert done.code == 1
    assert ["bad.md" in check["what"] for check in done.json["checks"] if check["subject"] == "prompts"] == [True]


def test_doctor_repairs_a_store_whose_body_was_damaged(ran: Shell):
    path = ran.folder / ".loomwork" / "store.db"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE blobs SET data = x'00' WHERE n = (SELECT min(n) FROM blobs)")
    database.close()
    assert ran("doctor").code == 1
    mended = ran("doctor", "--repair", "--json")
    assert (mended.code, mended.json["repaired"][0]["kind"]) == (0, "BlobsDamaged")
    assert ran("run", "app:main", "--data", "data.jsonl").code == 0


def test_doctor_outside_of_a_project_says_how_to_make_one(shell: Shell):
    done = shell("doctor")
    assert done.code == 0
    assert "loomwork init" in done.out


def test_the_size_of_a_store_names_what_there_is_and_leaves_out_what_is_empty(app: Shell):
    app("run", "app:main", "--data", "data.jsonl")
    app("eval", "--run", "last", "--scorer", "token_f1,expected=text")
    kept = [each for each in app("store", "size", "--json").json["tables"] if each["rows"]]
    shown = app("store", "size", "--lang", "zh").out.split("\n文件")[0].splitlines()[2:]
    assert len(shown) == len(kept)
    assert all(ord(line[0]) > 0x4E00 for line in shown), shown
