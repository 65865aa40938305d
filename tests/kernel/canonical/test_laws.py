"""Laws of the canonical form: one value, one encoding; two values, two."""

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.kernel.canonical import Digest, combine, digest, digest_bytes, encoding
from tests.kernel import zoo
from tests.kernel.likeness import alike, values

GOLDEN = Path(__file__).parent / "golden.json"
EXAMPLES = 4000 if os.environ.get("LOOMWORK_NIGHTLY") else 250
ROOT = Path(__file__).parents[3]


@settings(max_examples=EXAMPLES, deadline=None)
@given(values, values)
def test_two_values_share_an_encoding_exactly_when_no_program_could_tell_them_apart(a: Any, b: Any) -> None:
    assert (encoding(a) == encoding(b)) == alike(a, b)
    assert (digest(a) == digest(b)) == alike(a, b)


@settings(max_examples=EXAMPLES, deadline=None)
@given(values, st.data())
def test_a_small_change_anywhere_changes_the_encoding(value: Any, data: st.DataObject) -> None:
    other = data.draw(values.map(lambda new: _replaced(value, new, data)))
    assert (encoding(value) == encoding(other)) == alike(value, other)


@settings(max_examples=EXAMPLES, deadline=None)
@given(values, values)
def test_no_encoding_is_the_beginning_of_another(a: Any, b: Any) -> None:
    """So a sequence of encodings can be cut in one way only, however values are nested."""
    first, second = encoding(a), encoding(b)
    if first != second:
        assert not second.startswith(first)
        assert not first.startswith(second)


@pytest.mark.parametrize(
    "kind",
    [
        list,
        tuple,
        dict.fromkeys,
        set,
        frozenset,
        zoo.Things,
        lambda keys: SimpleNamespace(**dict.fromkeys(keys)),
    ],
)
def test_the_encoding_of_a_container_is_not_the_beginning_of_a_longer_one(kind: Any) -> None:
    short, long = encoding(kind(["a", "b"])), encoding(kind(["a", "b", "c"]))
    assert not long.startswith(short)


@pytest.mark.parametrize(
    "kind", [str, str.encode, lambda text: int(text, 36), lambda text: float(len(text)), zoo.Loose]
)
def test_the_encoding_of_a_scalar_is_not_the_beginning_of_a_longer_one(kind: Any) -> None:
    short, long = encoding(kind("1" * 5)), encoding(kind("1" * 50))
    assert not long.startswith(short)


@settings(max_examples=EXAMPLES, deadline=None)
@given(values)
def test_a_copy_has_the_digest_of_the_original(value: Any) -> None:
    assert digest(copy.deepcopy(value)) == digest(value)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.lists(values, max_size=4))
def test_the_digest_is_the_hash_of_the_encoding(items: list[Any]) -> None:
    assert digest(items) == digest_bytes(encoding(items))


def test_no_two_kinds_of_value_share_a_digest() -> None:
    digests: dict[Digest, str] = {}
    for name, value in zoo.ALL.items():
        assert digests.setdefault(digest(value), name) == name


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_another_process_with_another_hash_seed_finds_the_same_digests(seed: str) -> None:
    assert _digests_in_a_new_process(seed) == {name: str(digest(value)) for name, value in zoo.ALL.items()}


def test_digests_are_those_written_down() -> None:
    """Memos live for months: a change of the canonical form must be meant, and then this file is written anew."""
    assert {name: str(digest(value)) for name, value in zoo.ALL.items()} == json.loads(GOLDEN.read_text("utf-8"))


@given(st.lists(st.one_of(st.text(), st.binary())), st.lists(st.one_of(st.text(), st.binary())))
def test_combined_parts_are_told_apart_by_their_borders_order_and_kind(a: list[Any], b: list[Any]) -> None:
    assert (combine(*a) == combine(*b)) == (a == b)


def _digests_in_a_new_process(seed: str) -> dict[str, str]:
    script = (
        "import json, sys; from tests.kernel import zoo; from loomwork.kernel.canonical import digest; "
        "print(json.dumps({name: digest(value) for name, value in zoo.ALL.items()}))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True, cwd=ROOT)
    return json.loads(done.stdout)


def _replaced(value: Any, new: Any, data: st.DataObject) -> Any:
    """Return a copy of `value` in which one part, chosen by `data`, is `new`."""
    if type(value) in (list, tuple) and value and data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(value) - 1))
        return type(value)([*value[:at], _replaced(value[at], new, data), *value[at + 1 :]])
    if type(value) is dict and value and data.draw(st.booleans()):
        key = data.draw(st.sampled_from(list(value)))
        return {**value, key: _replaced(value[key], new, data)}
    if isinstance(value, zoo.Point) and data.draw(st.booleans()):
        return zoo.Point(_replaced(value.x, new, data), value.y)
    return new
