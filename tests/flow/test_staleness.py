"""How a stale answer could slip through a look-up: one attempt a test."""

from __future__ import annotations

from collections.abc import Callable

from tests.flow.lab import Lab

Make = Callable[..., Lab]


async def test_a_step_that_only_passes_on_is_not_the_step_it_passes_to(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def inner(x: int) -> int:
            return x + 1

        @step
        async def middle(x: int) -> int:
            return await inner(x)

        @step
        async def outer(x: int) -> int:
            return await middle(x)
        """
    )
    with project.open() as first:
        assert await first.app.outer(1) == 2
        assert first.ran() == {"outer": 1, "middle": 1, "inner": 1}
    project.edit("app.py", "return await middle(x)", "return await inner(x) * 10")
    with project.open() as second:
        assert await second.app.outer(1) == 20
        assert await second.app.middle(1) == 2


async def test_two_functions_of_one_name_are_two_arguments(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        def adder(n):
            return lambda x: x + n

        @step
        async def apply(function, x: int) -> int:
            return function(x)

        @step
        async def both(n: int) -> list:
            return [await apply(lambda x: x + 1, n), await apply(lambda x: x * 5, n), await apply(adder(7), n)]
        """
    )
    with project.open() as first:
        assert await first.app.both(1) == [2, 5, 8]
        assert [await first.app.apply(first.app.adder(n), 1) for n in (7, 9)] == [8, 10]
    project.edit("app.py", "x * 5", "x * 6")
    with project.open() as second:
        assert await second.app.both(1) == [2, 6, 8]
        assert second.ran() == {"both": 1, "apply": 1}
    with project.open() as third:
        assert await third.app.both(1) == [2, 6, 8]
        assert third.ran() == {}


async def test_a_function_handed_in_counts_with_the_step_that_it_calls(lab: Make) -> None:
    project = lab(
        app="""
        from dataclasses import dataclass
        from loomwork.flow.step import step

        @step
        async def one(x: int) -> int:
            return x + 1

        @step
        async def two(x: int) -> int:
            return x + 2

        async def helper(x):
            return await one(x)

        @dataclass
        class Agent:
            name: str

            async def act(self, x):
                return await one(x)

        @step
        async def apply(function, x: int) -> int:
            return await function(x)

        @step
        async def drive(agent, x: int) -> int:
            return await agent.act(x)
        """
    )
    with project.open() as first:
        assert await first.app.apply(first.app.helper, 1) == 2
        assert await first.app.drive(first.app.Agent("a"), 1) == 2
        await first.app.two(1)
    project.edit("app.py", "return await one(x)", "return await two(x)")
    with project.open() as second:
        assert await second.app.apply(second.app.helper, 1) == 3
        assert await second.app.drive(second.app.Agent("a"), 1) == 3


async def test_a_step_handed_in_is_not_taken_for_the_one_that_the_code_names(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def base(x: int) -> int:
            return x + 1

        @step
        async def left(x: int) -> int:
            return await base(x)

        @step
        async def right(x: int) -> int:
            return x + 1

        DEFAULT = left

        @step
        async def choose(given, x: int) -> int:
            return await (given or DEFAULT)(x)
        """
    )
    with project.open() as first:
        assert await first.app.choose(first.app.left, 1) == 2
        assert await first.app.right(1) == 2
    project.edit("app.py", "DEFAULT = left", "DEFAULT = right")
    project.edit(
        "app.py", "async def base(x: int) -> int:\n    return x + 1", "async def base(x: int) -> int:\n    return x + 9"
    )
    with project.open() as second:
        assert await second.app.choose(second.app.left, 1) == 10


async def test_swapped_entries_of_a_table_of_steps_are_seen(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def up(x: str) -> str:
            return x.upper()

        @step
        async def down(x: str) -> str:
            return x.lower()

        TABLE = {"a": up, "b": down}

        @step
        async def go(kind: str, x: str) -> str:
            return await TABLE[kind](x)
        """
    )
    with project.open() as first:
        assert [await first.app.go(kind, "xY") for kind in "ab"] == ["XY", "xy"]
    project.edit("app.py", '{"a": up, "b": down}', '{"a": down, "b": up}')
    with project.open() as second:
        assert [await second.app.go(kind, "xY") for kind in "ab"] == ["xy", "XY"]
        second.app.TABLE["a"] = second.app.up
        assert await second.app.go("a", "xY") == "XY", "replaced while the process runs"
    project.edit("app.py", '{"a": down, "b": up}', '{"a": up, "b": up}')
    with project.open() as third:
        assert [await third.app.go(kind, "xY") for kind in "ab"] == ["XY", "XY"]


