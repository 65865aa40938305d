"""`loomwork case open --trace`: a failing trace becomes a case, of a run or of a server."""

from tests.cli.conftest import Shell
from tests.gateway.asking import ask, hello
from tests.gateway.running import running

FAILS = """
from loomwork import model, step

@step
async def answer(question: str) -> str:
    said = await model("exact").ask("Say: {{ question }}", question=question)
    raise ValueError("no " + said[:0] + question)

@step
async def fine(question: str) -> str:
    return question
"""
SERVED = '[serve.answer]\nstep = "app:answer"\n[serve.fine]\nstep = "app:fine"\n'


async def test_a_request_to_a_server_that_failed_becomes_a_case_without_asking_the_model_again(app: Shell) -> None:
    with running(app.folder, SERVED, app=FAILS) as served:
        got = await ask(served, hello("answer", "tide"))
        fine = await ask(served, hello("fine", "tide"))
        assert (got.status, fine.status, served.double.calls) == (500, 200, 1)
        rows = served.notes.until(2)
        served.workspace.store.requests.put(rows)
    trace = got.headers["x-loomwork-trace"]
    done = app("case", "open", "--trace", trace[:12], "--json")
    assert done.code == 0, done.err
    (case,) = done.json["cases"]
    assert (case["target"], case["error"], case["how"]) == ("app:answer", "ValueError", "new")
    assert app("case", "open", "--trace", trace).code != 0  # a case has it already
    refused = app("case", "open", "--trace", fine.headers["x-loomwork-trace"])
    assert refused.code != 0
    assert "does not fail" in refused.err or "pass" in refused.err


def test_a_trace_of_a_run_is_the_row_that_it_was(app: Shell) -> None:
    app.write("app.py", FAILS.replace('await model("exact").ask("Say: {{ question }}", question=question)', "'x'"))
    app.rows({"question": "one"}, {"question": "two"})
    app("run", "app:answer", "--data", "data.jsonl")
    traces = {each["item"]: each["trace"] for each in app("trace", "list", "--json").json["traces"]}
    done = app("case", "open", "--trace", traces[1], "--json")
    assert done.code == 0, done.err
    assert done.json["cases"][0]["error"] == "ValueError"


def test_a_case_is_of_a_row_or_of_a_trace(app: Shell) -> None:
    refused = ("last", "--row", "0", "--trace", "aa"), ("--trace", "aa", "--row", "0")
    for words in ((), ("last",), *refused, ("--trace", "aa", "--wrong", "--scorer", "exact")):
        done = app("case", "open", *words)
        assert done.code == 2
        assert "--trace TRACE" in done.err
    assert app("case", "open", "--trace", "feedfeed").code == 2


async def test_an_answer_that_a_person_calls_wrong_is_a_case_that_no_run_ends(app: Shell) -> None:
    with running(app.folder, SERVED, app=FAILS) as served:
        got = await ask(served, hello("fine", "tide"))
        served.workspace.store.requests.put(served.notes.until(1))
    trace = got.headers["x-loomwork-trace"]
    done = app("case", "open", "--trace", trace, "--wrong", "--json")
    assert done.code == 0, done.err
    (case,) = done.json["cases"]
    assert (case["target"], case["error"], case["scorer"], case["status"]) == ("app:fine", "", "", "open")
    assert "person" in app("case", "show", str(case["case"])).out
    assert app("case", "open", "--trace", trace, "--wrong").code != 0  # a case has it already
    app.rows({"question": "tide"})
    assert app("run", "app:fine", "--data", "data.jsonl").code == 0
    assert app("case", "show", str(case["case"]), "--json").json["status"] == "open"
    assert app("case", "close", str(case["case"])).code == 0


async def test_a_request_that_a_model_answered_says_why_it_is_no_case(app: Shell) -> None:
    with running(app.folder, SERVED, app=FAILS) as served:
        got = await ask(served, hello("exact", "tide"))
        served.workspace.store.requests.put(served.notes.until(1))
    refused = app("case", "open", "--trace", got.headers["x-loomwork-trace"])
    assert refused.code == 2
    assert "no call of a served step" in refused.err
    assert "[serve.NAME]" in refused.err
