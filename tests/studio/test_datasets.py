"""Datasets in the studio: pages, edits that leave every other byte, rows out of runs, and what is refused."""

import gzip
import json
import lzma
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.flow.running.dataset import Dataset
from loomwork.flow.step import step
from loomwork.kernel import codecs
from loomwork.kernel.bodies import refer
from loomwork.store.rows import ItemRow, RunRow
from loomwork.studio.studio import Studio

XSS = "<img src=x onerror=alert(1)>"
BIDI = "\u202eexe.gpj"
ODD = [
    b'\xef\xbb\xbf{"q": "first", "n": 1.0000000000000000001}\r\n',
    b"\n",
    b'{"q": "\\u6570\\u636e", "n": 123456789012345678901234567890}\n',
    b"{broken\n",
    b'{"q": "\xff"}\n',
    b"[1, 2]\n",
    f'{{"q": "{XSS} {BIDI} 数据"}}\n'.encode(),
    b'   {"q": "last, without an end"}',
]


@pytest.fixture
def odd(studio: Studio) -> Path:
    path = studio.folder / "data" / "odd.jsonl"
    path.parent.mkdir()
    path.write_bytes(b"".join(ODD))
    return path


def page(client: TestClient, path: str = "data/odd.jsonl", **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/api/datasets/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_rows_are_told_with_line_and_place_and_bad_ones_with_the_reason(client: TestClient, odd: Path) -> None:
    told = page(client)
    assert [row["line"] for row in told["rows"]] == [1, 3, 4, 5, 6, 7, 8]
    assert [row["index"] for row in told["rows"]] == list(range(7))
    kinds = [row["problem"] and row["problem"]["kind"] for row in told["rows"]]
    assert kinds == [None, None, "RowNotJson", "RowNotUtf8", "RowNotObject", None, None]
    assert "4" in told["rows"][2]["problem"]["zh"]["what"]
    assert told["rows"][5]["text"] == ODD[6].decode().strip()
    assert (told["total"], told["bad"], told["matching"]) == (7, 3, 7)
    assert [row["line"] for row in page(client, only="bad")["rows"]] == [4, 5, 6]


def test_a_text_is_found_however_json_writes_it(client: TestClient, odd: Path) -> None:
    assert [row["line"] for row in page(client, q="数据")["rows"]] == [3, 7]
    assert [row["line"] for row in page(client, q="LAST,")["rows"]] == [8]
    assert page(client, q="nowhere")["matching"] == 0


def test_an_edited_row_leaves_every_other_byte(client: TestClient, odd: Path) -> None:
    digest = page(client)["digest"]
    for line, place, text in ((3, 2, '{"q":\n 1.50}'), (8, 7, '{"z": 1}'), (1, 0, '{"a": 0}'), (4, 3, '{"b": 0}')):
        answer = client.put("/api/datasets/data/odd.jsonl", json={"line": line, "digest": digest, "text": text})
        assert answer.status_code == 200, answer.text
        digest = answer.json()["digest"]
        assert place is not None
    expected = list(ODD)
    expected[0] = b'\xef\xbb\xbf{"a": 0}\r\n'
    expected[2] = b'{"q":  1.50}\n'
    expected[3] = b'{"b": 0}\n'
    expected[7] = b'{"z": 1}'
    assert odd.read_bytes() == b"".join(expected)


def test_a_removed_row_leaves_every_other_byte(client: TestClient, odd: Path) -> None:
    digest = page(client)["digest"]
    answer = client.delete("/api/datasets/data/odd.jsonl", params={"line": 4, "digest": digest})
    assert answer.json()["total"] == 6
    assert odd.read_bytes() == b"".join([*ODD[:3], *ODD[4:]])


def test_added_rows_stand_behind_a_last_line_without_an_end(client: TestClient, odd: Path) -> None:
    rows = [{"text": '{"n": 0.1000000000000000055}'}, {"text": '{"q": 2}', "origin": {"run": "r", "item": 3}}]
    told = client.post("/api/datasets/data/odd.jsonl", json={"rows": rows}).json()
    assert told["lines"] == [9, 10]
    written = odd.read_bytes()
    assert written.startswith(b"".join(ODD) + b'\n{"n": 0.1000000000000000055}\n')
    last = page(client)["rows"][-1]
    assert (last["origin"]["run"], last["origin"]["item"]) == ("r", 3)
    assert last["origin"]["at_ms"] > 1e12


def test_a_change_over_what_somebody_else_wrote_is_refused(client: TestClient, odd: Path) -> None:
    digest = page(client)["digest"]
    odd.write_bytes(odd.read_bytes().replace(b"first", b"FIRST"))
    given = {"line": 1, "digest": digest, "text": "{}"}
    for answer in (
        client.put("/api/datasets/data/odd.jsonl", json=given),
        client.delete("/api/datasets/data/odd.jsonl", params={"line": 1, "digest": digest}),
        client.post("/api/datasets/data/odd.jsonl", json={"rows": [{"text": "{}"}], "digest": digest}),
    ):
        assert (answer.status_code, answer.json()["kind"]) == (409, "ChangedMeanwhile")
    assert b"FIRST" in odd.read_bytes()
    assert [each.name for each in odd.parent.iterdir()] == ["odd.jsonl"]


@pytest.mark.parametrize("text", ["", "[1]", "{", '"x"', '{"a": 1} {"b": 2}', '{"a": "\x01"}', "[" * 100_000])
def test_a_row_that_is_no_object_is_refused_with_its_number(client: TestClient, odd: Path, text: str) -> None:
    before = odd.read_bytes()
    answer = client.post("/api/datasets/data/odd.jsonl", json={"rows": [{"text": "{}"}, {"text": text}]})
    assert (answer.status_code, answer.json()["kind"]) == (422, "RowNotOneObject")
    assert "row 2" in answer.json()["en"]["what"]
    assert odd.read_bytes() == before


@pytest.mark.parametrize(
    "path",
    ["../x.jsonl", "data/../../x.jsonl", "%2Fetc/x.jsonl", ".loomwork/x.jsonl", "data/.git/x.jsonl", "out/x.jsonl",
     "node_modules/x.jsonl", "link.jsonl", "loop.jsonl", "a%00b.jsonl", "..%2Fx.jsonl", "n" * 250 + ".jsonl"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(
    client: TestClient, studio: Studio, path: str, tmp_path_factory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "x.jsonl").write_text('{"secret": 1}\n')
    (studio.folder / "out").symlink_to(elsewhere)
    (studio.folder / "link.jsonl").symlink_to(elsewhere / "x.jsonl")
    (studio.folder / "loop.jsonl").symlink_to(studio.folder / "loop.jsonl")
    told = client.get(f"/api/datasets/{path}")
    made = client.post("/api/datasets", json={"path": path.replace("%2F", "/").replace("%00", "\0"), "rows": []})
    for answer in (told, made):
        assert answer.status_code in (403, 404), answer.text
        assert "secret" not in answer.text
    assert (elsewhere / "x.jsonl").read_text() == '{"secret": 1}\n'
    assert list(elsewhere.iterdir()) == [elsewhere / "x.jsonl"]
    listed = client.get("/api/datasets").json()["datasets"]
    assert listed == []


def test_only_the_project_s_own_files_are_listed(client: TestClient, studio: Studio) -> None:
    for name in ("a.jsonl", "b/c.jsonl", ".loomwork/x.jsonl", "node_modules/x.jsonl", "my-env/x.jsonl", "b/d.txt"):
        path = studio.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}\n")
    (studio.folder / "my-env" / "pyvenv.cfg").write_text("")
    (studio.folder / "folder.jsonl").mkdir()
    (studio.folder / "to-a.jsonl").symlink_to("a.jsonl")
    told = client.get("/api/datasets").json()
    assert [each["path"] for each in told["datasets"]] == ["a.jsonl", "b/c.jsonl", "to-a.jsonl"]
    assert client.get("/api/datasets/folder.jsonl").json()["kind"] == "NoSuchDataset"


def test_a_file_that_is_gone_is_told(client: TestClient, odd: Path) -> None:
    digest = page(client)["digest"]
    odd.unlink()
    assert client.get("/api/datasets/data/odd.jsonl").json()["kind"] == "NoSuchDataset"
    answer = client.put("/api/datasets/data/odd.jsonl", json={"line": 1, "digest": digest, "text": "{}"})
    assert (answer.status_code, answer.json()["kind"]) == (404, "NoSuchDataset")
    assert client.get("/api/datasets/data/odd.txt").json()["kind"] == "NotADataset"


def test_a_dataset_is_made_and_does_not_replace_another(client: TestClient, studio: Studio) -> None:
    body = {"path": "new/数据.jsonl", "rows": [{"text": '{"q": "一"}'}]}
    assert client.post("/api/datasets", json=body).json()["total"] == 1
    assert (studio.folder / "new" / "数据.jsonl").read_text("utf-8") == '{"q": "一"}\n'
    assert client.post("/api/datasets", json=body).json()["kind"] == "DatasetThere"


def test_a_link_within_the_project_is_written_through(client: TestClient, studio: Studio, odd: Path) -> None:
    (studio.folder / "link.jsonl").symlink_to(odd)
    client.post("/api/datasets/link.jsonl", json={"rows": [{"text": "{}"}]})
    assert (studio.folder / "link.jsonl").is_symlink()
    assert odd.read_bytes().endswith(b"\n{}\n")


def test_a_row_is_taken_from_what_an_item_was_given(client: TestClient, studio: Studio, odd: Path) -> None:
    bodies: list[bytes] = []
    given = refer(codecs.encode({"q": "from a run", "n": 10**30, "_origin": {"run": "older"}}), bodies)
    studio.store.runs.start(RunRow(id="run-1", target="app:answer", started_ns=1))
    studio.store.runs.put_item(ItemRow(run="run-1", index=5, trial=0, status="ok", input=given), bodies)
    origin = {"run": "run-1", "item": 5, "trace": "ab"}
    told = client.post("/api/datasets/data/odd.jsonl", json={"rows": [{"origin": origin}]}).json()
    row = json.loads(client.get(f"/api/dataset-rows/data/odd.jsonl?line={told['lines'][0]}").json()["text"])
    assert (row["q"], row["n"], row["_origin"]["run"], row["_origin"]["trace"]) == ("from a run", 10**30, "run-1", "ab")
    refused = client.post("/api/datasets/data/odd.jsonl", json={"rows": [{"origin": {"run": "run-1", "item": 6}}]})
    assert refused.json()["kind"] == "RowWithoutItem"


def test_runs_over_a_file_are_told_and_which_were_over_what_it_holds_now(
    client: TestClient, studio: Studio, odd: Path
) -> None:
    @step
    def anything(**values: Any) -> None: ...

    now = Dataset(odd, anything).digest()
    meta = json.dumps({"data": "data/odd.jsonl"}).encode()
    studio.store.runs.start(RunRow(id="now", target="a:b", started_ns=2, dataset=now, meta=meta))
    studio.store.runs.start(RunRow(id="older", target="a:b", started_ns=1, dataset="0" * 40, meta=meta))
    studio.store.runs.start(RunRow(id="other", target="a:b", started_ns=3, dataset="1" * 40, meta=b"{}"))
    told = client.get("/api/dataset-history/data/odd.jsonl").json()
    assert [(run["run"], run["now"]) for run in told["runs"]] == [("now", True), ("older", False)]


def test_pages_of_a_long_file_are_read_from_marks_and_a_huge_row_is_cut(client: TestClient, studio: Studio) -> None:
    path = studio.folder / "long.jsonl"
    with path.open("wb") as file:
        for number in range(5000):
            file.write(b'{"n": %d}\n' % number if number != 2500 else b'{"n": "%s"}\n\n' % (b"x" * 3_000_000))
    told = page(client, "long.jsonl", offset=2499, limit=3)
    assert [row["index"] for row in told["rows"]] == [2499, 2500, 2501]
    assert [row["line"] for row in told["rows"]] == [2500, 2501, 2503]
    assert told["rows"][1]["more"]
    assert len(told["rows"][1]["text"]) < 10_000
    whole = client.get("/api/dataset-rows/long.jsonl?line=2501").json()
    assert len(whole["text"]) == 3_000_009
    assert not whole["more"]
    assert client.get("/api/dataset-rows/long.jsonl?line=2502").json()["kind"] == "NoSuchLine"
    assert page(client, "long.jsonl", q='"n": 4999')["rows"][0]["line"] == 5001
    assert page(client, "long.jsonl", offset=10**9)["rows"] == []


def test_a_file_is_read_again_when_it_was_written_elsewhere(client: TestClient, odd: Path) -> None:
    first = page(client)
    stat = odd.stat()
    odd.write_bytes(odd.read_bytes().replace(b"first", b"FIRST"))
    os.utime(odd, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert page(client)["digest"] != first["digest"]


@pytest.mark.parametrize("name", ["packed.jsonl.gz", "packed.jsonl.xz"])
def test_a_compressed_dataset_is_read_and_not_changed(client: TestClient, studio: Studio, name: str) -> None:
    pack = {"gz": gzip.compress, "xz": lzma.compress}[name[-2:]]
    path = studio.folder / name
    path.write_bytes(pack(b'{"n": 1}\n{bad\n{"n": 3}\n'))
    told = page(client, name, offset=1)
    assert ([row["line"] for row in told["rows"]], told["bad"], told["is_packed"]) == ([2, 3], 1, True)
    answer = client.put(f"/api/datasets/{name}", json={"line": 1, "digest": told["digest"], "text": "{}"})
    assert answer.json()["kind"] == "DatasetPacked"
    path.write_bytes(path.read_bytes()[:-9])
    assert client.get(f"/api/datasets/{name}").json()["kind"] == "DatasetDamaged"


def test_of_many_writers_who_saw_the_same_one_wins(client: TestClient, odd: Path) -> None:
    digest = page(client)["digest"]

    def write(number: int) -> int:
        body = {"line": 1, "digest": digest, "text": f'{{"writer": {number}}}'}
        return client.put("/api/datasets/data/odd.jsonl", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(write, range(16))) == [200] + [409] * 15
    rows = [{"rows": [{"text": f'{{"added": {number}}}'}]} for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda body: client.post("/api/datasets/data/odd.jsonl", json=body).status_code, rows))
    assert told == [200] * 16
    assert page(client)["total"] == 7 + 16
