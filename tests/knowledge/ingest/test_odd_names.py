"""Files whose names are no UTF-8, as old archives leave them, are documents like others."""

import os

from tests.knowledge.ingest.making import Project

ODD = ("报告.md".encode("gbk"), b"caf\xe9.md", b"\xff\xfe.md")


async def test_a_name_that_is_no_utf_8_is_read_in_its_own_encoding_and_stops_nothing(project: Project) -> None:
    project.write("docs/plain.md", "# Hours\n\nThe shop opens at nine.\n")
    for number, name in enumerate(ODD):
        project.write(f"docs/{os.fsdecode(name)}", f"# Page {number}\n\nBreakfast number {number} begins at seven.\n")
    base = project.base()
    first, second = await base.build(), await base.build()
    assert (first.files.new, first.files.failed) == (4, 0)
    assert (second.files.new, second.files.changed, second.files.removed) == (0, 0, 0)
    found = {each.doc for each in await base.search("Breakfast", k=9)}
    assert {"报告.md", "café.md"} <= found
    assert all(each.isprintable() for each in found)
