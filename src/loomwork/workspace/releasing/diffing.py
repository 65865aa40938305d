"""What differs between two releases, by part. Pure: takes manifests and the texts behind them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, cast

from msgspec import Struct

from loomwork.workspace.releasing.manifest import Manifest

Kind = Literal["code", "prompt", "file", "setting", "knowledge", "version"]
Text = Callable[[str], str]
"""Returns the text of a file by its hash; empty where it is not kept."""


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that differs."""

    kind: Kind
    name: str
    """The path of a file, the place of a setting, a base, a package."""
    before: str = ""
    after: str = ""
    """What stands there; for files their hashes. Empty: it is not there."""
    parts: tuple[str, ...] = ()
    """Functions, classes and constants of a Python file that differ."""


def differences(a: Manifest, b: Manifest, text: Text) -> list[Difference]:
    """Return what differs between two releases."""
    found: list[Difference] = []
    for path, one, two in _unequal(a.code, b.code):
        parts = tuple(_parts(text(one) if one else "", text(two) if two else ""))
        found.append(Difference(kind="code", name=path, before=one, after=two, parts=parts))
    kinds: list[tuple[Kind, Mapping[str, str], Mapping[str, str]]] = [
        ("prompt", a.prompts, b.prompts),
        ("file", a.files, b.files),
        ("setting", dict(_flat(a.settings)), dict(_flat(b.settings))),
        ("knowledge", a.knowledge, b.knowledge),
        ("version", a.versions, b.versions),
    ]
    for kind, old, new in kinds:
        found += [Difference(kind=kind, name=name, before=one, after=two) for name, one, two in _unequal(old, new)]
    return found


def _unequal(a: Mapping[str, str], b: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in sorted(a.keys() | b.keys()):
        one, two = a.get(name, ""), b.get(name, "")
        if one != two:
            yield name, one, two


def _flat(tables: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield settings by their place.

    >>> dict(_flat({"models": {"fast": {"seed": 1, "stop": ["a"]}}}))
    {'models.fast.seed': '1', 'models.fast.stop': "['a']"}
    """
    for name, value in tables.items():
        if isinstance(value, dict) and value:
            yield from _flat(cast("dict[str, Any]", value), f"{above}{name}.")
        else:
            yield f"{above}{name}", str(cast("object", value))


def _parts(a: str, b: str) -> list[str]:
    r"""Return the names of what differs between two texts of a module.

    >>> _parts("A = 1\ndef f(): return 1\n", "A = 1\ndef f(): return 2\ndef g(): pass\n")
    ['f', 'g']
    """
    one, two = dict(_named(a)), dict(_named(b))
    return [name for name in {**two, **one} if one.get(name) != two.get(name)]


def _named(text: str) -> Iterator[tuple[str, str]]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name, ast.dump(node)
            case ast.Assign():
                yield ", ".join(ast.unparse(each) for each in node.targets), ast.dump(node)
            case ast.AnnAssign():
                yield ast.unparse(node.target), ast.dump(node)
            case _:
                pass