async def test_a_module_attribute_replaced_at_run_time_is_seen(lab: Make) -> None:
    project = lab(
        app="""
        from functools import partial
        import parts
        from loomwork.flow.step import step

        with_two = partial(parts.add, 2)

        @step
        async def root(x: int) -> int:
            return await parts.add(1, x) + await with_two(x)
        """,
        parts="""
        from loomwork.flow.step import step

        @step
        async def add(n: int, x: int) -> int:
            return n + x

        @step
        async def times(n: int, x: int) -> int:
            return n * x
        """,
    )
    with project.open() as first:
        assert await first.app.root(10) == 23
        first.app.parts.add = first.app.parts.times
        assert await first.app.root(10) == 22
        first.app.with_two.keywords["x"] = 5
        first.app.with_two = first.app.partial(first.app.parts.times, 3)
        assert await first.app.root(10) == 40
    with project.open() as second:
        assert await second.app.root(10) == 23
        assert second.ran() == {}


async def test_a_result_counts_with_the_class_that_it_is_of(lab: Make) -> None:
    project = lab(
        app="""
        from dataclasses import dataclass
        from loomwork.flow.step import step

        @dataclass
        class Price:
            amount: int

            def shown(self):
                return f"{self.amount} EUR"

        @step
        async def price(n: int) -> Price:
            return Price(n)

        @step
        async def label(n: int) -> str:
            return (await price(n)).shown()
        """
    )
    with project.open() as first:
        assert await first.app.label(3) == "3 EUR"
    project.edit("app.py", "} EUR", "} USD")
    with project.open() as second:
        assert await second.app.label(3) == "3 USD"
    project.edit("app.py", "class Price", "class Cost")
    project.edit("app.py", "Price", "Cost")
    with project.open() as third:
        assert await third.app.label(3) == "3 USD"


async def test_the_order_of_keyword_arguments_counts_where_the_step_can_see_it(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def render(a: int = 0, b: int = 0, **rest) -> str:
            return f"{a}{b}" + "".join(rest)
        """
    )
    with project.open() as opened:
        render = opened.app.render
        assert await render(b=2, a=1) == await render(a=1, b=2) == "12"
        assert opened.ran() == {"render": 1}
        assert [await render(x=1, y=1), await render(y=1, x=1)] == ["00xy", "00yx"]


async def test_what_is_ignored_is_the_parameter_that_was_named(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step(ignore=["y"])
        async def total(x: int, *rest, y=1) -> int:
            return x + sum(rest)

        @step(ignore=["rest", "more"])
        async def first(x: int, *rest, **more) -> int:
            return x
        """
    )
    with project.open() as opened:
        assert [await opened.app.total(1, 2, 3), await opened.app.total(1, 2, 4)] == [6, 7]
        assert await opened.app.first(1, object(), a=object()) == await opened.app.first(1, b=object()) == 1
        assert opened.ran() == {"total": 2, "first": 1}


async def test_a_cached_helper_does_not_hide_the_step_that_it_called(lab: Make) -> None:
    project = lab(
        app="""
        from functools import cache
        from loomwork.flow.step import step

        @step
        def load() -> int:
            return 1

        @cache
        def table():
            return load()

        @step
        async def answer(x: int) -> int:
            return table() + x

        class Talk:
            def __init__(self):
                self.said = []

            def say(self, text):
                self.said.append(load())
                return text * self.said[-1]

        @step
        async def chat(text: str) -> str:
            return Talk().say(text)
        """
    )
    with project.open() as first:
        assert [await first.app.answer(n) for n in (1, 2)] == [2, 3]
        assert await first.app.chat("a") == "a"
    with project.open() as unchanged:
        await unchanged.app.chat("a")
        assert unchanged.ran() == {}, "an object that lives within the call keeps nothing for others"
    project.edit("app.py", "return 1", "return 5")
    with project.open() as second:
        assert [await second.app.answer(n) for n in (1, 2)] == [6, 7]
