"""What is too large, too deep, hidden, encrypted or not readable here is said, and never costs more than it may."""

import io
import shutil
import stat
import sys
import time
import zipfile
from pathlib import Path

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.kernel.errors.knowledge import EncryptedDocument, PictureUnread, PictureWithoutText
from loomwork.knowledge.parsing import Hints, Limits, error_of, formats, parse, unpack
from loomwork.knowledge.parsing.problems import problem_of
from tests.knowledge.parsing.makers import docx_file, packed, pdf_file, samples

CONTENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'


def codes(data: bytes, name: str, limits: Limits | None = None) -> list[str]:
    return [problem.code for problem in parse(data, name=name, limits=limits).problems]


def word(content: str, head: str = "") -> bytes:
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": head + CONTENT.format(content)})


@pytest.mark.parametrize("name", sorted(samples()))
def test_a_file_over_the_size_limit_is_not_opened(name: str) -> None:
    document = parse(samples()[name], name=name, limits=Limits(bytes=10))
    assert [problem.code for problem in document.problems] == ["too_large"]
    assert document.text == ""


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = packed({"zeros.txt": bytes(64 * 1024 * 1024)})
    began = time.perf_counter()
    assert [member.problem is not None and member.problem.code for member in unpack(bomb, "a.zip")] == ["too_large"]
    assert codes(bomb, "a.zip") == ["too_large"]
    assert time.perf_counter() - began < 1.0


def test_an_office_document_that_unpacks_beyond_the_limit_is_not_read() -> None:
    inflated = word("<w:p><w:r><w:t>" + "a" * 3_000_000 + "</w:t></w:r></w:p>")
    assert codes(inflated, "a.docx", Limits(unpacked=1_000_000)) == ["too_large"]


