"""What a value took from the outside when its module was imported or its class was made: one attempt a test."""

from __future__ import annotations

from collections.abc import Callable

from tests.flow.lab import Lab

Make = Callable[..., Lab]

OPAQUE = """
    import xml.etree.ElementTree as ET
    from pathlib import Path
    from loomwork.flow.step import step

    HERE = Path(__file__).parent
    OTHER = ET.parse(HERE / "other.xml")
    TREE = ET.parse(HERE / "tree.xml")

    class Holder:
        def __init__(self, path):
            self.root = ET.parse(path).getroot()

    HELD = Holder(HERE / "tree.xml")

    @step
    async def parsed() -> str:
        return TREE.getroot().text

    @step
    async def held() -> str:
        return HELD.root.text
"""


async def test_a_file_that_a_global_without_a_form_was_made_of_is_observed(lab: Make) -> None:
    """The text of the assignment stands for the object; what its lines read when they ran is part of it."""
    project = lab(app=OPAQUE)
    project.write("tree.xml", "<a>one</a>")
    project.write("other.xml", "<b>no</b>")
    with project.open() as first:
        assert [await first.app.parsed(), await first.app.held()] == ["one", "one"]
    project.write("other.xml", "<b>another</b>")
    with project.open() as unrelated:
        assert [await unrelated.app.parsed(), await unrelated.app.held()] == ["one", "one"]
        assert unrelated.ran() == {}
    project.write("tree.xml", "<a>two</a>")
    with project.open() as second:
        assert [await second.app.parsed(), await second.app.held()] == ["two", "two"]


async def test_a_factory_that_is_the_clock_itself_is_outside(lab: Make) -> None:
    """`datetime.now` raises no event and stands in no function's code: it is found in the class."""
    project = lab(
        app="""
        from dataclasses import dataclass, field
        from datetime import datetime
        from pydantic import BaseModel, Field
        from loomwork.flow.step import step

        class Model(BaseModel):
            at: datetime = Field(default_factory=datetime.now)

        @dataclass
        class Data:
            at: datetime = field(default_factory=datetime.now)

        CLOCKS = {"local": datetime.now}

        @step
        async def model() -> str:
            return Model().at.isoformat()

        @step
        async def data() -> str:
            return Data().at.isoformat()

        @step
        async def table() -> str:
            return CLOCKS["local"]().isoformat()
        """
    )
    for run in ("r-one", "r-two"):
        with project.open(run=run) as opened:
            for name in ("model", "data", "table"):
                assert await getattr(opened.app, name)() == await getattr(opened.app, name)()
            assert opened.ran() == {"model": 1, "data": 1, "table": 1}, "made anew in every run, once in each"
