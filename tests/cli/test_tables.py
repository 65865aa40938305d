"""Tables fit and stay aligned, whatever the language."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from loomwork.cli.tables import Ending, shortened, table_lines

CELL = st.text(st.sampled_from("ab 步骤运，。é…0"), max_size=30)


@given(st.lists(st.tuples(CELL, CELL, st.integers(0, 10**9)), max_size=6), st.integers(24, 120), st.integers(0, 2))
def test_every_line_of_a_table_fits_and_columns_stand_under_each_other(
    rows: list[tuple[str, str, int]], width: int, grow: int
):
    lines = table_lines(["步骤", "name", "用时"], rows, width=width, right=(2,), grow=grow)
    assert len(lines) == len(rows) + 2
    assert all(cell_len(line) <= width for line in lines)
    rule = cell_len(lines[1])
    assert all(cell_len(line) == rule for line, row in zip(lines[2:], rows, strict=True) if row)


@given(CELL, st.integers(0, 40))
def test_a_shortened_text_fits_and_begins_like_the_whole(text: str, room: int):
    short = shortened(text, room)
    assert cell_len(short) <= room
    assert text.startswith(short.removesuffix("…")) or short == text


def test_numbers_stand_to_the_right_and_the_growing_column_gives_way_first():
    lines = table_lines(["step", "calls"], [["a" * 50, 12], ["步" * 50, 3]], width=30, right=(1,), grow=0)
    assert lines[2].endswith(" 12")
    assert lines[3].endswith("  3")
    assert "…" in lines[2]
    assert {cell_len(line) for line in lines[1:]} == {30}


def test_a_count_behind_a_long_name_is_never_cut():
    lines = table_lines(["step", "why"], [["app:main", Ending("upstream: " + "a" * 50, " (1000)")]], width=40, grow=1)
    assert lines[2].endswith("… (1000)")
    assert cell_len(lines[2]) == 40
    tiny = table_lines(["step", "why"], [["a" * 30, Ending("b" * 30, " (1000)")]], width=24, grow=1)
    assert all(cell_len(line) <= 24 for line in tiny)
