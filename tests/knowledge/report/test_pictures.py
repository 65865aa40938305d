"""Pictures are well-formed, described, escaped, and show the figures that they were given."""

import xml.etree.ElementTree as ET

import pytest

from loomwork.knowledge.report import Contents, Labels, Language, Length, Seen, Tried, Trouble, evaluate, pictures_of
from loomwork.knowledge.report.canvas import room
from loomwork.knowledge.report.charts import Bar, Heading, Line, Measured, bars, histogram, intervals, lines
from loomwork.knowledge.report.values import Interval

SVG = "{http://www.w3.org/2000/svg}"
HEADING = Heading("one", "A <title> & more", "tokens", "1 & <2>")
EVIL = "<script>alert('x')</script>&\"'"


def read(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def tried(rank: int, *, number: int = 0, language: str = "en") -> Tried:
    found = tuple(Seen("right.md" if at == rank else f"wrong-{at}.md") for at in range(1, 11))
    return Tried(id=f"{language}-{number}", question="?", language=language, wanted=("right.md",), found=found)


CONTENTS = Contents(
    index="docs", snapshot="ab12", documents=3, chunks=4,
    lengths=(*[Length(language="en", tokens=n) for n in (10, 150, 160)], Length(language="zh", tokens=90)),
    languages=(
        Language(language="en", documents=2, chunks=3, with_vectors=3),
        Language(language="zh", documents=1, chunks=1, with_vectors=0),
    ),
    troubles=(Trouble(code="encrypted", documents=2, examples=("a.pdf", "b.pdf")),),
)  # fmt: skip
BEFORE = evaluate("before", [tried(3), tried(0, number=1, language="zh")])
AFTER = evaluate("after", [tried(1), tried(2, number=1, language="zh")])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_picture_is_well_formed_and_described_for_those_who_cannot_see_it(language: str):
    made = pictures_of(CONTENTS, [BEFORE, AFTER], Labels(language))
    assert [each.name for each in made] == [
        "lengths", "languages", "recall", "mrr", "curve-en", "curve-zh",
    ]  # fmt: skip
    ids: set[str] = set()
    for each in made:
        root = read(each.svg)
        named = (root.attrib["aria-labelledby"]).split()
        spoken = [root.find(f"{SVG}title"), root.find(f"{SVG}desc")]
        assert [part is not None and part.attrib["id"] for part in spoken] == named
        assert all(part is not None and part.text for part in spoken)
        assert root.attrib["role"] == "img"
        assert not ids & set(named)
        ids |= set(named)
        assert "prefers-color-scheme:dark" in each.svg


def test_the_words_of_a_chinese_picture_are_chinese():
    svg = pictures_of(CONTENTS, [], Labels("zh"))[0].svg
    said = [each.text or "" for each in read(svg).iter(f"{SVG}text")]
    assert {"文本块的长度", "英文", "中文"} <= set(said)
    assert not any(word in " ".join(said) for word in ("chunk", "token", "English"))


def test_both_languages_have_the_same_words_with_the_same_fields():
    import string

    from loomwork.knowledge.report.labels import _load

    def fields(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    en, zh = _load("en"), _load("zh")
    assert en.keys() == zh.keys()
    assert all(fields(en[key]) == fields(zh[key]) for key in en)


def test_a_histogram_counts_every_number_once():
    svg = histogram(HEADING, [("en", [5, 5, 17]), ("zh", [39])], count="chunks")
    said = [each[0].text for each in read(svg).iter(f"{SVG}rect") if len(each)]
    assert sum(int((text or "").rpartition(" ")[2]) for text in said) == 4


def test_a_bar_is_as_long_as_its_figure():
    svg = bars(HEADING, [Bar("a", 10), Bar("b", 5)])
    widths = [float(each.attrib["width"]) for each in read(svg).iter(f"{SVG}rect") if len(each)]
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.01)


def test_an_interval_stands_where_its_ends_are_and_the_value_within():
    svg = intervals(HEADING, ["now"], [Measured("en", (Interval(0.5, 0.25, 0.75),))])
    root = read(svg)
    line = next(each for each in root.iter(f"{SVG}line") if each.attrib["class"] == "lw-g0-line")
    dot = next(each for each in root.iter(f"{SVG}circle") if (each[0].text or "").startswith("en, now: 0.500"))
    low, middle, high = float(line.attrib["x1"]), float(dot.attrib["cx"]), float(line.attrib["x2"])
    assert middle - low == pytest.approx(high - middle, abs=0.2)
    assert low < middle


def test_a_line_rises_with_its_values():
    points = ((1.0, Interval(0.2, 0.1, 0.3)), (5.0, Interval(0.9, 0.8, 1.0)))
    svg = lines(HEADING, [Line("en", points)], unit="passages")
    line = next(read(svg).iter(f"{SVG}polyline"))
    (x1, y1), (x2, y2) = [tuple(map(float, each.split(","))) for each in line.attrib["points"].split()]
    assert x1 < x2
    assert y1 > y2


def test_what_documents_say_cannot_leave_the_picture():
    root = read(bars(Heading("n", EVIL, EVIL, EVIL), [Bar(EVIL, 1, EVIL)]))
    assert not list(root.iter(f"{SVG}script"))
    assert EVIL in [each.text for each in root.iter(f"{SVG}text")]


def test_nothing_at_all_is_still_a_picture():
    empty = Contents(index="docs", snapshot="", documents=0, chunks=0)
    for each in pictures_of(empty, [], Labels("en")):
        read(each.svg)
    read(intervals(HEADING, [], []))
    read(lines(HEADING, [], unit="x"))


def test_a_chinese_character_takes_the_room_of_two():
    assert room("织机", 10) == 20
    assert room("ab", 10) < 12
