"""Check the [models.NAME] tables against what models take, each key by itself. Knows no driver."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast, get_args, get_origin

import msgspec

from loomwork.kernel.errors.phrases import Expected, NoModelCalled, OneOfThese, TakenByModel, nearest
from loomwork.kernel.errors.workspace import SettingsError, WrongSetting
from loomwork.models.settings import ModelSettings
from loomwork.workspace.problems import Places, shown, unknown

_EXPECTED = re.compile(r"Expected (.+), got (.+)", re.DOTALL)
_FIELDS = {each.name: each for each in msgspec.structs.fields(ModelSettings)}


def model_problems(models: Mapping[str, Mapping[str, Any]], places: Places) -> Iterator[SettingsError]:
    """Yield a problem for every key that no model takes, every value of the wrong kind, every member not there."""
    for name, table in models.items():
        for key, value in table.items():
            path = ("models", name, key)
            if key not in _FIELDS:
                yield unknown(places.of(path), path, list(_FIELDS))
                continue
            reason = _misfit(value, _FIELDS[key].type) or (_absent(value, models) if key == "models" else None)
            if reason is not None:
                yield WrongSetting(given=shown(value), reason=reason, **places.of(path))


def route_problems(
    routes: Mapping[str, Mapping[str, Any]], models: Mapping[str, object], places: Places
) -> Iterator[SettingsError]:
    """Yield a problem for every [gateway.routes.NAME] that is a model's name too, or asks for a model not there."""
    for name, table in routes.items():
        path = ("gateway", "routes", name)
        if name in models:
            yield WrongSetting(given=shown(name), reason=TakenByModel(name=name), **places.of(path))
        given: object = table.get("models")
        members = cast("list[Any]", given) if isinstance(given, list) else []
        reason = _absent(members, {**models, **routes}) if members else None
        if reason is not None:
            yield WrongSetting(given=shown(members), reason=reason, **places.of((*path, "models")))


def with_routes(
    models: Mapping[str, dict[str, Any]], routes: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the model tables with the gateway's routes among them: they are models like all others."""
    return {**models, **{name: dict(table) for name, table in routes.items()}}


def model_settings(models: Mapping[str, Mapping[str, Any]]) -> dict[str, ModelSettings]:
    """Return the tables as values; they were checked before."""
    return {name: msgspec.convert(dict(table), ModelSettings, strict=True) for name, table in models.items()}


def _misfit(value: object, kind: Any) -> object:
    try:
        msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as bad:
        names = [each for each in get_args(kind) if isinstance(each, str) and each]
        if get_origin(kind) is Literal and names:
            return OneOfThese(names=", ".join(names), near=nearest(value, names) if isinstance(value, str) else "")
        found = _EXPECTED.fullmatch(str(bad))
        return Expected(wanted=found[1], given=found[2]) if found else str(bad)
    return None


def _absent(members: object, models: Mapping[str, object]) -> object:
    for member in cast("list[str]", members):
        if member not in models:
            return NoModelCalled(name=member, near=nearest(member, models))
    return None
