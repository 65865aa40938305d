"""Rows are read from tables and Parquet as they stand there, and what cannot be read says where."""

import gzip
import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from loomwork.evals.data.formats import Options, read_any
from loomwork.evals.data.reading import Placed, read_rows, version_of
from loomwork.kernel.errors import (
    DataDamaged,
    LoomworkError,
    NoHeader,
    RowNotJson,
    RowUneven,
    TableUnread,
    UnknownEncoding,
    UnknownFormat,
)

TEXT = "问题,答案\n“后台任务”怎么用？,见 BackgroundTasks\n第二个,没有\n"
ROWS = [{"问题": "“后台任务”怎么用？", "答案": "见 BackgroundTasks"}, {"问题": "第二个", "答案": "没有"}]


def read(path: Path, data: bytes, **options: Any) -> list[Placed]:
    path.write_bytes(data)
    return list(read_any(path, Options(**options)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_the_encoding_of_a_table_is_recognised(tmp_path: Path, encoding: str):
    text = TEXT if not encoding.startswith("utf-16-") else "question,answer\nplain words,more\nsecond,none\n"
    found = [each.row for each in read(tmp_path / "t.csv", text.encode(encoding))]
    assert found == (ROWS if text is TEXT else [
        {"question": "plain words", "answer": "more"}, {"question": "second", "answer": "none"},
    ])  # fmt: skip


def test_western_letters_are_not_taken_for_chinese_ones(tmp_path: Path):
    data = "name,city\nRenée Müller,Orléans\nAndrée,Besançon\n".encode("latin-1")
    data.decode("gb18030")
    with pytest.raises(UnknownEncoding):
        read(tmp_path / "t.csv", data)
    assert read(tmp_path / "t.csv", data, encoding="latin-1")[0].row == {"name": "Renée Müller", "city": "Orléans"}


@pytest.mark.parametrize(
    "text",
    [
        "Größe",
        "ÄÖÜ",
        "Straße,Füße",
        "señaló ÁÉ",
        "naïve,Übergröße",
        "déçu;Noël ÀÉÈ",
        "INFORMAÇÃO",
        "informação",
        "ÄÖ in ÄÖß",
    ],
)
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_a_few_letters_with_accents_are_no_rare_characters(tmp_path: Path, text: str, encoding: str):
    with pytest.raises(UnknownEncoding):
        read(tmp_path / "t.csv", f"name\n{text}\n".encode(encoding))


@pytest.mark.parametrize("text", ["退款", "中", "张三,你好", "王小明；上海", "价格：12元", "用Python的API", "黄磊"])
def test_a_few_words_of_chinese_are(tmp_path: Path, text: str):
    assert read(tmp_path / "t.csv", f"name;x\n{text};1\n".encode("gb18030"), delimiter=";")[0].row["name"] == text


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_recognised_and_fields_may_hold_it(tmp_path: Path, delimiter: str):
    data = f'q{delimiter}n\n"one{delimiter} two\nthree"{delimiter}1\n"say ""yes"""{delimiter}2\n'
    found = read(tmp_path / "t.csv", data.encode())
    assert [each.line for each in found] == [2, 4]
    assert [each.row["q"] for each in found] == [f"one{delimiter} two\nthree", 'say "yes"']


def test_values_stay_text_unless_types_are_asked_for_and_then_by_the_whole_column(tmp_path: Path):
    data = b"id,n,x,ok,mixed\n007,1,1.5,true,1\n008,,2,FALSE,a\n"
    assert read(tmp_path / "t.csv", data)[0].row == {"id": "007", "n": "1", "x": "1.5", "ok": "true", "mixed": "1"}
    assert [each.row for each in read(tmp_path / "t.csv", data, types="guess")] == [
        {"id": "007", "n": 1, "x": 1.5, "ok": True, "mixed": "1"},
        {"id": "008", "n": None, "x": 2.0, "ok": False, "mixed": "a"},
    ]


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (b"", NoHeader, "empty"),
        (b"1,2\n3,4\n", NoHeader, "'1' is a number"),
        (b"a,,c\n1,2,3\n", NoHeader, "column 2 has no name"),
        (b"a,b,a\n1,2,3\n", NoHeader, "two columns are called 'a'"),
        (b"a,b\n1,2\n3,4,5\n", RowUneven, "line 3: the row has 3 fields, the header has 2"),
        (b'a,b\n1,2\n"3,4\n', TableUnread, "line 3"),
        (b"a,b\n\xff\xfe\xfa,2\n", UnknownEncoding, "encoding"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_with_its_place(tmp_path: Path, data: bytes, error: Any, said: str):
    with pytest.raises(error, match=said):
        read(tmp_path / "t.csv", data)


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_compressed_files_are_read_and_damaged_ones_refused(tmp_path: Path, pack: Any):
    ending = "gz" if pack is gzip.compress else "xz"
    packed = pack(b'{"q": 1}\n\n{"q": 2}\n')
    assert read(tmp_path / f"a.jsonl.{ending}", packed) == [Placed(1, {"q": 1}), Placed(3, {"q": 2})]
    with pytest.raises(DataDamaged):
        read(tmp_path / f"b.jsonl.{ending}", packed[: len(packed) // 2])
    assert read(tmp_path / f"t.csv.{ending}", pack(b"q\nx\n"))[0].row == {"q": "x"}


def test_parquet_keeps_its_types_and_says_what_json_cannot_hold_in_its_nearest_form(tmp_path: Path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    import datetime
    import decimal

    path = tmp_path / "t.parquet"
    table = pyarrow.table({
        "q": ["甲", None], "n": [1, 2], "x": [0.5, float("nan")], "tags": [["a"], []],
        "at": [datetime.datetime(2024, 5, 1, 12), None], "price": [decimal.Decimal("1.10"), None],
        "raw": [b"\x00", None],
    })  # fmt: skip
    parquet.write_table(table, path)
    found = list(read_any(path))
    assert found[0] == Placed(1, {
        "q": "甲", "n": 1, "x": 0.5, "tags": ["a"], "at": "2024-05-01T12:00:00", "price": "1.10", "raw": "AA==",
    })  # fmt: skip
    assert found[1].row["x"] is None
    path.write_bytes(b"PAR1 nonsense")
    with pytest.raises(LoomworkError, match="cannot be read as Parquet"):
        list(read_any(path))


def test_another_ending_names_those_that_are_known(tmp_path: Path):
    with pytest.raises(UnknownFormat, match=r"\.parquet"):
        read(tmp_path / "a.docx", b"")


def test_a_bad_row_is_told_with_its_line_and_a_version_is_of_the_content(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"q": 1}) + "\n\nnope\n")
    with pytest.raises(RowNotJson, match="line 3"):
        list(read_rows(path))
    first = version_of(path)
    path.write_text('{"q": 2}\n')
    assert version_of(path) != first
    path.write_text('{"q": 1}\n\nnope\n')
    assert version_of(path) == first
