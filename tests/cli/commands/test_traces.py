"""`loomwork trace`: list, show, export, import, and back again."""

import http.server
import re
import threading
from pathlib import Path

import pytest

from loomwork.cli.commands.trace_show import bar
from loomwork.telling.words import cells
from tests.cli.conftest import Shell

SAMPLES = Path(__file__).parents[2] / "trace" / "importers" / "samples"


@pytest.fixture
def ran(app: Shell) -> Shell:
    app.rows({"text": "甲乙丙丁戊己庚辛壬癸" * 20}, {"text": 7})
    assert app("run", "app:main", "--data", "data.jsonl").code == 1
    return app


def test_traces_and_runs_are_listed_newest_first(ran: Shell):
    traces = ran("trace", "list", "--json").json["traces"]
    assert [trace["item"] for trace in traces] == [1, 0]
    assert [trace["item"] for trace in ran("trace", "list", "--failed", "--json").json["traces"]] == [1]
    runs = ran("trace", "list", "--runs", "--json").json["runs"]
    assert [(run["target"], run["items"], run["failed"]) for run in runs] == [("app:main", 2, 1)]
    assert ran("trace", "list", "--runs", "--failed", "--json").json["runs"] == runs
    assert len(ran("trace", "list", "--run", "last", "--limit", "1", "--json").json["traces"]) == 1


def test_a_trace_is_found_by_the_beginning_of_its_id(ran: Shell):
    trace = ran("trace", "list", "--json").json["traces"][1]["trace"]
    shown = ran("trace", "show", trace[:18], "--json").json
    assert shown["trace"] == trace
    assert [(span["depth"], span["name"]) for span in shown["spans"]] == [(0, "app:main"), (1, "app:shout")]
    assert ran("trace", "show", trace.upper()).code == 0
    ambiguous = ran("trace", "show", trace[:2])
    assert ambiguous.code == 2
    assert "could be any of the traces" in ambiguous.err
    assert ran("trace", "show", "zz").code == ran("trace", "show", "f" * 32).code == 2


def test_scorers_leave_last_and_the_list_to_the_application(ran: Shell):
    newest = ran("trace", "list", "--json").json["traces"]
    told = ran("eval", "--run", "last", "--scorer", "exact,expected=text").out
    named = re.findall(r"loomwork trace show (\w+)", told)
    assert named
    assert all(ran("trace", "show", trace).code == 0 for trace in named)
    assert ran("trace", "list", "--json").json["traces"] == newest
    assert ran("trace", "show", "last", "--json").json["trace"] == newest[0]["trace"]
    score = ran("trace", "list", "--scoring", "--limit", "1", "--json").json["traces"][0]
    assert score["kind"] == "scoring"
    refused = ran("replay", score["trace"])
    assert (refused.code, "a score cannot be replayed" in refused.err) == (2, True)
    assert "评分无法回放" in ran("replay", score["trace"], "--lang", "zh").err


def test_a_trace_of_another_framework_is_there_but_cannot_be_replayed(shell: Shell):
    shell.write("loomwork.toml", "")
    shell("trace", "import", str(SAMPLES))
    refused = shell("replay", "last")
    assert (refused.code, "cannot be replayed: it begins with" in refused.err) == (2, True)


@pytest.mark.parametrize("columns", [40, 80, *(pytest.param(n, marks=pytest.mark.nightly) for n in (60, 120))])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_listed_and_shown_fits_the_terminal(ran: Shell, columns: int, language: str):
    trace = ran("trace", "list", "--json").json["traces"][1]["trace"]
    for words in (("trace", "list"), ("trace", "list", "--runs"), ("store", "size"), ("data", "show", "data.jsonl")):
        table = ran(*words, "--lang", language, COLUMNS=str(columns)).out.splitlines()
        assert table
        rule = next(place for place, line in enumerate(table) if line.startswith("──"))
        assert max(cells(line) for line in table[: rule + 3]) <= columns, (words, table)
    tree = ran("trace", "show", trace, "--lang", language, COLUMNS=str(columns)).out.splitlines()
    assert all(cells(line) <= columns for line in tree if "app:" in line)


def test_bodies_are_shown_as_they_are(ran: Shell):
    trace = ran("trace", "list", "--json").json["traces"][1]["trace"]
    assert "text: 甲乙丙丁" in ran("trace", "show", trace, "--bodies").out
    span = ran("trace", "show", trace, "--bodies", "--json").json["spans"][0]
    assert span["output_body"].endswith("癸!")


def test_a_reused_result_says_where_it_was_made(ran: Shell):
    first = ran("trace", "list", "--json").json["traces"][1]["trace"]
    ran("run", "app:main", "--data", "data.jsonl", "--limit", "1")
    again = ran("trace", "list", "--limit", "1", "--json").json["traces"][0]
    assert again["cached"]
    assert f"loomwork trace show {first[:16]}" in ran("trace", "show", again["trace"]).out


@pytest.mark.parametrize("form", ["otlp-json", "otlp-protobuf"])
def test_an_exported_run_comes_back_the_same(ran: Shell, form: str):
    ran("trace", "export", "--run", "last", "--format", form, "--out", "traces.bin", "--bodies")
    other = Shell(ran.folder.parent / "other", ran.folder.parent)
    other.write("loomwork.toml", "")
    done = other("trace", "import", "../here/traces.bin", "--json")
    assert (done.code, done.json["spans"]) == (0, 3)
    trace = ran("trace", "list", "--json").json["traces"][1]["trace"]
    before, after = (shell("trace", "show", trace, "--json").json for shell in (ran, other))
    assert [span["name"] for span in before["spans"]] == [span["name"] for span in after["spans"]]
    taken = ran("trace", "export", trace, "--out", "traces.bin")
    assert taken.code == 2
    assert "traces.bin is already there" in taken.err
    assert ran("trace", "export").code == 2


def test_a_folder_is_imported_and_what_cannot_be_read_is_named(shell: Shell):
    shell.write("loomwork.toml", "")
    done = shell("trace", "import", str(SAMPLES), "--json", "--lang", "zh")
    assert done.code == 1
    assert len(done.json["files"]) >= 5
    assert [refused["kind"] for refused in done.json["refused"]] == ["UnknownTraceFormat"]
    assert "未导入" in done.err
    assert shell("trace", "list", "--json").json["traces"]
    assert shell("trace", "import", "absent.json").code == 2


def test_traces_are_sent_to_a_collector(ran: Shell):
    bodies: list[tuple[str, str | None]] = []

    class Collector(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append((self.path, self.headers.get("X-Token")))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with http.server.HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}"
        sent = ran(
            "trace", "export", "--run", "last", "--endpoint", address, "--header", "X-Token=TOKEN", "--json", TOKEN="t"
        )
        thread.join()
    assert (sent.code, sent.json["spans"]) == (0, 3)
    assert bodies == [("/v1/traces", "t")]
    assert ran("trace", "export", "--run", "last", "--endpoint", address, "--header", "X-Token=UNSET").code == 2


def test_a_bar_stands_where_the_span_was():
    assert bar(0, 100, 0, 100, 8) == "████████"
    assert bar(50, 51, 0, 100, 8) == "    ▏"
    assert len(bar(100, 100, 0, 100, 8)) == 8


def test_a_failed_row_says_which_row_it_was_and_what_happened(ran: Shell):
    heads, _, failed, done = ran("trace", "list", COLUMNS="200").out.splitlines()
    assert heads.split()[-2:] == ["input", "error"]
    assert "text: 7" in failed
    assert "AttributeError" in failed
    assert "text: 甲乙" in done
