"""Whatever the bytes are: parsing never raises, and blocks stand in order over the text."""

import io
import random
import zipfile

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.knowledge import Document
from loomwork.knowledge.parsing import formats, parse
from loomwork.knowledge.parsing.limits import Hints
from tests.knowledge.parsing.makers import samples

SAMPLES = samples()
CASES = 10


def hold(document: Document) -> None:
    """Blocks are in order, do not overlap, and hold all text but white space (and the markup of Markdown)."""
    place = 0
    for block in document.blocks:
        assert place <= block.start <= block.end <= len(document.text)
        piece = document.text[block.start : block.end]
        assert piece == piece.strip() or block.kind == "code"
        assert (block.start == block.end) == (block.kind == "image")
        assert 0 <= block.level <= 6
        assert (block.level > 0) == (block.kind == "heading")
        if document.format != "markdown":
            assert not document.text[place : block.start].strip()
        place = block.end
    if document.format != "markdown":
        assert not document.text[place:].strip()
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(document), type=Document) == document


def test_blocks_hold_the_text_of_every_sample() -> None:
    for name, data in SAMPLES.items():
        hold(parse(data, name=name))


@given(st.binary(max_size=2000), st.sampled_from(sorted(formats())))
@settings(max_examples=150, deadline=None)
def test_random_bytes_never_raise_in_any_format(data: bytes, format: str) -> None:
    hold(parse(data, name=f"a.{format}", hints=Hints(format=format)))
    hold(parse(data, name=f"a.{format}"))


@given(st.text(max_size=2000), st.sampled_from(["a.md", "a.html", "a.csv", "a.eml", "a.txt", "a.rtf", "page"]))
@settings(max_examples=150, deadline=None)
def test_random_text_never_raises_in_any_format(text: str, name: str) -> None:
    hold(parse(text.encode("utf-8", "surrogatepass"), name=name))


PIECES = [
    "# a", "## b\n", "\n", "\n\n", "- x", "  - y", "1. z", "> q", "```", "~~~py", "| a | b |", "|---|---|", "---",
    "===", "\t", "    code", "<div>", "</div>", "<!-- c -->", "[l]: /u", "数据库", "。", "{ #x }", "!!! note", "***",
    "\r\n", " ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40))
@settings(max_examples=150, deadline=None)
def test_markdown_blocks_are_slices_of_the_source_in_order(pieces: list[str]) -> None:
    source = "".join(pieces)
    document = parse(source.encode(), name="a.md", hints=Hints(format="markdown"))
    hold(document)
    assert not document.text or document.text == source.replace("\r\n", "\n")


TAGS = [
    "<p>", "</p>", "<h1>", "</h1>", "<h2>", "<ul>", "<li>", "</ul>", "<ol>", "<table>", "<tr>", "<td>",
    "<th colspan=3>", "</table>",
    "<td rowspan=9>", "<pre>", "</pre>", "<br>", "<br><br>", "<div hidden>", "</div>", "<main>", "</main>",
    "<nav>", "</nav>", "<blockquote>", "<dl><dt>", "<dd>", "<script>", "</script>", "a", "数据", " ", "\n", "&nbsp;",
]  # fmt: skip


@given(st.lists(st.sampled_from(TAGS), max_size=60))
@settings(max_examples=150, deadline=None)
def test_html_of_any_shape_keeps_the_law(tags: list[str]) -> None:
    hold(parse("".join(tags).encode(), name="a.html"))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_files_cut_off_or_with_bits_turned_never_raise(name: str) -> None:
    chance = random.Random(name)
    for _ in range(CASES):
        hold(parse(_damaged(SAMPLES[name], chance), name=name))


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx", "a.odt", "a.epub"])
def test_sound_zips_with_damaged_parts_never_raise(name: str) -> None:
    chance = random.Random(name)
    for _ in range(CASES):
        hold(parse(_damaged_inside(SAMPLES[name], chance), name=name))


@pytest.mark.nightly
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_many_damaged_files_never_raise(name: str) -> None:
    chance = random.Random(f"nightly {name}")
    for _ in range(3000):
        hold(parse(_damaged(SAMPLES[name], chance), name=name))
        if name in ("a.docx", "a.pptx", "a.xlsx", "a.odt", "a.epub"):
            hold(parse(_damaged_inside(SAMPLES[name], chance), name=name))


def _damaged(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    if chance.random() < 0.4:
        return bytes(changed[: chance.randrange(len(changed))])
    for _ in range(chance.randrange(1, 20)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _damaged_inside(data: bytes, chance: random.Random) -> bytes:
    """Damage one part of an office document as a buggy program would: the zip itself is sound."""
    box = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(box, "w") as after:
        names = before.namelist()
        victim = chance.choice([name for name in names if name.endswith((".xml", ".xhtml", ".opf", ".rels"))])
        for name in names:
            part = before.read(name)
            if name == victim:
                part = _swapped(part, chance) if chance.random() < 0.7 else _damaged(part, chance)
            if name != victim or chance.random() < 0.9:
                after.writestr(name, part)
    return box.getvalue()


def _swapped(part: bytes, chance: random.Random) -> bytes:
    """Change an attribute's value, leave out an element or double it."""
    pieces = part.split(b"<")
    place = chance.randrange(len(pieces))
    kind = chance.randrange(3)
    if kind == 0:
        pieces[place] = pieces[place].replace(b'="', b'="-999999999999', 1)
    elif kind == 1:
        del pieces[place : place + chance.randrange(1, 4)]
    else:
        pieces[place:place] = pieces[place : place + 3] * 2
    return b"<".join(pieces)
