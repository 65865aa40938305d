"""Repeated rows are found however they are written, across files too; a split keeps them on one side."""

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from loomwork.evals.data.likeness import Look, look, near, normalised
from loomwork.studio.studio import Studio


def write(studio: Studio, name: str, rows: list[dict[str, Any]]) -> Path:
    path = studio.folder / name
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


LONG = "how do I move the backup of my database to another machine without stopping the service at night"
ROWS: list[dict[str, Any]] = [
    {"q": "What's the plan?", "n": 1},
    {"q": "What's the plan?", "n": 1, "_origin": {"run": "r"}},
    {"q": "what s  THE plan", "n": 1},
    {"q": "What's the plan?", "n": 2},
    {"q": LONG, "n": 1},
    {"q": LONG + " please", "n": 1},
    {"q": "数据库怎么备份？", "n": 1},
    {"q": "数据库怎么备份", "n": 1.0},
    {"q": "-1.5", "n": 1},
    {"q": "15", "n": 1},
]


def test_exact_normalised_and_near_repeats_are_told_apart(client: TestClient, studio: Studio) -> None:
    write(studio, "a.jsonl", ROWS)
    told = client.get("/api/dataset-checks/a.jsonl").json()
    assert told["keys"] == ["q", "n"]
    assert (told["exact"], told["normalised"], told["near"]) == (1, 1, 1)
    found = {each["kind"]: each["lines"] for each in told["found"]}
    assert found == {"exact": [1, 2], "normalised": [1, 3], "near": [5, 6]}
    assert told["found"][-1]["similarity"] == pytest.approx(18 / 19)
    assert told["complete"]
    by_question = client.get("/api/dataset-checks/a.jsonl?keys=q").json()
    assert (by_question["exact"], by_question["normalised"]) == (2, 2)


def test_rows_that_stand_in_another_file_too_are_leaks(client: TestClient, studio: Studio) -> None:
    write(studio, "train.jsonl", ROWS)
    write(studio, "test.jsonl", [
        {"q": "What's the plan?", "n": 1, "expected": "x"},
        {"q": "WHAT’S the plan", "n": 1},
        {"q": LONG.replace("night", "noon"), "n": 1},
        {"q": "nothing of the kind", "n": 1},
        {"q": "nothing of the kind", "n": 1},
    ])  # fmt: skip
    told = client.get("/api/dataset-checks/test.jsonl?against=train.jsonl").json()
    assert (told["exact"], told["normalised"], told["near"]) == (1, 1, 1)
    assert [(each["lines"], each["others"]) for each in told["found"]] == [([1], [1, 2]), ([2], [1, 2, 3]), ([3], [5])]
    assert told["found"][0]["previews"] == ['{"q":"What\'s the plan?","n":1}'] * 2


def test_near_pairs_are_all_those_that_comparing_every_pair_finds() -> None:
    chance = random.Random(7)
    words = [f"w{number}" for number in range(30)]
    looks: list[Look] = []
    for line in range(150):
        text = chance.choices(words, k=chance.randint(1, 12))
        looks.append(look(line, {"q": " ".join(text)}, ("q",)))
        if chance.random() < 0.5:
            text[chance.randrange(len(text))] = chance.choice(words)
            looks.append(look(line + 1000, {"q": " ".join(text)}, ("q",)))
    for threshold in (0.4, 0.6, 0.8, 1.0):
        by_hand = {
            (a, b)
            for (a, one), (b, two) in itertools.combinations(enumerate(looks), 2)
            if one.plain != two.plain and len(one.pairs & two.pairs) / len(one.pairs | two.pairs) >= threshold
        }
        assert {(pair.first, pair.second) for pair in near(looks, threshold=threshold)} == by_hand
        assert by_hand or threshold == 1.0
        across = {(a, b) for a, b in by_hand if a < 60 <= b}
        assert {(p.first, p.second) for p in near(looks, threshold=threshold, apart=60) if p.second >= 60} == across


def test_writing_is_folded_and_meaning_is_not() -> None:
    assert normalised("ＡＢＣ，ｄｅｆ！") == normalised("abc def")
    assert normalised("\u202eabc\u200b") == "abc"
    assert normalised("no") != normalised("now")


def split(client: TestClient, studio: Studio, name: str, **more: Any) -> Any:
    digest = client.get(f"/api/datasets/{name}").json()["digest"]
    parts = [{"path": "out/train.jsonl", "share": 8}, {"path": "out/test.jsonl", "share": 2}]
    return client.post("/api/dataset-splits", json={"path": name, "digest": digest, "parts": parts, **more})


def test_a_split_is_stable_seeded_and_keeps_writings_of_one_input_together(client: TestClient, studio: Studio) -> None:
    rows = [{"q": f"question {number}", "id": number} for number in range(400)]
    rows += [{"q": f"QUESTION  {number}!", "id": number} for number in range(400)]
    path = write(studio, "all.jsonl", rows)
    path.write_bytes(path.read_bytes() + b"{bad\n")
    told = split(client, studio, "all.jsonl").json()
    assert told["skipped"] == 1
    train, test = ((studio.folder / part["path"]).read_bytes() for part in told["parts"])
    assert sorted((train + test).splitlines()) == sorted(path.read_bytes().splitlines()[:-1])
    ids = [{json.loads(line)["id"] for line in part.splitlines()} for part in (train, test)]
    assert not ids[0] & ids[1]
    assert 0.14 < len(ids[1]) / 400 < 0.26
    leaks = client.get("/api/dataset-checks/out/test.jsonl?against=out/train.jsonl&keys=q").json()
    assert (leaks["exact"], leaks["normalised"]) == (0, 0)

    for part in ("train", "test"):
        (studio.folder / "out" / f"{part}.jsonl").unlink()
    path.write_bytes(b'{"q": "new", "id": 1000}\n' + path.read_bytes())
    split(client, studio, "all.jsonl")
    again = (studio.folder / "out" / "test.jsonl").read_bytes()
    assert set(test.splitlines()) <= set(again.splitlines())

    for part in ("train", "test"):
        (studio.folder / "out" / f"{part}.jsonl").unlink()
    split(client, studio, "all.jsonl", seed=1)
    assert (studio.folder / "out" / "test.jsonl").read_bytes() != again


def test_a_split_replaces_nothing_and_leaves_nothing_half_made(client: TestClient, studio: Studio) -> None:
    write(studio, "all.jsonl", ROWS)
    (studio.folder / "out").mkdir()
    (studio.folder / "out" / "test.jsonl").write_text("mine")
    assert split(client, studio, "all.jsonl").json()["kind"] == "DatasetThere"
    assert (studio.folder / "out" / "test.jsonl").read_text() == "mine"
    assert not (studio.folder / "out" / "train.jsonl").exists()
    for parts in ([{"path": "x.jsonl", "share": 1}], [{"path": "x.jsonl", "share": 1}, {"path": "y.jsonl", "share": 0}],
                  [{"path": "x.jsonl", "share": 1}] * 2):  # fmt: skip
        assert split(client, studio, "all.jsonl", parts=parts).json()["kind"] == "SplitUnfit"
    (studio.folder / "out" / "test.jsonl").unlink()
    assert split(client, studio, "all.jsonl", digest="other").json()["kind"] == "ChangedMeanwhile"
