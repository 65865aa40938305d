"""FLOW.md rule 15: where values come from and who may see them travels with results, hits included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from loomwork.flow.builtin import Settled, builtin
from loomwork.flow.context import current_frame, mark_labels, read_labels
from loomwork.kernel.labels import Labels
from tests.flow.lab import Lab, Opened

Make = Callable[..., Lab]
WEB = Labels(origins=frozenset({"web"}), readers=frozenset({"staff", "board"}))


def _nothing(_arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _settled(_services: Mapping[str, Any], _kept: Mapping[str, Any]) -> Settled:
    return Settled(identity={})


@builtin(name="test.fetch", kind="search", semantics=1, keep=_nothing, settle=_settled,
         labels=Labels(origins=frozenset({"retrieved"})))  # fmt: skip
async def fetch(text: str) -> str:
    """Bring something in: whatever begins with "web" from there."""
    if text.startswith("web"):
        mark_labels(WEB)
    if text.endswith("fails"):
        raise LookupError(text)
    return text


@builtin(name="test.door", kind="tool", semantics=1, keep=_nothing, settle=_settled)
async def door(text: str) -> list[str]:
    """Say with which labels it was called."""
    frame = current_frame()
    assert frame is not None
    return [text, *sorted(frame.given_labels.origins)]


APP = """
    from loomwork.flow.context import read_labels
    from loomwork.flow.step import step
    from tests.flow.test_rule_15_labels import door, fetch

    @step
    async def read(text: str) -> str:
        return await fetch(text)

    @step
    async def plain(text: str) -> str:
        return text

    @step
    async def reads_then_acts(text: str) -> list:
        before = await door("before " + text)
        await plain(text)
        await read(text)
        return [before, await door("after " + text)]

    @step
    async def swallows(text: str) -> list:
        try:
            await fetch(text)
        except LookupError as error:
            return await door(str(error))

    @step
    async def streams(text: str):
        yield "first"
        yield await fetch(text)

    @step
    async def decides(text: str) -> str:
        await read(text)
        return "mild" if read_labels().integrity == "web" else "free"
"""


def session(project: Lab) -> Any:
    return project.open(builtins=(fetch, door))


def held(opened: Opened) -> Labels:
    frame = current_frame()
    assert frame is not None
    assert frame.runtime is opened.runtime
    return frame.labels


async def test_a_nested_call_carries_what_its_caller_has_seen_so_far(lab: Make) -> None:
    project = lab(app=APP)
    with session(project) as opened:
        assert await opened.app.reads_then_acts("web page") == [
            ["before web page"],
            ["after web page", "retrieved", "web"],
        ]
        assert held(opened).origins == {"web", "retrieved"}
        assert held(opened).readers == {"staff", "board"}


async def test_a_hit_brings_the_labels_that_its_body_did(lab: Make) -> None:
    project = lab(app=APP)
    with session(project) as first:
        await first.app.read("web page")
    with session(project) as second:
        await second.app.plain("x")
        assert held(second) == Labels()
        await second.app.read("web page")
        assert second.ran() == {"plain": 1}
        assert held(second) == Labels(origins=frozenset({"web", "retrieved"}), readers=WEB.readers)


async def test_an_equal_result_from_elsewhere_does_not_keep_its_callers_labels(lab: Make) -> None:
    project = lab(app=APP)
    with session(project) as first:
        assert await first.app.read("handbook") == "handbook"
    project.edit("app.py", "return await fetch(text)", 'return (await fetch("web" + text))[3:]')
    project.write("more.py", "")
    with session(project) as second:
        assert await second.app.read("handbook") == "handbook"
        assert held(second).integrity == "web"


async def test_the_labels_of_a_result_are_seen_by_its_callers_memo(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.context import mark_labels
        from loomwork.flow.step import step
        from tests.flow.test_rule_15_labels import WEB

        @step
        async def source() -> str:
            return "same"

        @step
        async def root() -> str:
            return await source()
        """
    )
    with session(project) as first:
        await first.app.root()
    project.edit("app.py", 'return "same"', 'mark_labels(WEB)\n    return "same"')
    with session(project) as second:
        await second.app.root()
        assert held(second).integrity == "web", "an equal text from the web is another result"
        assert second.ran() == {"root": 1, "source": 1}


async def test_errors_and_chunks_carry_labels_too(lab: Make) -> None:
    project = lab(app=APP)
    with session(project) as opened:
        assert await opened.app.swallows("web fails") == ["web fails", "retrieved", "web"]
    with session(project) as again:
        stream = again.app.streams("web page")
        assert await anext(stream) == "first"
        assert held(again) == Labels()
        assert await anext(stream) == "web page"
        assert held(again).integrity == "web"
        await stream.aclose()


async def test_a_step_that_answers_by_its_labels_is_not_memoised(lab: Make) -> None:
    project = lab(app=APP)
    with session(project) as opened:
        assert [await opened.app.decides(text) for text in ("web page", "handbook")] == ["mild", "mild"]
    with session(project) as again:
        assert [await again.app.decides(text) for text in ("handbook", "web page")] == ["free", "mild"]


@pytest.mark.parametrize("call", [lambda: mark_labels(WEB), read_labels])
def test_without_a_workspace_labels_are_nobodys(call: Callable[[], object]) -> None:
    assert call() in (None, Labels())
