"""FLOW.md rule 2: what an argument is to a key, big ones, wrong ones, changed ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from loomwork.flow import keys as keys_module
from loomwork.flow.keys import is_big
from loomwork.kernel.canonical import ValueDigest, digest_value
from loomwork.kernel.errors.flow import UnhashableArgument
from loomwork.kernel.errors.kernel import CyclicValue
from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    from loomwork.flow.step import step

    @step
    async def size(value) -> int:
        return len(value)

    @step
    async def show(value) -> str:
        return repr(value)

    @step
    async def pair(value) -> int:
        return await size(value) + len(await show(len(value)))
"""


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Note the big values that are hashed."""
    seen: list[object] = []

    def noted(value: Any) -> ValueDigest:
        if is_big(value) or isinstance(value, np.ndarray):
            seen.append(value)
        return digest_value(value)

    monkeypatch.setattr(keys_module, "digest_value", noted)
    return seen


async def test_zeroes_of_two_signs_and_dicts_of_two_orders_are_different_inputs(lab: Make) -> None:
    project = lab(app=APP)
    values: list[Any] = [0.0, -0.0, {"a": 1, "b": 2}, {"b": 2, "a": 1}, (1,), [1], {1}, b"1", float("nan")]
    with project.open() as opened:
        for value in values:
            assert await opened.app.show(value) == repr(value)
        assert opened.ran() == {"show": len(values)}
        assert await opened.app.show(float("-nan")) == "nan"
        assert opened.ran() == {"show": len(values)}, "every NaN is one"


async def test_a_cyclic_argument_is_a_clear_error(lab: Make) -> None:
    project = lab(app=APP)
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    with project.open() as opened, pytest.raises(CyclicValue):
        await opened.app.show(cyclic)


async def test_the_error_of_an_argument_names_its_place(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        with pytest.raises(UnhashableArgument, match=r"argument value is a builtins:object"):
            await opened.app.show(object())
        with pytest.raises(UnhashableArgument, match=r"argument value\['a'\]\[1\] is a builtins:object"):
            await opened.app.show({"a": [1, object()]})


async def test_a_big_value_is_hashed_once_in_a_run(lab: Make, hashed: list[object]) -> None:
    project = lab(app=APP)
    text = "x" * 200_000
    frozen = np.frombuffer(b"\1" * 400_000, dtype=np.float32)
    with project.open() as opened:
        assert await opened.app.pair(text) == 200_006
        assert await opened.app.pair(text) == 200_006
        assert await opened.app.size(frozen) == 100_000
        assert await opened.app.size(frozen) == 100_000
    assert len(hashed) == 2


async def test_an_array_that_can_be_written_is_hashed_each_time(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def total(values) -> float:
            return float(values.sum())
        """
    )
    array = np.zeros(100_000, dtype=np.float32)
    with project.open() as opened:
        assert await opened.app.total(array) == 0.0
        array[0] = 1
        assert await opened.app.total(array) == 1.0
        array.flags.writeable = False
        assert await opened.app.total(array) == 1.0
        array.flags.writeable = True
        array[0] = 2
        array.flags.writeable = False
        assert await opened.app.total(array) == 2.0, "marked read-only is not unchangeable"
        view = array[:50_000]
        assert not is_big(view)
    assert not is_big(np.frombuffer(bytearray(400_000), dtype=np.float32))


async def test_equal_big_values_are_one_input_and_different_ones_are_not(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        for _ in range(20):
            assert await opened.app.size(b"a" * 100_000) == 100_000
        assert opened.ran() == {"size": 1}
        sizes = [await opened.app.size(bytes((n,)) * (100_000 + n)) for n in range(20)]
        assert sizes == [100_000 + n for n in range(20)], "no digest of a value that has gone is taken for another's"


async def test_an_argument_of_100_megabytes_is_an_argument_like_any_other(lab: Make) -> None:
    project = lab(app=APP)
    text = b"0123456789" * 10_000_000
    with project.open() as first:
        assert await first.app.size(text) == 100_000_000
    with project.open() as second:
        assert await second.app.size(text) == 100_000_000
        assert second.ran() == {}
