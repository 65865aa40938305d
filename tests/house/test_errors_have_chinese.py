"""Every error that a person can meet is told in English and in Chinese, with the same fields in both."""

import importlib
import json
import pkgutil
import re
import string
from collections import Counter
from pathlib import Path

import pytest

import loomwork
from loomwork.kernel import errors
from loomwork.kernel.errors import LoomworkError

LOCALES = Path(loomwork.__file__).parent / "telling" / "locales" / "errors"
HAN = re.compile(r"[\u4e00-\u9fff]")


def error_classes() -> dict[str, type[LoomworkError]]:
    found: dict[str, type[LoomworkError]] = {}
    for module in pkgutil.iter_modules(errors.__path__, f"{errors.__name__}."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, LoomworkError):
                found[thing.__name__] = thing
    return found


def entries() -> list[tuple[str, str, dict[str, str]]]:
    files = sorted(LOCALES.glob("*.zh.json"))
    return [(file.name, name, entry) for file in files for name, entry in json.loads(file.read_bytes()).items()]


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


CLASSES = error_classes()
CHINESE = {name: entry for _, name, entry in entries()}


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_every_error_is_told_in_chinese_with_the_same_fields(name: str) -> None:
    assert name in CHINESE, f"{name} has no entry in src/loomwork/telling/locales/errors/*.zh.json"
    entry, cls = CHINESE[name], CLASSES[name]
    sides = ("what", "todo") if cls.on_page is None else ("what", "todo", "on_page")
    assert set(entry) == set(sides)
    for side in sides:
        english = getattr(cls, side)
        assert fields(entry[side]) == fields(english), f"{name}.{side}"
        assert bool(entry[side]) == bool(english), f"{name}.{side} is empty in one language only"
    assert HAN.search(entry["what"] + entry["todo"])


@pytest.mark.parametrize("name", sorted(name for name, each in CLASSES.items() if each.on_page is not None))
def test_what_to_do_on_a_page_names_no_option_of_a_command(name: str) -> None:
    for told in (str(CLASSES[name].on_page), CHINESE[name]["on_page"]):
        assert "--" not in told
        assert "loomwork " not in told


def test_no_chinese_entry_stands_for_an_error_that_does_not_exist() -> None:
    assert sorted(set(CHINESE) - set(CLASSES)) == []


def test_no_error_is_told_twice() -> None:
    assert [name for name, count in Counter(name for _, name, _ in entries()).items() if count > 1] == []


def test_every_error_can_be_imported_from_the_errors_package() -> None:
    assert sorted(set(CLASSES) - set(errors.__all__)) == []
    assert [name for name in errors.__all__ if not hasattr(errors, name)] == []


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_no_error_name_is_used_by_two_classes(name: str) -> None:
    homes = {
        thing.__module__
        for module in pkgutil.iter_modules(errors.__path__, f"{errors.__name__}.")
        for key, thing in vars(importlib.import_module(module.name)).items()
        if key == name
    }
    assert len(homes) == 1
