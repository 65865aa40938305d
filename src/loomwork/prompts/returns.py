"""The form that an answer must have: a type or a schema, as JSON schema and as a check. Knows nothing of models."""

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from msgspec import Struct

from loomwork.kernel.errors.prompts import BadReturns
from loomwork.prompts.extract import json_values

WRAPPED = "value"
"""Models give objects only: anything else is asked for, and taken, under this key."""


class Misfit(Exception):
    """An answer does not have the form; `problem` says where, in the words that the model is shown."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class Form(Struct, frozen=True):
    """What an answer must be."""

    name: str
    schema: dict[str, Any]
    """JSON schema with an object at its root."""
    check: Callable[[object], object]
    """Turns a JSON value into the answer. Raises `Misfit`."""
    wrapped: bool = False

    def read(self, text: str) -> object:
        """Return the answer in what a model wrote. Raises `Misfit`."""
        first: Misfit | None = None
        for value in json_values(text):
            try:
                return self._read_value(value)
            except Misfit as misfit:
                first = first or misfit
        raise first or Misfit("there is no JSON in it")

    def _read_value(self, value: object) -> object:
        if self.wrapped and isinstance(value, Mapping):
            items = cast("Mapping[str, object]", value)
            if set(items) == {WRAPPED}:
                return self.check(items[WRAPPED])
            return self.check(dict(items))
        return self.check(value)


def form_of(returns: object) -> Form:
    """Return the form that `returns` asks for: a JSON schema (dict) or anything that pydantic can check.

    Raises `BadReturns`.
    """
    if isinstance(returns, Mapping):
        return _schema_form(json.dumps(cast("Mapping[str, object]", returns), ensure_ascii=False))
    try:
        return _type_form(returns)
    except TypeError as bad:  # an unhashable type expression: build it without the cache
        if "unhashable" not in str(bad):
            raise BadReturns(given=_shown(returns), reason=str(bad)) from None
        return _type_form.__wrapped__(returns)


@functools.lru_cache(maxsize=256)
def _schema_form(text: str) -> Form:
    import jsonschema
    from jsonschema.validators import validator_for  # pyright: ignore[reportUnknownVariableType] -- jsonschema has no types

    schema: dict[str, Any] = json.loads(text)
    maker: Any = validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        maker.check_schema(schema)
    except jsonschema.SchemaError as bad:
        raise BadReturns(given="the schema", reason=bad.message) from None
    wrapped = schema.get("type") != "object"
    validator: Any = maker(schema)

    def check(value: object) -> object:
        problems = sorted(validator.iter_errors(value), key=lambda problem: list(map(str, problem.absolute_path)))
        if problems:
            raise Misfit("; ".join(f"{_path(each.absolute_path)}: {each.message}" for each in problems[:5]))
        return value

    return Form(_name(schema.get("title", "answer")), _wrap(schema) if wrapped else schema, check, wrapped)


@functools.lru_cache(maxsize=256)
def _type_form(returns: Any) -> Form:
    from pydantic import PydanticSchemaGenerationError, PydanticUserError, TypeAdapter, ValidationError

    try:
        adapter: TypeAdapter[Any] = TypeAdapter(returns)
        schema = adapter.json_schema()
    except (PydanticSchemaGenerationError, PydanticUserError) as bad:
        raise BadReturns(given=_shown(returns), reason=str(bad).split("\n", 1)[0]) from None
    wrapped = schema.get("type") != "object"

    def check(value: object) -> object:
        try:
            return adapter.validate_json(json.dumps(value, ensure_ascii=False))
        except ValidationError as bad:
            problems = bad.errors(include_url=False, include_context=False)
            raise Misfit("; ".join(f"{_path(each['loc'])}: {each['msg']}" for each in problems[:5])) from None

    name = _name(getattr(returns, "__name__", "answer"))
    return Form(name, _wrap(schema) if wrapped else schema, check, wrapped)


def _wrap(schema: dict[str, Any]) -> dict[str, Any]:
    """Return an object schema whose one property is `schema`; definitions move to the root, where references point."""
    inner = {key: value for key, value in schema.items() if key != "$defs"}
    whole: dict[str, Any] = {"type": "object", "properties": {WRAPPED: inner}, "required": [WRAPPED]}
    whole["additionalProperties"] = False
    if "$defs" in schema:
        whole["$defs"] = schema["$defs"]
    return whole


def _path(parts: Any) -> str:
    return ".".join(str(part) for part in parts) or "the answer"


def _name(text: str) -> str:
    """Return a name that every API takes: letters, digits, `_` and `-`, at most 64."""
    cleaned = "".join(char if char.isascii() and (char.isalnum() or char in "_-") else "_" for char in text)[:64]
    return cleaned.strip("_") or "answer"


def _shown(returns: object) -> str:
    return getattr(returns, "__name__", None) or repr(returns)[:60]
