"""What goes wrong from outside, through the real command: one clear message in two languages, and nothing is lost."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Done, Shell

ASKING = """
from loomwork import Prompt, model, step

@step
async def main(text: str) -> str:
    return await model({name!r}).ask({prompt}, text=text)
"""
PASSING = """
import threading

from loomwork import step

def odd():
    return {odd}

async def asking():
    return "?"

@step
def inner(value: object) -> str:
    return "inner"

@step
def main(text: str) -> str:
    return inner(odd()) if text == "odd" else text.upper()
"""
SOME_ASK = """
from loomwork import model, step

@step
def plain(text: str) -> str:
    return text.upper()

@step
async def main(text: str) -> str:
    return await model("gone").ask("say") if text == "ask" else plain(text)
"""
AWAITING = """
from loomwork import step

@step
async def inner(text: str) -> str:
    return text

@step
async def main(text: str) -> str:
    return {body}
"""


def both(shell: Shell, *words: str, code: int) -> tuple[str, str]:
    """Run a command in both languages; return what it says to people."""
    said: list[str] = []
    for language in ("en", "zh"):
        done = shell(*words, "--lang", language)
        assert done.code == code, done
        assert "Traceback" not in done.err
        said.append(done.err)
    return said[0], said[1]


def asking(shell: Shell, *, name: str = "fast", prompt: str = '"say {{ text }}"', settings: str = "") -> Shell:
    shell.write("app.py", ASKING.format(name=name, prompt=prompt))
    shell.write("loomwork.toml", settings or '[models.fast]\ndriver = "scripted"\n')
    shell.rows({"text": "a"}, {"text": "b"})
    return shell


def run(shell: Shell) -> Done:
    return shell("run", "app:main", "--data", "data.jsonl", "--json")


def test_an_unknown_model_names_those_that_are_known(shell: Shell):
    asking(shell, name="fsat")
    english, chinese = both(shell, "run", "app:main", "--data", "data.jsonl", code=2)
    assert "error: no model is called 'fsat' (did you mean 'fast'?)\n  → known here: fast; put [models.fsat]" in english
    assert "loomwork model add --as fsat" in english
    assert "错误：没有叫“fsat”的模型" in chinese
    asking(shell)
    assert run(shell).json["ok"] == 2


def test_a_model_that_is_not_there_stops_a_run_at_once_and_what_was_done_is_kept(shell: Shell):
    shell.write("app.py", SOME_ASK)
    shell.write("loomwork.toml", '[models.fast]\ndriver = "scripted"\n')
    shell.rows(*({"text": text} for text in ("a", "b", "ask", "c", "ask")))
    done = shell("run", "app:main", "--data", "data.jsonl", "--json", "--concurrency", "1", "--out", "out.jsonl")
    assert done.code == 2
    assert (done.json["ok"], done.json["failed"], done.json["items"]) == (2, 1, 5)
    assert done.json["error"]["kind"] == "UnknownModel"
    assert "stopped after 3 of 5 items" in done.err
    assert len((shell.folder / "out.jsonl").read_text().splitlines()) == 3
    shell.write("app.py", SOME_ASK.replace('"gone"', '"fast"'))
    shell.rows(*({"text": text} for text in ("a", "b", "c")))
    again = run(shell).json
    assert (again["ok"], sum(step["ran"] for step in again["steps"] if step["name"] == "app:plain")) == (3, 1)


def test_a_replay_whose_model_is_gone_is_a_wrong_command(shell: Shell):
    asking(shell)
    run(shell)
    trace = shell("trace", "list", "--json").json["traces"][0]["trace"]
    asking(shell, name="gone")
    done = shell("replay", trace, "--json")
    assert (done.code, done.json["error"]["kind"]) == (2, "UnknownModel")


def test_a_missing_key_names_its_variable(shell: Shell):
    asking(shell, settings='[models.fast]\npreset = "openai"\nmodel = "gpt-4o-mini"\n')
    english, chinese = both(shell, "run", "app:main", "--data", "data.jsonl", code=2)
    assert "the environment variable OPENAI_API_KEY is not set" in english
    assert "OPENAI_API_KEY" in chinese
    assert "set OPENAI_API_KEY" in english


def test_a_bad_row_in_line_17_is_found_before_anything_runs(app: Shell):
    lines = [json.dumps({"text": str(n)}) for n in range(30)]
    lines[16] = '{"text": "no end'
    app.write("data.jsonl", "\n".join(lines))
    english, chinese = both(app, "run", "app:main", "--data", "data.jsonl", code=2)
    assert "data.jsonl, line 17: this is not JSON" in english
    assert "data.jsonl 第 17 行：不是 JSON" in chinese
    assert app("trace", "list", "--runs", "--json").json["runs"] == []


@pytest.mark.parametrize(
    ("odd", "english", "chinese"),
    [
        ("threading.Lock()", "step app:inner: argument value is a", "步骤 app:inner：参数 value 是"),
        (
            "(lambda found: found.append(found) or found)([])",
            "step app:inner: argument value contains itself",
            "步骤 app:inner：参数 value 包含了它自己",
        ),
        (
            "__import__('functools').reduce(lambda inner, _: [inner], range(100_000), [])",
            "step app:inner: argument value is nested too deeply to be walked",
            "步骤 app:inner：参数 value 嵌套过深",
        ),
        ("asking()", "coroutine, which has no canonical form; did you forget `await`?", "是否忘了写 `await`？"),
    ],
    ids=["unhashable", "cyclic", "deep", "coroutine"],
)
def test_an_argument_without_a_canonical_form_fails_its_row_alone(app: Shell, odd: str, english: str, chinese: str):
    app.write("app.py", PASSING.format(odd=odd))
    app.rows({"text": "a"}, {"text": "odd"}, {"text": "b"})
    said = both(app, "run", "app:main", "--data", "data.jsonl", code=1)
    assert english in said[0]
    assert chinese in said[1]
    again = run(app)
    assert (again.json["ok"], again.json["failed"]) == (2, 1)
    assert sum(step["hits"] for step in again.json["steps"]) == 2


def huge(app: Shell, size: int) -> None:
    app.rows({"text": "x" * size}, {"text": "small"})
    done = app("run", "app:main", "--data", "data.jsonl", "--out", "out.jsonl", "--json")
    assert (done.code, done.json["ok"]) == (0, 2)
    outputs = [json.loads(line)["output"] for line in (app.folder / "out.jsonl").read_text().splitlines()]
    assert [len(output) for output in outputs] == [size + 1, 6]
    assert sum(step["ran"] for step in run(app).json["steps"]) == 0


def test_a_large_argument_is_an_argument_like_any_other(app: Shell):
    huge(app, 3_000_000)


@pytest.mark.nightly
def test_an_argument_of_100_mb_is_an_argument_like_any_other(app: Shell):
    huge(app, 100_000_000)


def test_a_prompt_with_an_undefined_variable_names_it(shell: Shell):
    asking(shell, prompt='Prompt("prompts/p.md")')
    shell.write("prompts/p.md", "## user\n{{ text }} for {{ person }}\n")
    english, chinese = both(shell, "run", "app:main", "--data", "data.jsonl", code=1)
    assert "needs 'person', and the call gives 'text'" in english
    assert "person" in chinese
    assert "提示词" in chinese or "prompts/p.md" in chinese
    shell.write("prompts/p.md", "## user\n{{ text }}\n")
    assert run(shell).json["ok"] == 2


def spoiled(path: Path, how: str) -> None:
    data = bytearray(path.read_bytes())
    for log in path.parent.glob("store.db-*"):
        log.unlink()
    match how:
        case "header":
            data[:100] = b"\xff" * 100
        case "pages":
            data[4096 : len(data) // 2] = b"\xff" * (len(data) // 2 - 4096)
        case _:
            data = data[: len(data) // 3]
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("how", ["header", "pages", "cut"])
def test_a_corrupted_store_is_named_kept_and_repaired(app: Shell, how: str):
    app.rows(*({"text": f"row {n}"} for n in range(200)))
    assert run(app).code == 0
    path = app.folder / ".loomwork" / "store.db"
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    spoiled(path, how)
    damaged = path.read_bytes()
    english, chinese = both(app, "run", "app:main", "--data", "data.jsonl", code=1)
    assert "loomwork doctor --repair" in english
    assert "loomwork doctor --repair" in chinese
    assert path.read_bytes()[:50] == damaged[:50]
    assert app("doctor", "--json").code == 1
    mended = app("doctor", "--repair", "--json", "--lang", "zh")
    assert mended.code == 0, mended
    kept = [name for repaired in mended.json["repaired"] for name in repaired["kept"]]
    assert any(Path(name).read_bytes()[:50] == damaged[:50] for name in kept)
    again = run(app)
    assert (again.code, again.json["ok"]) == (0, 200)


def test_a_file_that_is_no_store_is_left_alone(app: Shell):
    app.write("notes.db", "these are my notes\n" * 100)
    english, chinese = both(app, "run", "app:main", "--data", "data.jsonl", "--store", "sqlite:///notes.db", code=1)
    assert "is not a loomwork store" in english
    assert "notes.db" in chinese
    assert (app.folder / "notes.db").read_text() == "these are my notes\n" * 100
    app("doctor", "--repair", "--store", "sqlite:///notes.db")
    assert (app.folder / "notes.db").read_text() == "these are my notes\n" * 100


def test_a_wrong_setting_stops_every_command_with_file_and_line(app: Shell):
    app.write("loomwork.toml", "[run]\nconcurency = 3\n")
    english, chinese = both(app, "run", "app:main", "--data", "data.jsonl", code=2)
    assert "loomwork.toml:2: 'run.concurency' is no setting (did you mean 'concurrency'?)" in english
    assert "loomwork.toml:2" in chinese
    assert "是否想用“concurrency”" in chinese


@pytest.mark.parametrize(
    ("most", "allow", "code", "english", "chinese"),
    [
        ("0.001USD", (), 1, "the next request could cost", "下一个请求最多可能花费"),
        ("5 apples", (), 2, "5 apples", "5 apples"),
        ("5CNY", (), 1, "has no known price", "没有已知价格"),
        ("5USD", (), 0, "ok", "成功"),
    ],
)
def test_money_is_reserved_before_it_is_spent(
    shell: Shell, double: str, most: str, allow: tuple[str, ...], code: int, english: str, chinese: str
):
    asking(
        shell,
        settings=f'[models.fast]\ndriver = "openai"\nmodel = "m"\nbase_url = "{double}"\nmax_tokens = 1000\n'
        "price = { input = 1.0, output = 100.0 }\n",
    )
    said = both(shell, "run", "app:main", "--data", "data.jsonl", "--max-cost", most, *allow, code=code)
    assert english in said[0]
    assert chinese in said[1]


def test_one_failure_of_many_rows_is_told_once(shell: Shell):
    asking(shell, prompt='"say {{ gone }}"')
    told = shell("run", "app:main", "--data", "data.jsonl").err
    assert told.count("needs 'gone'") == 1
    assert "row 0, 1: " in told or "row 1, 0: " in told


@pytest.mark.parametrize("body", ["inner(text)", "inner(text).upper()", "'say ' + inner(text)"])
@pytest.mark.filterwarnings("ignore:coroutine")
def test_a_coroutine_in_the_place_of_a_value_asks_for_await(app: Shell, body: str):
    app.write("app.py", AWAITING.format(body=body))
    english, chinese = both(app, "run", "app:main", "--data", "data.jsonl", code=1)
    assert "did you forget `await`?" in english
    assert "是否忘了写 `await`？" in chinese


def test_debug_shows_where_an_item_failed_in_the_persons_own_frames(app: Shell):
    app.write("app.py", PASSING.format(odd="1 / 0"))
    app.rows({"text": "a"}, {"text": "odd"})
    plain = app("run", "app:main", "--data", "data.jsonl")
    told = app("run", "app:main", "--data", "data.jsonl", "--debug")
    assert (plain.code, told.code) == (1, 1)
    assert "return 1 / 0" not in plain.err
    assert "row 1, where it failed:" in told.err
    assert 'app.py", line 7, in odd' in told.err
    assert "return 1 / 0" in told.err
    assert "loomwork/flow" not in told.err


def test_debug_of_a_wrong_command_still_ends_with_the_message_and_the_code(app: Shell):
    done = app("run", "app:mian", "--data", "data.jsonl", "--debug")
    assert done.code == 2
    assert "Traceback" in done.err
    assert done.err.splitlines()[-2].startswith("error: 'app:mian' is not a step")
