"""What a prompt's front matter may hold, as a table. Knows nothing of files and templates."""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, cast

from msgspec import Struct, field

from loomwork.kernel.errors.phrases import DidYouMean, Phrase
from loomwork.kernel.errors.prompts import ParamOutside, UnknownField, WrongField
from loomwork.prompts.frontmatter import Node

EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")


class Fields(Struct, frozen=True, kw_only=True):
    """The front matter, read and checked."""

    description: str = ""
    defaults: dict[str, object] = field(default_factory=dict[str, object])
    """Values of variables that a call does not give."""
    params: dict[str, Any] = field(default_factory=dict[str, Any])
    """Fields of the request: temperature, max_tokens, ..."""
    schema: dict[str, Any] | None = None
    """JSON schema of the answer."""
    examples: tuple[Node, ...] = ()
    examples_file: str = ""
    """Path of a JSONL file, relative to the prompt's folder."""
    examples_line: int = 0


def _text(value: object) -> bool:
    return isinstance(value, str)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in cast("list[object]", value))


def _mapping(value: object) -> bool:
    return isinstance(value, Mapping)


def _effort(value: object) -> bool:
    return value in EFFORTS


class Kind(Struct, frozen=True):
    """What a value must be, as a test and in words."""

    fits: Callable[[object], bool]
    words: str


_WHOLE = Kind(_whole, "integer")
_NUMBER = Kind(_number, "number")

PARAMS: dict[str, Kind] = {
    "temperature": _NUMBER,
    "top_p": _NUMBER,
    "top_k": _WHOLE,
    "max_tokens": _WHOLE,
    "stop": Kind(_texts, "list of text"),
    "seed": _WHOLE,
    "presence_penalty": _NUMBER,
    "frequency_penalty": _NUMBER,
    "reasoning_effort": Kind(_effort, " | ".join(EFFORTS)),
    "reasoning_budget": _WHOLE,
    "extra_body": Kind(_mapping, "mapping"),
}
FIELDS: dict[str, Kind] = {
    "description": Kind(_text, "text"),
    "defaults": Kind(_mapping, "mapping"),
    "params": Kind(_mapping, "mapping"),
    "schema": Kind(_mapping, "mapping (JSON schema)"),
    "examples": Kind(lambda value: isinstance(value, list | str), "list | text (JSONL file)"),
}


def read_fields(front: Node, *, file: str) -> Fields:
    """Return the fields of a front matter. Raises `BadPromptField` with the line and the nearest known name."""
    found = _checked(front, FIELDS, file=file, within="")
    values: dict[str, Any] = {name: node.plain() for name, node in found.items() if name != "examples"}
    if "params" in found:
        _checked(found["params"], PARAMS, file=file, within="params.")
    if "examples" in found:
        node = found["examples"]
        values["examples_line"] = node.line
        if isinstance(node.value, str):
            values["examples_file"] = node.value
        else:
            values["examples"] = tuple(cast("list[Node]", node.value))
    return Fields(**values)


def _checked(node: Node, known: Mapping[str, Kind], *, file: str, within: str) -> dict[str, Node]:
    items = cast("dict[str, Node]", node.value)
    for name, value in items.items():
        where = {"file": file, "line": value.line, "name": within + name}
        if name not in known and within == "" and name in PARAMS:
            raise ParamOutside(**where)
        if name not in known:
            near = get_close_matches(name, list(known), n=1)
            hint = DidYouMean(name=within + near[0]) if near else Phrase()
            raise UnknownField(near=hint, known=", ".join(known), **where)
        if not known[name].fits(value.plain()):
            raise WrongField(wanted=known[name].words, **where)
    return items
