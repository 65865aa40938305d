"""A run as a file: everything is in it, and nothing in it acts."""

import csv
import io
import json
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.studio.studio import Studio
from tests.studio.running import XSS, loomwork, project

APP = """
from loomwork import step

@step
def shout(text: str) -> str:
    if text.startswith("bad"):
        raise ValueError(text)
    return text

@step
def main(text: str, more: int = 0) -> dict:
    return {"said": shout(text), "n": -more, "list": [text]}
"""
NASTY = [
    XSS,
    "</td></tr></table><script src=//evil.example/x.js></script>",
    "</pre></details><svg onload=alert(1)>",
    "\"><a href='javascript:alert(1)'>x</a>",
    "<style>@import url(//evil.example)</style>",
    "![x](http://evil.example/x.png) | [y](javascript:alert(1)) | `code",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "\u202eevil\u2066",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "line one\nline two\r\n| --- |",
    "\x00\x08 control",
]
FORMULAS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1,2)", "\t=1", "＝1+1"]


class Elements(HTMLParser):
    """Which elements and attributes a browser would make."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture
def run(studio: Studio) -> str:
    rows = [{"text": text, "more": 3, "slice": "a,b"} for text in [*NASTY, *FORMULAS, "bad <b>row</b>"]]
    project(studio.folder, app=APP, rows=rows)
    return loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]


def exported(client: TestClient, run: str, form: str, **more: str) -> tuple[str, Any]:
    answer = client.get(f"/api/runs/{run}/export", params={"format": form, **more})
    assert answer.status_code == 200, answer.text
    return answer.content.decode("utf-8"), answer.headers


def test_json_lines_hold_what_run_out_writes(client: TestClient, studio: Studio, run: str) -> None:
    text, headers = exported(client, run, "jsonl")
    again = studio.folder / "again.jsonl"
    loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl", f"--out={again}")
    ours = [json.loads(line) for line in text.splitlines()]
    theirs = [json.loads(line) for line in again.read_text().splitlines()]
    keys = ("index", "trial", "input", "output", "error")
    assert [{key: row[key] for key in keys} for row in ours] == [{key: row[key] for key in keys} for row in theirs]
    assert len(ours) == len(NASTY) + len(FORMULAS) + 1
    assert headers["content-disposition"] == f"attachment; filename*=UTF-8''main-{run}.jsonl"


def test_a_sheet_has_a_column_a_key_and_no_formula(client: TestClient, run: str) -> None:
    text, headers = exported(client, run, "csv")
    assert headers["content-type"].startswith("text/csv")
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [*rows[0]] == [
        "index", "trial", "status", "ms", "input.text", "input.more", "input.slice", "output.said", "output.n",
        "output.list", "error", "trace",
    ]  # fmt: skip
    assert rows[0]["output.said"] == XSS
    assert rows[0]["output.n"] == "-3"
    assert json.loads(rows[0]["output.list"]) == [XSS]
    for row, formula in zip(rows[len(NASTY) :], FORMULAS, strict=False):
        assert row["output.said"] == row["input.text"] == f"'{formula}"
    for row in rows:
        for name, value in row.items():
            assert name in ("output.n",) or not value.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
    assert rows[-1]["status"] == "failed"


def test_outputs_of_several_kinds_share_one_column(client: TestClient, studio: Studio) -> None:
    app = "from loomwork import step\n@step\ndef main(text: str):\n    return {'a': 1} if text == 'x' else text\n"
    project(studio.folder, app=app, rows=[{"text": "x"}, {"text": "y"}])
    run = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]
    rows = list(csv.DictReader(io.StringIO(exported(client, run, "csv")[0].removeprefix("\ufeff"))))
    assert [row["output"] for row in rows] == ["a: 1", "y"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "md", "html"])
def test_a_character_that_no_encoding_says_stops_no_export(client: TestClient, studio: Studio, form: str) -> None:
    value = "[text, '\\ud800', 10 ** 400, float('nan')] if text == 'x' else '\\ud800'"
    app = f"from loomwork import step\n@step\ndef main(text: str):\n    return {value}\n"
    project(studio.folder, app=app, rows=[{"text": "x"}, {"text": "y"}])
    run = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]
    assert "x" in exported(client, run, form)[0]
    assert [client.get(f"/api/runs/{run}/items/{index}").status_code for index in range(2)] == [200, 200]
    assert client.get(f"/api/runs/{run}/grid").json()["rows"][0][7][0][0] == 2


def test_a_markdown_table_has_a_line_a_row_and_nothing_that_acts(client: TestClient, run: str) -> None:
    text, _ = exported(client, run, "md")
    head, blank, names, rule, *rows = text.splitlines()
    assert (head[:2], blank) == ("# ", "")
    assert names == "| Row | Input | shout | main | Error |"
    assert rule == "| --- | --- | --- | --- | --- |"
    assert len(rows) == len(NASTY) + len(FORMULAS) + 1
    for row in rows:
        assert row.replace("\\|", "").count("|") == 6
        assert "<" not in row
        assert "](" not in row.replace("\\](", "")
        assert "`" not in row.replace("\\`", "")


@pytest.mark.parametrize(("lang", "word"), [("en", "Dataset"), ("zh", "数据集")])
def test_a_report_is_one_file_in_which_nothing_acts(client: TestClient, run: str, lang: str, word: str) -> None:
    text, headers = exported(client, run, "html", lang=lang)
    assert headers["content-disposition"].startswith("attachment")
    page = Elements()
    page.feed(text)
    assert page.names == {
        "html", "head", "meta", "title", "style", "body", "h1", "dl", "div", "dt", "dd", "table", "thead", "tr", "th",
        "tbody", "td", "details", "summary", "pre",
    }  # fmt: skip
    assert {name for name, _ in page.attributes} <= {
        "lang", "charset", "http-equiv", "content", "name", "class", "scope", "title", "dir",
    }  # fmt: skip
    assert ("http-equiv", "refresh") not in page.attributes
    assert any(value.startswith("default-src 'none'") for name, value in page.attributes if name == "content")
    assert XSS in page.text
    assert word in page.text
    assert "url(" not in text.split("</style>")[0]
    assert text.count("<tr>") == len(NASTY) + len(FORMULAS) + 2
    assert "prefers-color-scheme: dark" in text


def test_both_languages_of_the_report_have_every_word() -> None:
    from loomwork.studio.export import words

    found = json.loads(words._FILE.read_text(encoding="utf-8"))  # pyright: ignore[reportPrivateUsage]  the data itself
    assert found["en"].keys() == found["zh"].keys()
    assert all(found["en"][key] != found["zh"][key] for key in found["en"])


def test_a_run_that_is_not_there_has_no_file(client: TestClient) -> None:
    assert client.get("/api/runs/nobody/export").json()["kind"] == "NoSuchRun"
    assert client.get("/api/runs/nobody/export?format=exe").json()["kind"] == "ParameterWrong"
