"""Make a value that meets a JSON schema, for doubles. Pure; the same seed gives the same value."""

from typing import Any, cast

from loomwork.models.drivers.reading import Json

_DEEPEST = 12
"""A schema that nests deeper is recursive: the instance ends there."""
_LONGEST = 1000


class NoInstance(ValueError):
    """What was given is no schema, or asks for more than a double makes."""


def instance(schema: Json, seed: str) -> Any:
    """A value of the plain parts of `schema`; strings carry the hexadecimal `seed`.

    >>> instance({"type": "object", "properties": {"n": {"type": "integer"}, "s": {"type": "string"}}}, "00ab")
    {'n': 171, 's': '00ab'}

    Raises:
        NoInstance: it is no schema.
    """
    try:
        return _made(_inlined(schema, cast("dict[str, Json]", schema.get("$defs", {})), 0), seed, 0)
    except (TypeError, AttributeError, LookupError, ValueError, ArithmeticError) as error:
        raise NoInstance(f"no JSON schema: {error}") from error


def _made(schema: Json, seed: str, depth: int) -> Any:
    if "enum" in schema:
        options = cast("list[Any]", schema["enum"])
        return options[int(seed, 16) % len(options)]
    if "const" in schema:
        return schema["const"]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return _made(cast("list[Json]", schema[key])[0], seed, depth + 1)
    kind: Any = schema.get("type", "object" if "properties" in schema else "string")
    kind = str(cast("list[Any]", kind)[0] if isinstance(kind, list) else kind)
    if kind == "object":
        parts = cast("dict[str, Json]", schema.get("properties", {}))
        return {name: _made(part, seed, depth + 1) for name, part in parts.items()} if depth < _DEEPEST else {}
    if kind == "array":
        count = max(1, int(schema.get("minItems", 1)))
        if count > _LONGEST:
            raise NoInstance(f"more than {_LONGEST} items")
        one = cast("Json", schema.get("items", {}))
        return [_made(one, seed, depth + 1) for _ in range(count)] if depth < _DEEPEST else []
    return _plain(kind, schema, seed)


def _plain(kind: str, schema: Json, seed: str) -> Any:
    if kind in {"integer", "number"}:
        number = int(seed[:4], 16)
        low, high = schema.get("minimum", 0), schema.get("maximum")
        number = low + number % (int(high - low) + 1) if high is not None else low + number
        return number if kind == "integer" else float(number)
    if kind == "boolean":
        return int(seed[:4], 16) % 2 == 0
    return None if kind == "null" else seed[: schema.get("maxLength", len(seed))]


def _inlined(node: Any, named: dict[str, Json], depth: int) -> Any:
    if depth > _DEEPEST:
        return {}
    if isinstance(node, list):
        return [_inlined(item, named, depth + 1) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    found = cast("Json", node)
    if isinstance(found.get("$ref"), str):
        return _inlined(named.get(found["$ref"].rsplit("/", 1)[-1], {}), named, depth + 1)
    return {key: _inlined(value, named, depth + 1) for key, value in found.items() if key != "$defs"}
