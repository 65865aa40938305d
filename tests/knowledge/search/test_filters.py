"""Filters as people write them."""

from pathlib import Path
from typing import Any

import pytest

from loomwork.kernel.errors import BadFilter
from loomwork.knowledge.index import DocumentRow, Entry, View
from loomwork.knowledge.search import conditions
from loomwork.knowledge.values import Chunk
from tests.knowledge.index.making import an_index


def a_row(doc: str, **fields: Any) -> DocumentRow:
    return DocumentRow(doc=doc, path=doc, **fields)


ROWS = (
    a_row("guide/a.md", language="en", modified="2024-05-01T09:30:00", metadata={"year": 2020, "tags": ["x", "y"]}),
    a_row("guide/b.md", language="zh", modified="2024-06-30T23:00:00", metadata={"year": 2021, "tags": "x"}),
    a_row("notes/c.md", language="en", modified="2023-01-01", metadata={"year": "2021", "open": True}),
    a_row("notes/d.md", metadata={"year": 1, "open": 1}),
)


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    def entry(row: DocumentRow) -> Entry:
        chunk = Chunk(doc=row.doc, start=0, end=1, text="x", section=(), page=0, kind="", language="", tokens=1)
        return Entry(document=row, chunks=(chunk,), terms=(("x",),))

    folder: Path = tmp_path_factory.mktemp("index") / "kb"
    return an_index(folder, [entry(row) for row in ROWS]).view()


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, "abcd"),
        ({"language": "en"}, "ac"),
        ({"language": None}, "d"),
        ({"language": ["en", None]}, "acd"),
        ({"year": 2021}, "b"),
        ({"year": "2021"}, "c"),
        ({"year": {"from": 2020}}, "ab"),
        ({"year": {"from": 1, "to": 2020}}, "ad"),
        ({"tags": "x"}, "ab"),
        ({"tags": ["y", "z"]}, "a"),
        ({"doc": {"prefix": "guide/"}}, "ab"),
        ({"modified": {"from": "2024-05-01", "to": "2024-05-01"}}, "a"),
        ({"modified": {"from": "2024-05", "to": "2024-06"}}, "ab"),
        ({"modified": {"to": "2023"}}, "c"),
        ({"open": True}, "c"),
        ({"open": 1}, "d"),
        ({"metadata.year": 2020, "language": "en"}, "a"),
        ({"nothing": "at all"}, ""),
    ],
)
def test_a_filter_finds(view: View, filters: dict[str, Any], expected: str) -> None:
    for _ in range(2):  # the second time from what was kept
        mask = view.filter(conditions(filters))
        rows = [row for row in range(len(mask)) if mask[row]]
        assert "".join(sorted(row.document.doc[-4] for row in view.fetch(rows))) == expected


@pytest.mark.parametrize(
    "filters", [{"a": {}}, {"a": {"above": 3}}, {"a": {"from": 1, "to": "x"}}, {"a": object()}, {"a": {"from": [1]}}]
)
def test_a_filter_that_means_nothing_is_refused(filters: dict[str, Any]) -> None:
    with pytest.raises(BadFilter, match="the filter on 'a' cannot be used"):
        conditions(filters)


def test_who_may_read_a_document_cannot_be_asked(view: View) -> None:
    assert not view.filter(conditions({"readers": {"prefix": ""}})).any()
