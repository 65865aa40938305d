"""Which row of a table becomes its header: lines above it, groups of columns, years, tables without names."""

import io
from typing import Any

import pytest

from loomwork.knowledge.parsing import parse


def csv_of(*rows: str) -> list[str]:
    return parse("\n".join(rows).encode(), name="a.csv").text.split("\n")


def html_of(table: str) -> list[str]:
    return parse(f"<html><body><table>{table}</table></body></html>".encode(), name="a.html").text.split("\n")


def xlsx_of(rows: list[list[Any]], *merged: str) -> list[str]:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for span in merged:
        sheet.merge_cells(span)
    box = io.BytesIO()
    book.save(box)
    return parse(box.getvalue(), name="a.xlsx").text.split("\n")


def test_a_title_and_the_units_above_a_table_are_lines_of_their_own() -> None:
    above = ("Sales by region,,", "in thousands of euros,,")
    assert csv_of(*above, "Region,2023,2022", "North,120,110", "South,98,91") == [
        "Sales by region", "", "in thousands of euros", "",
        "| Region | 2023 | 2022 |", "| --- | --- | --- |", "| North | 120 | 110 |", "| South | 98 | 91 |",
    ]  # fmt: skip


def test_facts_about_the_file_above_its_table_are_lines_of_their_own() -> None:
    said = csv_of("Source,Office,,", "Updated,May,,", "Country,Code,2001,2002", "Aruba,ABW,5,6", "Angola,AGO,7,8")
    assert said[0] == "Source | Office"
    assert said[4:6] == ["| Country | Code | 2001 | 2002 |", "| --- | --- | --- | --- |"]


def test_names_of_groups_of_columns_are_read_together_with_the_names_beneath_them() -> None:
    rows = [
        ["Table 1", None, None, None, None],
        [None, "Men", None, "Women", None],
        ["Region", "Employed", "Looking", "Employed", "Looking"],
        ["North", 10, 2, 11, 1],
        ["South", 20, 3, 21, 2],
    ]
    assert xlsx_of(rows, "A1:E1", "B2:C2", "D2:E2")[2] == (
        "| Region | Men Employed | Men Looking | Women Employed | Women Looking |"
    )


def test_names_of_groups_that_stand_in_their_first_column_alone_are_read_with_it() -> None:
    said = csv_of(",Men,,Women,", "Region,Employed,Looking,Employed,Looking", "North,10,2,11,1", "South,20,3,21,2")
    assert said[0] == "| Region | Men Employed | Looking | Women Employed | Looking |"


def test_units_and_the_period_above_a_header_go_along_with_it() -> None:
    said = csv_of("In millions,,,First half 2023", ",Sales,Costs,Profit", "North,10,2,8", "South,20,3,17")
    assert said[0] == "| In millions | Sales | Costs | First half 2023 Profit |"


def test_units_beneath_the_names_belong_to_them() -> None:
    assert csv_of("Region,Sales,Costs", ",CHF,CHF", "North,7,8", "South,5,6")[0] == "| Region | Sales CHF | Costs CHF |"


def test_two_rows_that_name_all_columns_only_together_are_one_header() -> None:
    said = csv_of("Kind,Count,Result,", ",,Right,Time", "Blind,5,34,1199", "Deaf,4,98,1672")
    assert said[:2] == ["| Kind | Count | Result Right | Time |", "| --- | --- | --- | --- |"]


def test_an_empty_row_between_names_and_numbers_separates_nothing() -> None:
    said = xlsx_of([["CHF", "2023", "2022", "Change"], [], ["North", 12, 11], ["South", 9, 8]])
    assert said[0] == "| CHF | 2023 | 2022 | Change |"
    assert said[2].startswith("| North | 12 | 11")


def test_the_first_data_row_with_gaps_is_no_header() -> None:
    assert csv_of("Name,City,Age", "John,NY,", "Jane,LA,5", "Bob,SF,7")[0] == "| Name | City | Age |"


def test_a_table_of_words_has_its_first_row_as_the_header() -> None:
    assert csv_of("Name,City", "John,New York", "Jane,Los Angeles")[:2] == ["| Name | City |", "| --- | --- |"]


def test_years_are_names_above_numbers_and_data_above_years() -> None:
    assert csv_of("Sales,2021,2022", "North,7,8", "South,5,6")[0] == "| Sales | 2021 | 2022 |"
    assert csv_of("Firm,Founded", "One,1911", "Two,1950")[0] == "| Firm | Founded |"


def test_a_table_that_begins_with_data_has_no_header() -> None:
    assert csv_of("Revenue,98000", "Costs,33000") == [
        "|  |  |",
        "| --- | --- |",
        "| Revenue | 98000 |",
        "| Costs | 33000 |",
    ]


def test_the_left_column_may_be_nameless() -> None:
    assert csv_of(",Price", "Apple,5", "Pear,6")[0] == "|  | Price |"


def test_a_column_of_a_file_is_what_its_header_says() -> None:
    assert parse(b"Cups,,\nTeam,Town,Won\nBlues,STL,1\n", name="a.csv").metadata["columns"] == ["Team", "Town", "Won"]


def test_html_says_itself_which_rows_are_the_header() -> None:
    head = "<thead><tr><th colspan=3>Cups</th></tr><tr><th>Team</th><th colspan=2>Won</th></tr>"
    head += "<tr><th></th><th>home</th><th>away</th></tr></thead>"
    body = (
        "<tbody><tr><td>Blues</td><td>none</td><td>one</td></tr><tr><td>Kings</td><td>two</td><td>one</td></tr></tbody>"
    )
    assert html_of(head + body)[:4] == ["Cups", "", "| Team | Won home | Won away |", "| --- | --- | --- |"]
    rows = "<tr><th>Team</th><th>Town</th></tr><tr><th>Blues</th><td>STL</td></tr>"
    assert html_of(rows) == ["| Team | Town |", "| --- | --- |", "| Blues | STL |"]


@pytest.mark.parametrize("rows", [["a,b"], ["1,2"], ["a", "b"], [",,x", "1,2,3"], ["a,", "b,", "c,"]])
def test_nothing_that_a_small_table_says_is_lost(rows: list[str]) -> None:
    said = "\n".join(csv_of(*rows))
    assert all(cell in said for row in rows for cell in row.split(","))
