"""FLOW.md rules 1 to 3 seen from outside: what runs again after what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from loomwork.kernel.errors.flow import UnencodableResult, UnhashableArgument
from tests.flow.lab import Lab

Make = Callable[..., Lab]

CHAIN = """
    from loomwork.flow.step import step

    STYLE = "plain"

    def clean(text):
        return text.strip().lower()

    @step
    async def normalise(text: str) -> str:
        return clean(text)

    @step
    async def shout(text: str) -> str:
        return text.upper() + STYLE

    @step
    async def chain(text: str) -> str:
        return await shout(await normalise(text)) + "!"
"""


async def test_an_unchanged_call_is_found_by_the_next_process(lab: Make) -> None:
    project = lab(app=CHAIN)
    with project.open() as first:
        assert await first.app.chain(" Hi ") == "HIplain!"
        assert first.ran() == {"chain": 1, "normalise": 1, "shout": 1}
    with project.open() as second:
        assert await second.app.chain(" Hi ") == "HIplain!"
        assert second.ran() == {}
        assert second.hits() == {"chain": 1}


async def test_a_changed_constant_reruns_the_step_that_reads_it_and_its_callers(lab: Make) -> None:
    project = lab(app=CHAIN)
    with project.open() as first:
        await first.app.chain(" Hi ")
    project.edit("app.py", '"plain"', '"loud"')
    with project.open() as second:
        assert await second.app.chain(" Hi ") == "HIloud!"
        assert second.ran() == {"chain": 1, "shout": 1}


async def test_an_equal_result_of_a_changed_helper_stops_the_change(lab: Make) -> None:
    project = lab(app=CHAIN)
    with project.open() as first:
        await first.app.chain(" Hi ")
    project.edit("app.py", "text.strip().lower()", "text.lower().strip()")
    with project.open() as second:
        assert await second.app.chain(" Hi ") == "HIplain!"
        assert second.ran() == {"chain": 1, "normalise": 1}, "shout sees the same argument; chain must ask again"


async def test_an_edit_that_does_not_act_runs_nothing(lab: Make) -> None:
    project = lab(app=CHAIN)
    with project.open() as first:
        await first.app.chain(" Hi ")
    project.edit("app.py", "def clean(text):", "def clean(text):  # a comment\n    'A docstring.'")
    with project.open() as second:
        await second.app.chain(" Hi ")
        assert second.ran() == {}


async def test_a_moved_and_renamed_step_keeps_its_memos(lab: Make) -> None:
    project = lab(app=CHAIN)
    with project.open() as first:
        await first.app.chain(" Hi ")
    project.write(
        "moved.py",
        """
        from loomwork.flow.step import step

        def tidy(text):
            return text.strip().lower()

        @step
        async def clean_up(text: str) -> str:
            return tidy(text)
        """,
    )
    project.write(
        "app.py",
        """
        from loomwork.flow.step import step
        from moved import clean_up

        STYLE = "plain"

        @step
        async def shout(text: str) -> str:
            return text.upper() + STYLE

        @step
        async def chain(text: str) -> str:
            return await shout(await clean_up(text)) + "!"
        """,
    )
    with project.open() as second:
        assert await second.app.chain(" Hi ") == "HIplain!"
        assert second.ran() == {}


async def test_arguments_of_different_type_are_different_calls(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def show(value) -> str:
            return repr(value)
        """
    )
    with project.open() as opened:
        assert [await opened.app.show(value) for value in (1, 1.0, True, "1")] == ["1", "1.0", "True", "'1'"]
        assert opened.ran() == {"show": 4}


async def test_defaults_count_as_inputs(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def add(a: int, b: int = 2) -> int:
            return a + b

        @step
        async def root(a: int) -> int:
            return await add(a)
        """
    )
    with project.open() as first:
        assert await first.app.root(1) == 3
        assert await first.app.add(1, b=2) == 3, "the same call, written otherwise"
        assert first.ran() == {"add": 1, "root": 1}
    project.edit("app.py", "b: int = 2", "b: int = 3")
    with project.open() as second:
        assert await second.app.root(1) == 4


async def test_an_argument_without_a_canonical_form_is_a_clear_error(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def use(client) -> str:
            return "used"

        @step(ignore=["client"])
        async def tolerate(client, text: str) -> str:
            return text
        """
    )
    with project.open() as opened:
        with pytest.raises(UnhashableArgument, match=r"client.*ignore=\['client'\]"):
            await opened.app.use(object())
        assert await opened.app.tolerate(object(), "a") == "a"
        assert await opened.app.tolerate(object(), "a") == "a"
        assert opened.hits() == {"tolerate": 1}


async def test_a_result_that_cannot_be_stored_is_a_clear_error(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def leak():
            return object()
        """
    )
    with project.open() as opened, pytest.raises(UnencodableResult, match="register_codec"):
        await opened.app.leak()


async def test_a_mutated_argument_forbids_the_memo_and_warns(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def grow(items: list) -> int:
            items.append(0)
            return len(items)
        """
    )
    with project.open() as opened:
        assert await opened.app.grow([1]) == 2
        assert await opened.app.grow([1]) == 2
        assert opened.ran() == {"grow": 2}
        assert opened.warnings == ["argument-mutated", "argument-mutated"]


async def test_a_miss_returns_what_a_hit_would(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step
        KEPT = []

        @step(ignore=["KEPT"])
        async def give() -> list:
            made = [1, 2]
            KEPT.append(made)
            return made
        """
    )
    with project.open() as opened:
        first = await opened.app.give()
        assert first == [1, 2]
        assert first is not opened.app.KEPT[0]


async def test_a_swallowed_failure_forbids_the_callers_memo(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def fail() -> str:
            raise ValueError("no")

        @step
        async def tolerant() -> str:
            try:
                return await fail()
            except ValueError:
                return "fallback"
        """
    )
    with project.open() as first:
        assert await first.app.tolerant() == "fallback"
    with project.open() as second:
        assert await second.app.tolerant() == "fallback"
        assert second.ran() == {"tolerant": 1, "fail": 1}


async def test_a_value_with_a_secret_is_not_memoised(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def tell() -> str:
            return "the key is sk-canary-123"
        """
    )
    with project.open(secrets=("sk-canary-123",)) as opened:
        await opened.app.tell()
        await opened.app.tell()
        assert opened.ran() == {"tell": 2}


async def test_methods_are_steps_and_their_object_is_an_argument(lab: Make) -> None:
    project = lab(
        app="""
        from dataclasses import dataclass
        from loomwork.flow.step import step

        @dataclass
        class Greeter:
            word: str

            def frame(self, text):
                return "<" + text + ">"

            @step
            async def greet(self, name: str) -> str:
                return self.frame(self.word + " " + name)
        """
    )
    with project.open() as first:
        assert await first.app.Greeter("hi").greet("Ada") == "<hi Ada>"
        assert await first.app.Greeter("yo").greet("Ada") == "<yo Ada>"
        await first.app.Greeter("hi").greet("Ada")
        assert first.ran() == {"Greeter.greet": 2}
    project.edit("app.py", '"<" + text + ">"', '"[" + text + "]"')
    with project.open() as second:
        assert await second.app.Greeter("hi").greet("Ada") == "[hi Ada]"
