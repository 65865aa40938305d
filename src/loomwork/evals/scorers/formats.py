"""Scorers of an output's form: is it JSON, does it meet a schema. They know nothing of what it says."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, NamedTuple, cast

import msgspec

from loomwork.evals.scorers.places import file_of
from loomwork.evals.scoring import Score, builtin_scorer
from loomwork.evals.scoring.subject import as_text
from loomwork.kernel.errors.evals_scorers import BadSchema, ScorerFileUnreadable

_FENCED = re.compile(r"\A\s*```[\w-]*[ \t]*\n(.*?)\n?[ \t]*```\s*\Z", re.DOTALL)
_NAMED = 3
_WHERE = 120


class _Read(NamedTuple):
    value: Any
    problem: str


@builtin_scorer(name="json_valid", semantics=1)
def json_valid(output: Any, *, fenced: bool = True) -> bool | Score:
    """Whether the output is JSON: a text that is JSON and nothing else, or a value that was read already.

    Args:
        output: What the step returned. `NaN` and `Infinity` are no JSON.
        fenced: A fence of code around it is allowed.
    """
    read = _read(output, fenced=fenced)
    return Score(value=0.0, reason=read.problem, label="no JSON") if read.problem else True


@builtin_scorer(name="json_schema", semantics=1)
def json_schema(
    output: Any, row: dict[str, Any], *, schema: dict[str, Any] | str | None = None, fenced: bool = True
) -> bool | Score:
    """Whether the output is JSON that meets a JSON schema (of the draft that it names, else 2020-12).

    Args:
        output: What the step returned.
        row: Its key `schema` holds where the setting says nothing.
        schema: The schema, or the file that holds it, relative to the project.
        fenced: A fence of code around it is allowed.
    """
    held = schema if schema is not None else row.get("schema")
    if held is None:
        return Score(value=None, reason="there is no schema: neither a setting nor a key of the row", label="absent")
    validator = _validator(json.dumps(held) if isinstance(held, dict) else _schema_text(str(held)))
    read = _read(output, fenced=fenced)
    if read.problem:
        return Score(value=0.0, reason=read.problem, label="no JSON", parts={"problems": 1.0})
    problems = [
        f"{'.'.join(map(str, each.absolute_path)) or 'the top'}: {each.message}" for each in validator(read.value)
    ]
    if not problems:
        return True
    reason = "; ".join(sorted(each[:_WHERE] for each in problems)[:_NAMED])
    return Score(value=0.0, reason=reason, label="does not fit", parts={"problems": float(len(problems))})


def _read(output: Any, *, fenced: bool) -> _Read:
    if output is not None and not isinstance(output, str):
        plain = _plain(output)
        if isinstance(plain, dict | list | int | float):
            return _Read(cast("Any", plain), "")
    text = as_text(output)
    if fenced and (found := _FENCED.match(text)):
        text = found[1]
    if not text.strip():
        return _Read(None, "it is empty")
    try:
        return _Read(json.loads(text, parse_constant=_refuse), "")
    except RecursionError:
        return _Read(None, "it is nested too deeply to be read")
    except ValueError as bad:
        return _Read(None, str(bad))


def _plain(output: Any) -> Any:
    try:
        return msgspec.to_builtins(output)
    except TypeError:
        return None


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def _schema_text(given: str) -> str:
    if given.lstrip().startswith("{"):
        return given
    try:
        return file_of(given).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as bad:
        raise ScorerFileUnreadable(name="json_schema", path=given[:_WHERE], reason=bad) from None


@lru_cache(maxsize=64)
def _validator(text: str) -> Any:
    import jsonschema
    from jsonschema.validators import validator_for  # pyright: ignore[reportUnknownVariableType] -- jsonschema has no types

    try:
        schema = json.loads(text)
        maker: Any = validator_for(schema, default=jsonschema.Draft202012Validator)
        maker.check_schema(schema)
    except (ValueError, jsonschema.SchemaError) as bad:
        reason = getattr(bad, "message", str(bad))
        raise BadSchema(name="json_schema", reason=str(reason)[:300]) from None
    return maker(schema).iter_errors
