"""Lineage, versions, splits, samples, drafts: what becomes of rows."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from loomwork.evals.data.confirming import count_drafts, drafts_of, settle
from loomwork.evals.data.diffing import difference
from loomwork.evals.data.lineage import Origin, is_draft, origin_of, row_id, with_origin
from loomwork.evals.data.merging import Labelled, merged
from loomwork.evals.data.reading import Placed, rows_in
from loomwork.evals.data.sampling import at_random, diverse
from loomwork.evals.data.splitting import Splitter
from loomwork.evals.data.versions import Versions
from loomwork.evals.data.writing import lines_of, write_lines
from loomwork.kernel.errors import AmbiguousVersion, DataThere, DataUnwritable, KeyTwice, NoSuchVersion

ROWS: list[dict[str, Any]] = [{"q": f"What is thing number {n} good for?", "n": n} for n in range(200)]


def placed(*rows: dict[str, Any]) -> list[Placed]:
    return [Placed(line, row) for line, row in enumerate(rows, start=1)]


def test_what_is_known_about_a_row_is_no_part_of_what_it_says():
    row = with_origin({"q": 1}, Origin(file="a.csv", line=2))
    assert row == {"q": 1, "_origin": {"file": "a.csv", "line": 2}}
    assert row_id(row) == row_id({"q": 1, "_status": "draft"}) != row_id({"q": 2})
    assert origin_of({"_origin": {"line": "x"}}) is None
    assert origin_of({"_origin": {"run": "r", "item": 3, "at_ms": 1.5}}) == Origin(run="r", item=3, at_ms=1.5)


def test_a_version_gives_every_byte_back_and_a_line_is_kept_once(tmp_path: Path):
    path, versions = tmp_path / "a.jsonl", Versions(tmp_path)
    contents = [b'\xef\xbb\xbf{"q": 1}\r\n\n{"q": 2}', b'{"q": 1}\n' * 3000, b""]
    kept: list[str] = []
    for content in contents:
        path.write_bytes(content)
        kept.append(versions.keep(path))
        assert versions.keep(path) == kept[-1]
    assert [b"".join(versions.lines(path, version[:10])) for version in kept] == contents
    assert [(each.version, each.rows) for each in versions.list(path)] == [
        (kept[2], 0), (kept[1], 3000), (kept[0], 2),
    ]  # fmt: skip
    assert (tmp_path / ".loomwork" / "datasets.db").stat().st_size < 200_000
    with pytest.raises(NoSuchVersion, match=kept[0][:12]):
        versions.lines(path, "zz")
    with pytest.raises(AmbiguousVersion):
        versions.lines(path, "")


def test_versions_are_read_while_others_are_kept(tmp_path: Path):
    path, versions = tmp_path / "a.jsonl", Versions(tmp_path)
    write_lines(path, lines_of(ROWS))
    first = versions.keep(path)
    reading = versions.lines(path, first)
    next(reading)
    write_lines(path, lines_of(ROWS[:5]), existing="replace")
    assert versions.keep(path) != first
    assert len(list(reading)) == 199


def test_an_erased_subject_is_in_no_version_any_more(tmp_path: Path):
    path, versions = tmp_path / "a.jsonl", Versions(tmp_path)
    write_lines(path, lines_of([{"q": "about alice@example.com"}, {"q": "about nobody"}]))
    version = versions.keep(path)
    assert versions.erase("alice@example.com") == 1
    assert [each.row for each in rows_in(versions.lines(path, version), "a") if isinstance(each, Placed)] == [
        {"q": "about nobody"}
    ]
    every = b"".join(file.read_bytes() for file in (tmp_path / ".loomwork").iterdir())
    assert b"alice@example.com" not in every


def test_a_git_revision_is_a_version(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"q": "甲"}\n', "utf-8")
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-C", str(tmp_path)]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    path.write_text("{}\n")
    assert list(Versions(tmp_path).lines(path, "HEAD")) == ['{"q": "甲"}\n'.encode()]


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    write_lines(path, [b"1\n"])
    with pytest.raises(DataThere):
        write_lines(path, [b"2\n"])

    def slow() -> Any:
        (tmp_path / "b.jsonl").write_text("somebody else's\n")
        yield b"2\n"

    with pytest.raises(DataThere):
        write_lines(tmp_path / "b.jsonl", slow())
    assert (tmp_path / "b.jsonl").read_text() == "somebody else's\n"

    def broken() -> Any:
        yield b"3\n"
        raise OSError(28, "No space left on device")

    with pytest.raises(DataUnwritable, match="No space"):
        write_lines(path, broken(), existing="replace")
    assert path.read_bytes() == b"1\n"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.jsonl", "b.jsonl"]


def test_a_row_keeps_its_part_whatever_comes_and_shares_are_about_met():
    splitter = Splitter((8, 2), keys=("q",))
    parts = [splitter.part(row) for row in ROWS]
    assert 20 <= sum(parts) <= 60
    more = [*ROWS, *({"q": f"More about {n}?", "n": n} for n in range(500))]
    random.Random(1).shuffle(more)
    other = Splitter((8, 2), keys=("q",))
    other.meet(more)
    assert [other.part(row) for row in ROWS] == parts
    assert [Splitter((8, 2), keys=("q",), seed=7).part(row) for row in ROWS] != parts
    assert splitter.part({"q": ROWS[3]["q"].upper()}) == parts[3]


def test_a_made_row_goes_where_the_row_goes_that_it_was_made_from():
    children = [with_origin({"q": f"In other words {n}", "n": -n}, Origin(parent=row_id(ROWS[n]))) for n in range(50)]
    grandchildren = [
        with_origin({"q": f"Once more {n}"}, Origin(parent=row_id(each))) for n, each in enumerate(children)
    ]
    splitter = Splitter((1, 1), keys=("q",))
    splitter.meet([*ROWS, *children, *grandchildren])
    parents = [splitter.part(row) for row in ROWS[:50]]
    assert {0, 1} == set(parents)
    assert [splitter.part(row) for row in children] == parents == [splitter.part(row) for row in grandchildren]
    alone = Splitter((1, 1), keys=("q",))
    siblings = [with_origin({"q": text}, Origin(parent="f" * 40)) for text in "abcdefgh"]
    assert len({alone.part(row) for row in siblings}) == 1


def test_lineage_that_goes_in_a_circle_ends():
    row = {"q": "a"}
    circular = with_origin(row, Origin(parent=row_id(row)))
    splitter = Splitter((1, 1))
    splitter.meet([circular])
    assert splitter.part(circular) in (0, 1)


def test_rows_without_a_group_are_not_one_group():
    splitter = Splitter((1, 1), group=("customer",), keys=("q",))
    assert {splitter.part(row) for row in ROWS} == {0, 1}
    assert len({splitter.part({**row, "customer": 5}) for row in ROWS}) == 1


def test_a_diff_pairs_changed_rows_and_counts_equal_ones_as_often_as_they_stand():
    old = placed({"q": "a", "x": 1, "y": 2}, {"q": "b"}, {"q": "b"}, {"q": "gone", "z": 9})
    new = placed({"q": "b"}, {"q": "a", "x": 1, "y": 3}, {"q": "come", "w": 8})
    found = difference(old, new)
    assert found.same == 1
    assert [each.keys for each in found.changed] == [("y",)]
    assert [each.line for each in found.removed] == [3, 4]
    assert [each.line for each in found.added] == [3]
    assert difference(old, new, keys=("q",)).changed[0].before.line == 1
    swapped = difference(placed({"q": True}), placed({"q": 1}))
    assert swapped.same == 0


def test_one_file_with_two_rows_under_a_key_is_refused():
    part = Labelled("a", placed({"id": 1, "q": "x"}, {"id": 1, "q": "y"}))
    with pytest.raises(KeyTwice, match=r"line 2.*id = 1.*line 1"):
        merged([part], keys=("id",))
    assert len(merged([part]).rows) == 2


def test_a_diverse_sample_takes_one_of_each_kind_before_a_second():
    kinds = ["how do I reset my password", "where is the invoice of last month", "数据库怎么备份到另一台机器"]
    texts = [f"{kind} {filler}" for kind in kinds for filler in ("please", "now", "thanks", "today")]
    chosen = diverse(texts, 3, seed=4)
    assert {next(kind for kind in kinds if texts[place].startswith(kind)) for place in chosen} == set(kinds)
    assert chosen == diverse(texts, 3, seed=4)
    assert len(set(diverse(texts, 99))) == len(texts)
    assert len(at_random(1000, 30, seed=1)) == 30
    assert at_random(1000, 30, seed=1) != at_random(1000, 30, seed=2)


def test_a_draft_counts_when_a_person_has_said_so(tmp_path: Path):
    path = tmp_path / "made.jsonl"
    rows = [{"q": n, "expected": "", "_status": "draft", "_origin": {"by": "heading"}} for n in range(4)]
    write_lines(path, lines_of([*rows, {"q": 9}]))
    assert count_drafts(path) == (5, 4)
    assert settle(path, {1: "accept", 2: "drop", 3: {"expected": "yes"}, 5: "drop"}) == (4, 1)
    left = [json.loads(line) for line in path.read_text().splitlines()]
    assert [row["q"] for row in left] == [0, 2, 3, 9]
    assert left[1] == {"q": 2, "expected": "yes", "_origin": {"by": "heading"}}
    assert [is_draft(row) for row in left] == [False, False, True, False]
    assert [each.line for each in drafts_of(path)] == [3]
