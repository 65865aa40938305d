"""Every small change of a source that changes what the step answers changes its behaviour: mutants hunt for holes."""

import ast
import asyncio
import copy
import inspect
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flow.behaviour.apps import opened, put
from tests.flow.behaviour.edits import adversarial, classes, data, functions, modules, wrappers

APPS = {
    "helpers": (functions.HELPERS, "'a'"),
    "nested": (functions.NESTED, "[3, 1, 2, 0]"),
    "lambdas": (functions.LAMBDAS, "3"),
    "decorated": (wrappers.DECORATED, "3"),
    "closures": (wrappers.CLOSURES, "3"),
    "async": (functions.ASYNC, "3"),
    "plain": (classes.PLAIN, "3"),
    "registered": (classes.REGISTERED, "3"),
    "data": (data.DATA, "3"),
    "models": (data.MODELS, "3"),
    "imports": (modules.IMPORTS, "3"),
    "circle": (modules.CIRCLE, "3"),
    "constants": (modules.CONSTANTS, "'abc'"),
    "made": (adversarial.MADE, "3"),
    "dynamic": (modules.DYNAMIC, "'a'"),
}


def mutants(files: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield (file, what, text) for each mutation of one node."""
    for name, text in files.items():
        tree = ast.parse(text)
        for at, node in enumerate(ast.walk(tree)):
            for what, change in changes(node):
                other = copy.deepcopy(tree)
                target = next(each for place, each in enumerate(ast.walk(other)) if place == at)
                change(target)
                yield name, f"{name}:{getattr(node, 'lineno', 0)} {what}", ast.unparse(ast.fix_missing_locations(other))


def changes(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Yield ways to change a node."""
    match node:
        case ast.Constant(value=bool(value)):
            yield f"{value} flipped", lambda each: setattr(each, "value", not each.value)
        case ast.Constant(value=int() | float() as value):
            yield f"{value} + 1", lambda each: setattr(each, "value", each.value + 1)
        case ast.Constant(value=str(value)) if value:
            yield f"{value!r:.20} longer", lambda each: setattr(each, "value", each.value + "a")
        case ast.BinOp(op=ast.Add()):
            yield "+ to -", lambda each: setattr(each, "op", ast.Sub())
        case ast.BinOp(op=ast.Mult()):
            yield "* to +", lambda each: setattr(each, "op", ast.Add())
        case ast.Compare(ops=[ast.Gt()]):
            yield "> to <", lambda each: setattr(each, "ops", [ast.Lt()])
        case ast.Return(value=ast.expr()):
            yield "returns a list", lambda each: setattr(each, "value", ast.List([each.value], ast.Load()))
        case ast.FunctionDef(decorator_list=[_, *_]) | ast.ClassDef(decorator_list=[_, *_]):
            yield "undecorated", lambda each: setattr(each, "decorator_list", each.decorator_list[1:])
        case _:
            return


def answer(work: Any, argument: str) -> str:
    """What a step answers, as text without addresses."""
    try:
        given = eval(argument)
        result = getattr(work, "func", work)(given)
        if inspect.iscoroutine(result):
            result = asyncio.run(result)
        text = repr(result)
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
    return re.sub(r" at 0x[0-9a-f]+", "", text)


def tried(root: Path, argument: str) -> tuple[str, str] | None:
    """(answer, digest) of an application; None where it cannot even be imported."""
    try:
        with opened(root) as (work, behaviours):
            digest = behaviours.of(work).digest
            return answer(work, argument), digest
    except Exception:
        return None


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", APPS)
def test_no_mutant_answers_otherwise_under_the_same_behaviour(name: str, tmp_path: Path) -> None:
    files, argument = APPS[name]
    original = tried(put(tmp_path, files), argument)
    assert original is not None
    every = list(mutants(files))
    stale: list[str] = []
    for file, what, text in random.Random(7).sample(every, min(7, len(every))):
        put(tmp_path, {**files, file: text})
        found = tried(tmp_path, argument)
        if found is not None and found[0] != original[0] and found[1] == original[1]:
            stale.append(f"{what}: {original[0]} -> {found[0]}")
    assert stale == []


@pytest.mark.nightly
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", APPS)
def test_no_mutant_at_all_answers_otherwise_under_the_same_behaviour(name: str, tmp_path: Path) -> None:
    files, argument = APPS[name]
    original = tried(put(tmp_path, files), argument)
    assert original is not None
    stale: list[str] = []
    for file, what, text in mutants(files):
        put(tmp_path, {**files, file: text})
        found = tried(tmp_path, argument)
        if found is not None and found[0] != original[0] and found[1] == original[1]:
            stale.append(f"{what}: {original[0]} -> {found[0]}")
    assert stale == []
