"""Check the [knowledge.NAME] tables, each key by itself, tables within them too. Opens no base.

What knowledge bases are made of is loaded only where there is such a table.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, cast, get_args, get_origin

import msgspec

from loomwork.kernel.errors.phrases import Expected, OneOfThese, nearest
from loomwork.kernel.errors.workspace import MissingSetting, SettingsError, WrongSetting
from loomwork.workspace.problems import Path, Places, shown, unknown

if TYPE_CHECKING:
    from loomwork.knowledge.settings import BaseSettings

_EXPECTED = re.compile(r"Expected (.+), got (.+)", re.DOTALL)


def knowledge_problems(bases: Mapping[str, Mapping[str, Any]], places: Places) -> Iterator[SettingsError]:
    """Yield a problem for every key that no base takes and every value of the wrong kind."""
    if not bases:
        return
    from loomwork.knowledge.settings import NESTED, BaseSettings

    for name, table in bases.items():
        yield from _in_table(("knowledge", name), table, BaseSettings, NESTED, places)
        yield from _unusable(("knowledge", name), table, places)


def knowledge_settings(bases: Mapping[str, Mapping[str, Any]]) -> "dict[str, BaseSettings]":
    """Return the tables as values; they were checked before."""
    from loomwork.knowledge.settings import BaseSettings

    return {name: msgspec.convert(dict(table), BaseSettings, strict=True) for name, table in bases.items()}


def _unusable(above: Path, table: Mapping[str, Any], places: Places) -> Iterator[SettingsError]:
    """Yield a problem for what is of the right kind and would do nothing, or fail when it is first used."""
    from loomwork.knowledge.search import RETRIEVERS

    weights = _table(_table(table.get("search")).get("weights"))
    for name in weights:
        if name not in RETRIEVERS:
            path = (*above, "search", "weights", name)
            yield unknown(places.of(path), path, RETRIEVERS)
    index = _table(table.get("index"))
    if index.get("driver") == "milvus" and not index.get("uri"):
        path = (*above, "index", "uri")
        yield MissingSetting(**places.of(path) | {"table": ".".join(path[:-1]), "key": "uri"})


def _table(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _in_table(
    above: Path,
    table: Mapping[str, Any],
    kind: type[msgspec.Struct],
    nested: Mapping[str, type[msgspec.Struct]],
    places: Places,
) -> Iterator[SettingsError]:
    fields = {each.name: each for each in msgspec.structs.fields(kind)}
    for key, value in table.items():
        path = (*above, key)
        if key not in fields:
            yield unknown(places.of(path), path, list(fields))
        elif isinstance(value, dict) and key in nested:
            yield from _in_table(path, cast("dict[str, Any]", value), nested[key], {}, places)
        else:
            reason = _misfit(cast("object", value), fields[key].type)
            if reason is not None:
                yield WrongSetting(given=shown(cast("object", value)), reason=reason, **places.of(path))


def _misfit(value: object, kind: Any) -> object:
    try:
        msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as bad:
        names = [each for each in _words(kind) if each]
        if names and isinstance(value, str):
            return OneOfThese(names=", ".join(names), near=nearest(value, names))
        found = _EXPECTED.fullmatch(str(bad).partition(" - at ")[0])
        return Expected(wanted=found[1], given=found[2]) if found else str(bad)
    return None


def _words(kind: Any) -> list[str]:
    """Return the words that a setting takes, if it takes words."""
    if get_origin(kind) is Literal:
        return [each for each in get_args(kind) if isinstance(each, str)]
    return [word for each in get_args(kind) if get_origin(each) is Literal for word in _words(each)]
