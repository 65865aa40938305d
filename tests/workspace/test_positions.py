import tomllib
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.workspace.positions import line_of, positions

TEXT = '''\
top = 1
[models.fast]   # [not.a.table]
model = "a = b [c]"
"quoted key" = 2
prices.input = 1
long = """
[no]
x = 1
"""
many = [
  "a",  # ]
  "]",
]
inline = {deep = 1, more = {x = 2}}
[[rules]]
when = 1
[[rules]]
when = 2
[models . "my.model"]
seed = 1'''


def test_every_key_is_found_on_its_line():
    found = positions(TEXT)
    assert {".".join(path): line for path, line in found.items()} == {
        "top": 1,
        "models": 2,
        "models.fast": 2,
        "models.fast.model": 3,
        "models.fast.quoted key": 4,
        "models.fast.prices": 5,
        "models.fast.prices.input": 5,
        "models.fast.long": 6,
        "models.fast.many": 10,
        "models.fast.inline": 14,
        "rules": 15,
        "rules.0": 15,
        "rules.0.when": 16,
        "rules.1": 17,
        "rules.1.when": 18,
        "models.my.model": 19,
        "models.my.model.seed": 20,
    }
    assert line_of(("models", "fast", "inline", "deep"), found) == 14
    assert line_of(("nowhere",), found) == 1


NAMES = st.sampled_from(["a", "b-c", "d_e", "x"])
VALUES = st.sampled_from(
    ["1", '"#["', "'''\n[t]\nk = 1\n'''", "[\n1, # ]\n2]", '{q = "}"}', '"""a\\""""', "[[1], []]", "1979-05-27"]
)


@settings(deadline=None)
@given(
    st.lists(st.tuples(NAMES, st.dictionaries(NAMES, VALUES, max_size=4)), max_size=4, unique_by=lambda pair: pair[0])
)
def test_a_lines_beginning_is_where_the_key_stands(tables: list[tuple[str, dict[str, str]]]):
    text = "".join(f"[{name}]\n" + "".join(f"{k} = {v}\n" for k, v in pairs.items()) for name, pairs in tables)
    parsed: dict[str, Any] = tomllib.loads(text)
    found, lines = positions(text), text.split("\n")
    assert set(found) == {(name,) for name in parsed} | {(name, key) for name, pairs in tables for key in pairs}
    for path, line in found.items():
        assert lines[line - 1].startswith(f"[{path[0]}]" if len(path) == 1 else f"{path[1]} =")
