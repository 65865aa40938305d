"""FLOW.md rule 20: blame names the step of a row that first differs between two runs, and the change that did it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from loomwork.flow.blaming import Blame, Suspicion, Tried, settle, suspect
from loomwork.flow.blaming.settling import known, most_calls
from loomwork.flow.running import Dataset, RunOptions, run_dataset
from loomwork.kernel.errors.flow import NoSuchRow, NoSuchRun
from tests.flow import double
from tests.flow.lab import Lab
from tests.flow.test_run import rows

Make = Callable[..., Lab]
APP = """
    import time
    from pathlib import Path
    from loomwork.flow.step import step
    from tests.flow.double import ask

    SIGN = "."
    LOUD = False
    WORD = "so"
    TABLE = Path(__file__).parent / "table.txt"
    STATE = Path(__file__).parent / ".state"

    def tidy(text):
        return text.strip()

    @step
    async def clean(text: str) -> str:
        return tidy(text)

    @step
    async def look(text: str) -> str:
        return TABLE.read_text() + text

    @step
    async def now(text: str) -> str:
        return str(time.time())

    @step
    async def style(text: str) -> str:
        return (text.upper() if LOUD else text) + SIGN

    @step
    async def answer(text: str) -> str:
        found = await look(await clean(text))
        return WORD + await style(await ask("fast", found))

    @step
    async def timed(text: str) -> str:
        return await style(await now(await clean(text)))

    @step
    async def picky(text: str) -> str:
        if text == "b":
            raise ValueError("no b")
        return await style(text)

    @step
    async def outer(text: str) -> str:
        return await picky(await clean(text))
"""
DATA = ({"text": " a "}, {"text": " b "})


class Project:
    """A lab whose runs are kept by name."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        lab.write("table.txt", "t:")
        self.log: list[str] = []

    def open(self, **settings: Any) -> Any:
        models = {"fast": {"model": "m1", "temperature": 0} | settings}
        return self.lab.open(builtins=(double.ask,), services={"models": models, "log": self.log})

    async def run(self, step: str = "answer", data: Any = DATA, refresh: str = "", **settings: Any) -> str:
        with self.open(**settings) as session:
            target = getattr(session.app, step)
            options = RunOptions(refresh=frozenset([refresh] if refresh else []))
            report = await run_dataset(session.runtime, target, Dataset(rows(self.lab, *data), target), options=options)
            return report.run

    def suspect(self, a: str, b: str, row: int = 0) -> Suspicion:
        with self.open() as session:
            return suspect(session.runtime, a, b, row=row)

    def known(self, a: str, b: str, row: int = 0) -> Blame:
        found = known(self.suspect(a, b, row))
        assert found is not None
        return found

    def edit(self, before: str, after: str) -> None:
        self.lab.edit("app.py", before, after)


def told(found: Blame) -> tuple[str, list[str]]:
    """The step's own name, and the changes as `kind name`."""
    step = "" if found.step is None else found.step.name.rpartition(":")[2]
    return step, [f"{change.kind} {change.name}" for change in found.changes]


@pytest.fixture
def project(lab: Make) -> Project:
    return Project(lab(app=APP))


async def test_an_edited_helper_is_blamed_at_the_step_that_it_changed_first(project: Project):
    a = await project.run()
    project.edit("return text.strip()", "return text.strip() + '!'")
    found = project.known(a, await project.run())
    assert told(found) == ("clean", ["code app:tidy"])
    assert found.certain
    assert (found.needed, found.made) == (0, 0)
    assert found.changes[0].place == "app.py:13"
    assert found.step is not None
    assert (found.step.before, found.step.after) == ("a", "a!")


async def test_what_only_follows_is_not_blamed(project: Project):
    a = await project.run()
    project.lab.write("table.txt", "other:")
    found = project.known(a, await project.run())
    assert told(found) == ("look", ["file table.txt"])
    assert found.also == ()


async def test_a_change_that_came_to_the_same_is_told_aside(project: Project):
    a = await project.run()
    project.edit("return text.strip()", "return text.strip().strip()")
    project.edit('SIGN = "."', 'SIGN = "!"')
    found = project.known(a, await project.run())
    assert told(found) == ("style", ["constant app.SIGN"])
    assert [change.name for change in found.also] == ["app:tidy"]


async def test_a_model_setting_is_blamed_at_the_step_that_asked(project: Project):
    a = await project.run()
    found = project.known(a, await project.run(model="m2"))
    assert told(found) == ("answer", ["setting models.fast.model"])
    assert found.step is not None
    assert found.step.inner == "test.model"


async def test_what_the_outside_answered_is_blamed_where_nothing_else_differs(project: Project):
    a = await project.run("timed")
    found = project.known(a, await project.run("timed"))
    step, (change,) = told(found)
    assert (step, change.split()[:2]) == ("now", ["outside", "app:now"])


async def test_a_sampled_answer_to_the_same_question_is_noise_and_told_how_many_repeats_would_tell(project: Project):
    a = await project.run(temperature=0.7)
    found = project.known(a, await project.run(temperature=0.7, refresh="test.model"))
    assert told(found) == ("answer", ["draw fast"])
    assert found.notes == ("noise",)
    assert found.as_json()["repeats"] == 4


