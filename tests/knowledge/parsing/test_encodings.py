"""Text in the encodings that people have; the names in archives; which language it is."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loomwork.knowledge.parsing import Limits, decoded, language_of, unpack

CHINESE = "数据库每天凌晨两点备份。\n如果失败，请联系管理员；电话是 010-1234。\n"
TRADITIONAL = "資料庫每天凌晨兩點備份。\n如果失敗，請聯絡管理員；電話是 02-1234。\n"
JAPANESE = "データベースは毎日バックアップします。\n失敗したときは、管理者に連絡してください。\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(CHINESE, name) for name in ("gb18030", "gbk", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")]
    + [(TRADITIONAL, name) for name in ("big5", "gb18030", "utf-16-be", "utf-8")]
    + [(JAPANESE, name) for name in ("shift_jis", "cp932", "euc_jp", "utf-16-le")]
    + [("Die schöne Frau sagte: „Das war köstlich!“ für 15,50 €.\n", name) for name in ("cp1252", "utf-8", "utf-16")]
    + [("Всеобщая декларация прав человека, принята и провозглашена резолюцией.\n" * 3, "cp1251")],
)
def test_text_is_read_whatever_its_encoding(text: str, encoding: str) -> None:
    found = decoded(text.encode(encoding))
    assert found.text == text
    assert found.lost == 0


@pytest.mark.parametrize("text", ["数据库", "备份计划", "会议纪要", "采购合同", "员工手册"])
def test_a_few_chinese_characters_are_enough(text: str) -> None:
    assert decoded(text.encode("gb18030")).text == text


def test_a_hint_decides_where_the_bytes_fit_it() -> None:
    assert decoded("naïve".encode("cp1252"), hint="windows-1252").text == "naïve"
    assert decoded("中".encode("gb18030"), hint="gb2312").text == "中"
    assert decoded("naïve".encode(), hint="gb2312").text == "naïve"
    assert decoded(b"plain", hint="no-such-encoding").text == "plain"


def test_bytes_that_are_no_text_are_counted_and_do_not_spoil_the_rest() -> None:
    found = decoded((CHINESE * 20).encode() + b"\xff\xfe" + CHINESE.encode())
    assert (found.encoding, found.lost) == ("utf-8", 2)
    assert found.text.endswith(CHINESE)


@given(st.binary(max_size=400))
def test_any_bytes_become_text(data: bytes) -> None:
    decoded(data).text.encode("utf-8", "surrogatepass")


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=200))
def test_utf8_is_always_read_as_what_it_is(text: str) -> None:
    data = text.encode("utf-8")
    if b"\x00" not in data and not text.startswith(("\ufeff", "\ufffe")):
        assert decoded(data).text.replace("\r", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_in_archives_are_read_in_the_encoding_they_have(encoding: str) -> None:
    box = BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        placeholder = "?" * len("合同/采购合同.txt".encode(encoding))
        archive.writestr(placeholder, "内容")
    raw = box.getvalue().replace(placeholder.encode(), "合同/采购合同.txt".encode(encoding))
    assert [member.name for member in unpack(raw, "a.zip", Limits())] == ["a.zip!/合同/采购合同.txt"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\etc\\passwd", "a/../../etc/passwd"])
def test_names_in_archives_never_leave_a_folder(name: str) -> None:
    box = BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr(name, "x")
    found = next(iter(unpack(box.getvalue(), "a.zip"))).name.removeprefix("a.zip!/")
    assert ".." not in found
    assert not found.startswith("/")
    assert ":" not in found


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Back up the database every night, and test that it can be restored.", "en"),
        ("数据库每天备份。", "zh"),
        ("备份 the database every night，然后 test that it can be restored 恢复。", "mixed"),
        ("每天凌晨两点备份数据库，备份失败时请联系系统管理员 Ann 处理。", "zh"),
        ("Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón", ""),
        ("データベースは毎日バックアップします。", ""),
        ("使用 FastAPI 编写 API，用 Pydantic 校验请求，用 Uvicorn 运行。", "zh"),
        ("| Name | Qty | 备注 |\n| Bolt | 5 | |\n| Nut M4 stainless steel washer zinc plated screw | 7 | |", "en"),
        ("12 34 --", ""),
        ("", ""),
    ],
)
def test_the_language_is_told_by_scripts_and_small_words(text: str, language: str) -> None:
    assert language_of(text) == language