def test_a_zip_that_lies_about_its_sizes_is_broken_and_no_more() -> None:
    honest = packed({"a.txt": b"x" * 100_000})
    lying = honest.replace((100_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    assert [member.problem is not None for member in unpack(lying, "a.zip")] == [True]


def test_zips_inside_zips_end_at_the_depth_limit() -> None:
    inner = packed({"a.txt": "x"})
    for _ in range(10):
        inner = packed({"a.zip": inner})
    assert codes(inner, "a.zip") == ["too_deep"]


def test_a_billion_laughs_stay_unlaughed() -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>'
    document = parse(word("<w:p><w:r><w:t>&l11;</w:t></w:r></w:p>", head), name="a.docx")
    assert len(document.text) < 100


def test_files_of_this_machine_are_not_read_through_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    head = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    assert "hunter2" not in parse(word("<w:p><w:r><w:t>&s;</w:t></w:r></w:p>", head), name="a.docx").text


PART = b"Content-Type: multipart/mixed; boundary=x\n\n"
CONTROL = ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<div>" * 100_000 + b"deep"),
        ("a.html", b"<ul><li>" * 20_000 + b"deep"),
        ("a.html", b"<table><tr><td>" * 3_000 + b"deep"),
        ("a.md", b"> " * 20_000 + b"deep"),
        ("a.md", b"- " * 5_000 + b"deep"),
        ("a.md", b"[" * 50_000),
        ("a.docx", word(CONTROL[0] * 200 + "<w:p><w:r><w:t>deep</w:t></w:r></w:p>" + CONTROL[1] * 200)),
        ("a.rtf", rb"{\rtf1 " + b"{" * 50_000 + b"deep" + b"}" * 50_000 + b"}"),
        ("a.eml", b"From: a\nTo: b\n" + PART + (b"--x\n" + PART) * 1_000),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_deep_nesting_ends(name: str, data: bytes) -> None:
    began = time.perf_counter()
    parse(data, name=name)
    assert time.perf_counter() - began < 5.0


def test_a_table_beyond_the_limit_is_told() -> None:
    assert codes(b"a,b,c\n" * 1000, "a.csv", Limits(cells=100)) == ["too_large"]


def test_text_beyond_the_limit_keeps_what_was_read_before() -> None:
    many = packed({f"{n}.md": f"# Part {n}\n" for n in range(100)})
    document = parse(many, name="a.zip", limits=Limits(characters=200))
    assert document.text.startswith("0.md\n\n# Part 0")
    assert {problem.code for problem in document.problems} == {"too_large"}


def test_pages_beyond_the_limit_are_told_and_the_first_ones_are_there() -> None:
    page = [(72.0, 700.0, 11.0, "words here")]
    document = parse(pdf_file([page] * 5), name="a.pdf", limits=Limits(pages=2))
    assert {block.page for block in document.blocks} <= {1, 2}
    assert document.text
    assert [problem.code for problem in document.problems] == ["too_large"]


def test_the_time_is_looked_at_between_pages() -> None:
    class Slow(SystemClock):
        seconds = 0.0

        def monotonic(self) -> float:
            self.seconds += 1.0
            return self.seconds

    page = [(72.0, 700.0, 11.0, "words here")]
    document = parse(pdf_file([page] * 50), name="a.pdf", limits=Limits(seconds=5), clock=Slow())
    assert [problem.code for problem in document.problems] == ["timeout"]


def test_an_encrypted_member_is_named_and_the_rest_is_read() -> None:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        archive.writestr("open.txt", "open words")
        archive.writestr("closed.txt", "closed words")
    raw = bytearray(box.getvalue())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = raw.rfind(mark)
        raw[place + (6 if mark[2] == 3 else 8)] |= 1
    document = parse(bytes(raw), name="a.zip")
    assert "open words" in document.text
    assert [(problem.code, problem.fields["inside"]) for problem in document.problems] == [("encrypted", "closed.txt")]


def test_a_scanned_page_is_an_image_block_and_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    document = parse(pdf_file([[(72, 700, 11, "First page.")], []]), name="a.pdf")
    assert [(block.kind, block.page) for block in document.blocks] == [("paragraph", 1), ("image", 2)]
    assert [(problem.code, problem.page) for problem in document.problems] == [("no_text", 2)]
    assert isinstance(error_of(document.problems[0]), PictureWithoutText)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the program is a shell script")
def test_a_scanned_page_is_read_through_tesseract_where_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = tmp_path / "tesseract"
    stand_in.write_text(
        f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo eng; echo chi_sim; exit 0; fi\n{shutil.which("head")} -c 2\n'
        "echo; echo \"$1 $2 $3 $4\"; echo; echo '数 据 库'\n"
    )
    stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    document = parse(pdf_file([[]]), name="a.pdf")
    assert document.text == "P5 stdin stdout -l chi_sim+eng\n\n数据库"
    skipped = parse(pdf_file([[]]), name="a.pdf", hints=Hints(pictures="skip"))
    assert [problem.code for problem in skipped.problems] == ["no_text"]


def test_an_old_document_names_the_program_that_would_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "WordDocument".encode("utf-16-le")
    problem = parse(old, name="a.doc").problems[0]
    assert (problem.code, problem.fields["program"], problem.fields["instead"]) == (
        "missing_program",
        "LibreOffice",
        "docx",
    )


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the program is a shell script")
def test_an_old_document_is_read_through_what_libreoffice_makes_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made.docx").write_bytes(docx_file())
    stand_in = tmp_path / "soffice"
    copy, make = shutil.which("cp"), shutil.which("mkdir")
    stand_in.write_text(
        "#!/bin/sh\nfor word; do case $last in --outdir) out=$word;; esac; last=$word; done\n"
        f'{make} -p "$out"\n{copy} {tmp_path}/made.docx "$out/document.docx"\n'
    )
    stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "WordDocument".encode("utf-16-le")
    document = parse(old, name="a.doc")
    assert document.text == parse(docx_file(), name="b.docx").text
    assert document.format == "doc"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.bin", b"\x00\x01\x02\x03" * 100, "unsupported"),
        ("a.mp3", b"ID3\x04\x00\x00\x00" + bytes(range(256)) * 4, "unsupported"),
        ("a.md", b"\x00\x01\x02\x03" * 100, "unsupported"),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\t\n", "empty"),
        ("a.docx", b"PK\x03\x04 cut off", "broken"),
        ("a.pdf", b"%PDF-1.7 cut off", "broken"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        ("a.txt", b"-----BEGIN PGP MESSAGE-----\n\nhIwDY32hYGCE8MkBA\n", "encrypted"),
    ],
)
def test_what_cannot_be_read_says_why(name: str, data: bytes, code: str) -> None:
    assert codes(data, name) == [code]


def test_a_problem_can_be_told_again_as_the_error_that_it_was() -> None:
    for error in (EncryptedDocument(), PictureUnread(), PictureWithoutText(program="tesseract")):
        assert type(error_of(problem_of(error))) is type(error)
    nested = parse(packed({"a.bin": b"\x00\x01" * 50}), name="a.zip").problems[0]
    assert str(error_of(nested)).startswith("files of this kind (bin) are not read")
    assert nested.message.startswith("'a.bin': files of this kind")
    assert "markdown" in formats()