async def test_a_change_before_a_sampled_answer_is_not_certain(project: Project):
    a = await project.run(temperature=0.7)
    project.lab.write("table.txt", "other:")
    found = project.known(a, await project.run(temperature=0.7))
    assert told(found) == ("look", ["file table.txt"])
    assert not found.certain
    assert "sampled" in found.notes


async def test_a_row_that_came_to_the_same_has_no_step_to_blame(project: Project):
    a = await project.run()
    project.edit("return text.strip()", "return text.strip().strip()")
    found = project.known(a, await project.run())
    assert (found.step, found.changes, found.notes) == (None, (), ("same",))


async def test_a_row_that_moved_is_found_by_its_input(project: Project):
    a = await project.run()
    project.edit('SIGN = "."', 'SIGN = "!"')
    found = project.known(a, await project.run(data=({"text": "new"}, *DATA)), row=1)
    assert told(found) == ("style", ["constant app.SIGN"])
    assert "another row" in found.notes


async def test_another_input_is_the_change(project: Project):
    a = await project.run()
    found = project.known(a, await project.run(data=({"text": "c"}, {"text": "d"})))
    assert told(found) == ("answer", ["input app:answer"])


async def test_a_step_that_is_called_on_one_side_alone_is_its_callers_doing(project: Project):
    a = await project.run()
    project.edit("found = await look(await clean(text))", "found = await clean(await look(await clean(text)))")
    project.edit('return WORD + await style(await ask("fast", found))', 'return WORD + await ask("fast", found)')
    assert told(project.known(a, await project.run())) == ("answer", ["code app:answer"])


async def test_a_caller_that_asks_otherwise_is_where_the_difference_begins(project: Project):
    a = await project.run()
    project.edit('await ask("fast", found)', 'await ask("fast", found + "?")')
    suspicion = project.suspect(a, await project.run())
    assert suspicion.first.node.call.step == "app:answer"


async def test_the_step_that_began_to_fail_is_blamed_wherever_its_line_moved(project: Project):
    a = await project.run("outer", data=({"text": "c"},))
    project.edit('if text == "b":', 'if text == "c":')
    found = project.known(a, await project.run("outer", data=({"text": "c"},)))
    assert told(found) == ("picky", ["code app:picky"])
    assert found.step is not None
    assert "ValueError" in found.step.after


async def test_an_error_that_only_moved_is_the_same(project: Project):
    a = await project.run("outer")
    project.edit("@step\nasync def clean", "# moved\n\n\n@step\nasync def clean")
    project.edit('SIGN = "."', 'SIGN = "!"')
    b = await project.run("outer")
    assert project.known(a, b, row=1).step is None
    assert told(project.known(a, b, row=0)) == ("style", ["constant app.SIGN"])


NEEDED = [{"app.SIGN"}, {"app.WORD"}, {"app:tidy"}, {"app:tidy", "app.WORD"}, {"app:tidy", "app.SIGN", "app.WORD"}]


@pytest.mark.parametrize("needed", NEEDED, ids=lambda each: "+".join(sorted(each)))
async def test_of_several_changes_those_are_named_of_which_none_can_be_left_out(project: Project, needed: set[str]):
    a = await project.run()
    project.edit("return text.strip()", "return text.strip() + '!'")
    project.edit('SIGN = "."', 'SIGN = "!"')
    project.edit('WORD = "so"', 'WORD = "thus"')
    suspicion = project.suspect(a, await project.run())
    assert known(suspicion) is None
    tried: list[frozenset[str]] = []

    async def attempt(on: frozenset[str]) -> Tried:
        tried.append(on)
        return Tried(outcome="b" if needed <= {switch.rpartition("app.py:")[2] for switch in on} else "other", calls=1)

    found = await settle(suspicion, attempt)
    assert {change.name for change in found.changes} == needed
    assert {change.name for change in found.also} == {"app:tidy", "app.SIGN", "app.WORD"} - needed
    assert found.certain
    assert found.made == len(tried) == len(set(tried))
    assert found.made <= most_calls(suspicion)


async def test_what_cannot_be_rebuilt_is_blamed_jointly_and_said_so(project: Project):
    a = await project.run()
    project.edit("return text.strip()", "return text.strip() + '!'")
    project.edit('WORD = "so"', 'WORD = "thus"')
    suspicion = project.suspect(a, await project.run())

    async def attempt(on: frozenset[str]) -> Tried:
        return Tried(outcome="not rebuilt")

    found = await settle(suspicion, attempt)
    assert len(found.changes) == 2
    assert not found.certain
    assert found.notes == ("not rebuilt",)


async def test_a_run_or_a_row_that_is_not_there_is_told(project: Project):
    a = await project.run()
    with pytest.raises(NoSuchRun):
        project.suspect(a, "nothing")
    with pytest.raises(NoSuchRow):
        project.suspect(a, a, row=9)
