"""An item and a call, whole: what went in, what came out, where a reused result was made."""

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.kernel.canonical import combine
from loomwork.store.rows import RunRow
from loomwork.studio.grid.samples import Samples
from loomwork.studio.studio import Studio
from tests.studio.running import XSS, loomwork, project

MODEL = """
from loomwork import model, step

@step
async def ask(question: str) -> str:
    return await model("fast").ask("Answer: {{ question }}", question=question)

@step
async def main(text: str) -> str:
    return await ask(text)
"""


def run(studio: Studio) -> str:
    return loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]


def cell(client: TestClient, index: int, step: str, **asked: Any) -> Any:
    answer = client.get(f"/api/runs/last/cells/{index}", params={"step": step, **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def ran(studio: Studio) -> str:
    project(studio.folder)
    return run(studio)


def test_an_item_has_its_input_apart_from_what_else_its_row_holds(client: TestClient, ran: str) -> None:
    item = client.get("/api/runs/last/items/1").json()
    assert (item["run"], item["index"], item["trial"], item["state"]) == (ran, 1, 0, 2)
    assert item["input"] == {"text": " row 1"}
    assert item["metadata"] == {"slice": "a"}
    assert (item["output"], item["output_text"], item["error"]) == ("ROW 1!", "ROW 1!", "")
    assert {each["step"]: each["preview"] for each in item["cells"]}["app:clean"] == "row 1"
    assert item["ms"] > 0
    assert item["started_ms"] > 1.6e12


def test_text_that_looks_like_markup_stays_text(client: TestClient, ran: str) -> None:
    del ran
    item = client.get("/api/runs/last/items/3")
    assert item.headers["content-type"] == "application/json"
    assert item.json()["output"] == XSS.upper() + "!"
    assert item.json()["input"] == {"text": XSS}


def test_a_call_shows_arguments_result_and_what_lies_beneath(client: TestClient, ran: str) -> None:
    found = cell(client, 0, "app:main")
    assert (found["run"], found["state"], found["count"], found["nth"]) == (ran, 2, 1, 0)
    assert found["arguments"] == {"text": " row 0"}
    assert found["arguments_text"] == "text:  row 0"
    assert found["output"] == "ROW 0!"
    assert [(each["step"], each["state"], each["preview"]) for each in found["calls"]] == [
        ("app:clean", 2, "row 0"),
        ("app:shout", 2, "ROW 0!"),
    ]
    assert found["origin"] is None
    assert len(found["behaviour"]) == 40
    assert found["trace"]
    assert found["span"]
    assert found["ms"] > 0


def test_a_failed_call_shows_its_error(client: TestClient, ran: str) -> None:
    del ran
    found = cell(client, 2, "app:clean")
    assert found["state"] == 3
    assert "good text" in found["error"]
    assert found["output"] is None
    assert found["arguments"] == {"text": "bad"}


def test_a_hit_and_what_lies_beneath_it_lead_to_where_they_were_made(
    client: TestClient, studio: Studio, ran: str
) -> None:
    again = run(studio)
    hit, beneath = cell(client, 0, "app:main"), cell(client, 0, "app:shout")
    assert (hit["run"], hit["state"], beneath["state"]) == (again, 1, 1)
    assert hit["trace"] != hit["origin"]["trace"]
    assert (beneath["trace"], beneath["span"]) == ("", "")
    for found in (hit, beneath):
        assert (found["origin"]["run"], found["origin"]["item"]) == (ran, 0)
        assert found["origin"]["made_ms"] > 1.6e12
    assert beneath["output"] == "ROW 0!"
    assert beneath["arguments"] == {"text": "row 0"}
    first = client.get(f"/api/runs/{ran}/cells/0", params={"step": "app:shout"}).json()
    assert (beneath["origin"]["trace"], beneath["origin"]["span"]) == (first["trace"], first["span"])
    assert [each["step"] for each in hit["calls"]] == ["app:clean", "app:shout"]


def test_each_of_several_calls_can_be_looked_at(client: TestClient, studio: Studio) -> None:
    app = (
        "from loomwork import step\n\n@step\ndef part(n: int) -> int:\n    return n * 2\n\n"
        "@step\ndef main(text: str) -> int:\n    return sum(part(n) for n in range(3))\n"
    )
    project(studio.folder, app=app, rows=[{"text": "a"}])
    run(studio)
    assert [cell(client, 0, "app:part", nth=n)["output"] for n in range(3)] == [0, 2, 4]
    assert cell(client, 0, "app:part", nth=9)["nth"] == 2
    run(studio)
    assert [cell(client, 0, "app:part", nth=n)["output"] for n in range(3)] == [0, 2, 4]


def test_a_call_that_asks_a_model_shows_what_it_was_sent(client: TestClient, studio: Studio) -> None:
    project(studio.folder, app=MODEL, rows=[{"text": "why?"}])
    (studio.folder / "loomwork.toml").write_text('[models.fast]\ndriver = "scripted"\nrules = [{ text = "because" }]\n')
    run(studio)
    found = cell(client, 0, "app:ask")
    assert [(turn["role"], turn["text"]) for turn in found["messages"]] == [("user", "Answer: why?")]
    assert found["output"] == "because"
    (inner,) = found["calls"]
    assert (inner["step"], inner["kind"]) == ("model", "model")
    sent = cell(client, 0, "model")
    assert sent["messages"] == found["messages"]
    assert sent["settings"]
    again = run(studio)
    assert again
    assert cell(client, 0, "app:ask")["messages"] == found["messages"]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz", "rows.jsonl.xz"])
def test_rows_that_wait_show_what_the_dataset_holds_and_no_other_file(tmp_path: Path, name: str) -> None:
    openers: dict[str, Any] = {".jsonl": open, ".gz": gzip.open, ".xz": lzma.open}
    path = tmp_path / name
    with openers[path.suffix](path, "wb") as file:
        file.write(b'\xef\xbb\xbf{"text": "a", "n": 1}\n\n[]\nnonsense\n{"text": "b"}\n')
    digest = combine("dataset", path.read_bytes())
    run = RunRow(id="r", target="app:main", started_ns=0, dataset=digest, meta=json.dumps({"data": name}).encode())
    samples = Samples(tmp_path, run)
    assert [samples[n] for n in (-1, 0, 1, 2, 3, 4)] == ["", "text: a, n: 1", "[]", "", "text: b", ""]
    path.write_bytes(path.read_bytes() + b"\n")
    assert Samples(tmp_path, run)[0] == ""
    path.unlink()
    assert Samples(tmp_path, run)[0] == ""


def test_what_was_never_called_is_said_to_be(client: TestClient, ran: str) -> None:
    del ran
    for path, kind in (
        ("cells/2?step=app:shout", "NothingRan"),
        ("cells/9?step=app:main", "NoSuchRow"),
        ("cells/-1?step=app:main", "NoSuchRow"),
        ("items/9", "NoSuchRow"),
        ("items/0?trial=5", "NoSuchRow"),
        ("items/x", "ParameterWrong"),
    ):
        assert client.get(f"/api/runs/last/{path}").json()["kind"] == kind
