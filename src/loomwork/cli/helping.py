"""What --help prints: usage, arguments, options, examples, aligned and in the person's language."""

from __future__ import annotations

import json
import shutil
from functools import cache
from typing import Any, NamedTuple, cast

from loomwork.cli.usage import annotation_of, choices, shown
from loomwork.telling.words import LOCALES, Words, cells, padded

COMMON = ("project", "store", "lang", "json", "debug", "help")
_LEFT = 28
_NARROWEST = 40


class Line(NamedTuple):
    """One argument or option: how it is written, and what it does."""

    form: str
    text: str


def arguments_of(command: Any, words: Words) -> list[Line]:
    """Return the words that a command takes."""
    return [Line(_form(each), _text(each, words)) for each in command.params if each.param_type_name == "argument"]


def options_of(command: Any, words: Words) -> list[Line]:
    """Return the options that are a command's own."""
    own = (each for each in command.params if each.param_type_name == "option" and each.name not in COMMON)
    return [Line(_form(each), _text(each, words)) for each in own]


def common_of(command: Any, words: Words) -> list[Line]:
    """Return the options that every command has."""
    found = [each for each in command.params if each.name in COMMON and each.name != "help"]
    return [Line(_form(each), _text(each, words)) for each in found] + [Line("--help", words("option.help"))]


def usage_of(command: Any, path: str, words: Words) -> str:
    """Return the one line that shows how a command is written."""
    parts = [f"loomwork {path}"]
    for each in command.params:
        if each.param_type_name == "argument":
            parts.append(_form(each) if each.required else f"[{_form(each)}]")
        elif each.required:
            parts.append(_form(each))
    return " ".join([*parts, words("help.options_form")])


def examples_of(path: str) -> list[str]:
    """Return command lines that show a command at work."""
    return _examples().get(path, [])


def describe(command: Any, words: Words, path: str, *, width: int | None = None) -> str:
    """Return the help of one command."""
    width = max(_NARROWEST, width or shutil.get_terminal_size((80, 24)).columns)
    lines = [words("help.usage_of", usage=usage_of(command, path, words)), ""]
    lines += wrapped(words(f"help.{path}"), width - 2, "  ")
    for title, found in (
        ("help.arguments", arguments_of(command, words)),
        ("help.options", options_of(command, words)),
        ("help.common_options", common_of(command, words)),
    ):
        if found:
            lines += ["", words(title), *_block(found, width)]
    examples = examples_of(path)
    if examples:
        lines += ["", words("help.examples"), *(f"  {each}" for each in examples)]
    return "\n".join(lines)


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return the text in lines of at most so many columns; Chinese may break between any two characters.

    >>> wrapped("plan before you spend", 12)
    ['plan before', 'you spend']
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and cells(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [indent + each for each in [*lines, line.rstrip()] if each]


def _pieces(text: str) -> list[str]:
    """Split where a line may break: behind spaces and wide characters, never before closing punctuation."""
    pieces: list[str] = [""]
    for character in text:
        starts_anew = pieces[-1].endswith(" ") or (
            bool(pieces[-1])
            and max(cells(pieces[-1][-1]), cells(character)) > 1
            and character not in "，。；：、）”？！ "
        )
        if starts_anew and not pieces[-1].endswith(("（", "“")):
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def _block(found: list[Line], width: int) -> list[str]:
    left = min(_LEFT, max(cells(line.form) for line in found) + 2)
    lines: list[str] = []
    for form, text in found:
        right = wrapped(text, max(20, width - left - 2))
        begins = f"  {padded(form, left)}"
        if cells(form) + 2 > left:
            lines.append(f"  {form}")
            begins = " " * (left + 2)
        lines += [(begins + right[0]).rstrip() if right else begins.rstrip()]
        lines += [" " * (left + 2) + each for each in right[1:]]
    return lines


def _form(parameter: Any) -> str:
    name = shown(parameter)
    if parameter.param_type_name == "argument":
        return f"{name}..." if parameter.nargs == -1 else name
    if getattr(parameter, "is_flag", False):
        return " / ".join([name, *parameter.secondary_opts])
    return f"{name} {_value_of(parameter)}"


def _value_of(parameter: Any) -> str:
    if parameter.metavar:
        return str(parameter.metavar)
    names = choices(parameter)
    if names:
        return "|".join(names)
    return "N" if "int" in str(annotation_of(parameter)) else "TEXT"


def _text(parameter: Any, words: Words) -> str:
    text = words.get(parameter.help or "", parameter.help or "")
    notes: list[str] = []
    if parameter.required and parameter.param_type_name == "option":
        notes.append(words("help.required"))
    default = parameter.default
    if isinstance(default, int | str) and not isinstance(default, bool) and default != "":
        notes.append(words("help.default", value=default))
    return f"{text} [{', '.join(notes)}]" if notes else text


@cache
def _examples() -> dict[str, list[str]]:
    return cast("dict[str, list[str]]", json.loads((LOCALES / "examples.json").read_text(encoding="utf-8")))
