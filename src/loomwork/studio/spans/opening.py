"""What the playground opens with for a span: its prompt, the inputs that filled it in, its messages. Knows no HTTP.

Which values filled a prompt in is not kept; they are found among the arguments and results around the call, and what
is found is held against the messages that were sent: rendered with them, the prompt must say the very same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.messages import Message, Request
from loomwork.prompts.origins import label_of
from loomwork.prompts.source import Source
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow
from loomwork.studio.prompting.reading import bytes_of, parsed, path_of, text_at
from loomwork.studio.spans.bodies import Kept, kept_body
from loomwork.studio.spans.detail import Looked, look_at, made_at, prompts_of
from loomwork.studio.spans.messages import asked_in, conversation_of, request_in
from loomwork.studio.studio import Studio
from loomwork.studio.wire.playground import Opening, PlayTurn
from loomwork.studio.wire.spans import PromptUsed
from loomwork.telling.jsonable import jsonable
from loomwork.workspace.settings import load_settings

ALIAS = "loomwork.model"
_TRIED = 500
"""Ways to fill a prompt in that are tried."""
_READ = 2_000
_ROLES = frozenset({"system", "developer", "user", "assistant"})


class _Around(NamedTuple):
    """A model call, the step that made it, and what that step could have filled the prompt in with."""

    model: Looked | None
    prompts: tuple[PromptUsed, ...]
    arguments: Mapping[str, Any]
    values: Sequence[Any]


class _Used(NamedTuple):
    """A prompt, as it is now and as it was used."""

    path: str = ""
    text: str = ""
    digest: str = ""
    version: str = ""
    changed: bool = False
    source: Source | None = None
    """As it is now."""
    inputs: Mapping[str, Any] = MappingProxyType({})


def opening_of(studio: Studio, trace: str, span: str) -> Opening:
    """Return what the playground opens with. Raises `NoSuchSpan`."""
    store = studio.store
    around = _around(store, look_at(store, trace, span))
    given = around.model.given if around.model is not None else None
    sent = asked_in(given)
    request = request_in(given) or Request(messages=())
    used = _used(studio, around, sent)
    models, alias = _models(studio.folder, around)
    wanted = tuple(sorted(used.source.variables)) if used.source is not None else ()
    needed = used.source.needed if used.source is not None else frozenset[str]()
    turns, left_out = _turns(sent)
    return Opening(
        prompt=used.path,
        text=used.text,
        digest=used.digest,
        version=used.version,
        changed=used.changed,
        variables=wanted,
        inputs=dict(used.inputs),
        missing=tuple(sorted(needed - used.inputs.keys())),
        messages=conversation_of(given, None).said,
        turns=turns,
        left_out=left_out,
        model=alias,
        temperature=request.temperature,
        max_tokens=request.max_tokens,
        models=models,
    )


def _around(store: Store, looked: Looked) -> _Around:
    """Look for the model call and for the step that asked; of a hit, where it was really made."""
    made = made_at(store, looked)
    rows = {row.span: row for row in store.traces.spans(made.trace, limit=_READ)}
    step = _asking(made, rows)
    model = made if made.kind == "model" else _first_model(made, rows)
    seen = None if model is None else look_at(store, model.trace, model.span)
    before = [
        row for row in rows.values() if row.parent == step.span and row.kind != "model" and row.output is not None
    ]
    values = [_value(kept_body(store, row.output)) for row in before if row.output is not None]
    arguments = _fields(_value(kept_body(store, step.input)) if step.input is not None else None)
    return _Around(seen, prompts_of(step), arguments, values)


def _asking(row: SpanRow, rows: Mapping[str, SpanRow]) -> SpanRow:
    """Return the span that asked the model: the one above it that is no model (a route calls others)."""
    for _ in range(len(rows)):
        if row.kind != "model" or row.parent not in rows:
            break
        row = rows[row.parent]
    return row


def _first_model(row: SpanRow, rows: Mapping[str, SpanRow]) -> SpanRow | None:
    return next((each for each in rows.values() if each.parent == row.span and each.kind == "model"), None)


def _value(kept: Kept) -> Any:
    return jsonable(kept.value) if kept.state == "whole" else None


def _fields(value: object) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def _used(studio: Studio, around: _Around, sent: Sequence[Message]) -> _Used:
    """Return the prompt whose rendering was sent; where none can be told, the first that was used."""
    found: list[_Used] = []
    for each in around.prompts:
        used, is_sure = _prompt(studio, each, around, sent)
        if is_sure:
            return used
        found.append(used)
    return found[0] if found else _Used()


def _prompt(studio: Studio, used: PromptUsed, around: _Around, sent: Sequence[Message]) -> tuple[_Used, bool]:
    try:
        path = path_of(studio, used.name)
        data = bytes_of(path, studio.folder)
        now = parsed(studio, path, data.decode("utf-8", "replace"))
    except LoomworkError:
        return _Used(version=used.version), False
    label = label_of(path, studio.folder)
    then = now if now.version == used.version else _then(studio, path, label, used.version)
    inputs = None if then is None else filled(then, around.arguments, around.values, sent)
    by_name = {name: around.arguments[name] for name in sorted(now.variables) if name in around.arguments}
    told = _Used(
        path=label,
        text=data.decode("utf-8", "replace"),
        digest=digest_bytes(data),
        version=used.version,
        changed=now.version != used.version,
        source=now,
        inputs=by_name if inputs is None else inputs,
    )
    return told, inputs is not None


def _then(studio: Studio, path: Path, label: str, version: str) -> Source | None:
    try:
        return parsed(studio, path, text_at(studio, label, version))
    except LoomworkError:
        return None


def filled(
    source: Source, arguments: Mapping[str, Any], values: Sequence[Any], sent: Sequence[Message]
) -> dict[str, Any] | None:
    """Return the values with which a prompt says what was sent; None where none are found.

    Args:
        source: The prompt as it was.
        arguments: Of the step that asked; one of a variable's name is tried first.
        values: Results that it had, tried for the other variables.
        sent: The conversation.
    """
    if not sent:
        return None
    names = sorted(source.variables)
    choices = [list(_choices(name, arguments, values, source.needed)) for name in names]
    for tried in islice(product(*choices), _TRIED):
        inputs = {name: value for name, value in zip(names, tried, strict=True) if value is not _UNSAID}
        if _says(source, inputs, sent):
            return inputs
    return None


_UNSAID = object()
"""A variable that need not be given."""


def _choices(name: str, arguments: Mapping[str, Any], values: Sequence[Any], needed: frozenset[str]) -> Iterator[Any]:
    if name in arguments:
        yield arguments[name]
    if name not in needed:
        yield _UNSAID
    for value in values:
        fields = _fields(value)
        if name in fields:
            yield fields[name]
    yield from values
    yield from (value for other, value in arguments.items() if other != name)


def _says(source: Source, inputs: Mapping[str, Any], sent: Sequence[Message]) -> bool:
    try:
        messages = source.messages(inputs, examples=source.examples)
    except LoomworkError:
        return False
    return [(each.role, each.text) for each in messages] == [(each.role, each.text) for each in sent[: len(messages)]]


def _models(folder: Path, around: _Around) -> tuple[tuple[str, ...], str]:
    """Return the project's aliases and the one that was asked, if it still is one."""
    try:
        known = load_settings(folder).models
    except LoomworkError:
        return (), ""
    row = around.model.row if around.model is not None else None
    asked = row.attributes.get(ALIAS) if row is not None else None
    if isinstance(asked, str) and asked in known:
        return tuple(known), asked
    same = (
        alias for alias, table in known.items() if row is not None and row.model and table.get("model") == row.model
    )
    return tuple(known), next(same, "")


def _turns(sent: Iterable[Message]) -> tuple[tuple[PlayTurn, ...], tuple[str, ...]]:
    """Return the messages as texts to edit, and the kinds of what texts cannot say."""
    turns: list[PlayTurn] = []
    left_out: set[str] = set()
    for each in sent:
        kinds = {str(type(part).__struct_config__.tag) for part in each.parts}
        left_out |= kinds - {"text"}
        if each.role in _ROLES and each.text:
            turns.append(PlayTurn(role=cast("Any", each.role), text=each.text))
    return tuple(turns), tuple(sorted(left_out))
