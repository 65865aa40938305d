"""What a page shows of a step: chat or form, and a field a parameter, from signature and docstring. Pure."""

from __future__ import annotations

import enum
import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Literal, cast

from loomwork.gateway.trying.values import Card, Field, FieldType
from loomwork.gateway.trying.wording import NOTHING, FieldTable, InBoth, words_of
from loomwork.kernel.errors.phrases import Nothing, nearest
from loomwork.kernel.errors.trying import NoSuchTryField

_ARG = re.compile(r"^\s{2,}(\*{0,2}\w+)(?:\s*\([^)]*\))?:\s*(.*)$")
_SECTION = re.compile(r"^\s*(Args|Arguments|Parameters|Returns|Yields|Raises|Example|Examples|Note|Notes):\s*$")
_LONG = ("text", "body", "content", "document", "message", "description")
"""Names of parameters that get several lines."""
_PLAINLY = FieldTable()
_PLAIN: dict[Any, FieldType] = {str: "text", int: "integer", float: "number", bool: "yes", date: "date"}


def card_of(
    name: str,
    func: Callable[..., Any],
    *,
    takes: str = "last",
    title: InBoth = NOTHING,
    about: InBoth = NOTHING,
    fields: Mapping[str, FieldTable] | None = None,
) -> Card:
    """Return the card of a step.

    Args:
        name: What it is served as.
        func: The function beneath the step.
        takes: `last`, `conversation` or `json`, as [serve.NAME] says.
        title: What people read above; the default is the name in words.
        about: What is said beneath; the default is the docstring's first paragraph.
        fields: What fields are called; the default is their names, and what the docstring says of them.
    """
    told, of_args = _told(func)
    found = fields_of(func, of_args, fields or {})
    asks = [each for each in found if each.required] or found[:1]
    is_form = takes == "json" or (takes == "last" and (len(found) > 1 or [each.type for each in asks] != ["text"]))
    return Card(
        name=name,
        title=words_of(title, in_words(name)),
        kind="form" if is_form else "chat",
        tells=words_of(about, told),
        remembers=takes == "conversation",
        fields=found if is_form else (),
    )


def card_of_model(name: str, *, title: InBoth = NOTHING, note: str = "") -> Card:
    """Return the card of a model: it is given the whole conversation."""
    return Card(name=name, title=words_of(title, name), kind="chat", remembers=True, note=note)


def fields_of(func: Callable[..., Any], told: Mapping[str, str], tables: Mapping[str, FieldTable]) -> tuple[Field, ...]:
    """Return a field for each parameter that can be given by its name."""
    try:
        hints = typing.get_type_hints(func)
    except (NameError, TypeError):  # names that only a type checker knows
        hints = {}
    found: list[Field] = []
    for name, parameter in inspect.signature(func).parameters.items():
        if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
            continue
        table = tables.get(name, _PLAINLY)
        found.append(_field(name, hints.get(name, parameter.annotation), parameter, told.get(name, ""), table))
    return tuple(found)


def check_fields(name: str, step: Any, tables: Iterable[str]) -> None:
    """Raise `NoSuchTryField` where words are given for a field that the step does not take."""
    known = [each.name for each in fields_of(step.func, {}, {})]
    for field in tables:
        if field not in known:
            listed = ", ".join(known) or Nothing()
            raise NoSuchTryField(name=name, field=field, step=step.name, near=nearest(field, known), known=listed)


def _field(name: str, hint: Any, parameter: inspect.Parameter, tells: str, table: FieldTable) -> Field:
    hint, is_optional = _without_none(hint)
    kind, choices = _type(name, hint)
    given = parameter.default
    has_default = given is not inspect.Parameter.empty
    return Field(
        name=name,
        type=kind,
        label=words_of(table.label, in_words(name)),
        tells=words_of(table.about, tells),
        required=not has_default and not is_optional,
        default=_shown(given) if has_default else None,
        choices=choices,
    )


def _type(name: str, hint: Any) -> tuple[FieldType, tuple[str, ...]]:
    if hint is str and name.rpartition("_")[2] in _LONG:
        return "long", ()
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return "choice", tuple(str(each.value) for each in hint)
    if hint in _PLAIN:
        return _PLAIN[hint], ()
    if typing.get_origin(hint) is Literal:
        return "choice", tuple(map(str, typing.get_args(hint)))
    if typing.get_origin(hint) in (list, tuple, set) and typing.get_args(hint)[:1] == (str,):
        return "lines", ()
    return ("text" if hint is inspect.Parameter.empty else "json"), ()


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        left = [each for each in typing.get_args(hint) if each is not type(None)]
        if len(left) == 1:
            return left[0], True
    return hint, False


def _shown(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, list | tuple | set):
        return [str(each) for each in cast("list[object]", value)]
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)


def in_words(name: str) -> str:
    """Return a name as people read it.

    >>> in_words("due_date"), in_words("客户")
    ('Due date', '客户')
    """
    words = re.sub(r"[_\-]+", " ", name).strip()
    return words[:1].upper() + words[1:]


def _told(func: Callable[..., Any]) -> tuple[str, dict[str, str]]:
    """Return the first paragraph of a docstring, and what it says of each parameter."""
    lines = (inspect.getdoc(func) or "").splitlines()
    first: list[str] = []
    for line in lines:
        if not line.strip() or _SECTION.match(line):
            break
        first.append(line.strip())
    of_args: dict[str, str] = {}
    section, last = "", ""
    for line in lines:
        heading = _SECTION.match(line)
        if heading:
            section, last = heading[1], ""
        elif section in ("Args", "Arguments", "Parameters"):
            last = _of_arg(line, last, of_args)
    return " ".join(first), of_args


def _of_arg(line: str, last: str, found: dict[str, str]) -> str:
    """Take one line of the part about parameters; return the parameter that it speaks of."""
    named = _ARG.match(line)
    if named and not line.startswith("   " * 2):
        found[named[1].lstrip("*")] = named[2].strip()
        return named[1].lstrip("*")
    if last and line.strip():
        found[last] = f"{found[last]} {line.strip()}".strip()
        return last
    return ""
