"""Turn what the option parser refuses into our own errors, so that it is told in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from loomwork.kernel.errors.base import UsageError
from loomwork.kernel.errors.cli import (
    MissingArgument,
    MissingOption,
    OneOf,
    SomethingElse,
    TooManyWords,
    UnknownOption,
    ValueMissing,
    ValueUnwanted,
    WholeNumber,
    WholeNumberBetween,
    WholeNumberFrom,
    WrongValue,
)
from loomwork.kernel.errors.phrases import Phrase, nearest


def is_usage(error: Exception) -> bool:
    """Say whether the option parser raised this."""
    return type(error).__module__.startswith("typer")


def told(error: Any, command: str, parameters: list[Any]) -> UsageError:
    """Return our error for one of the parser's."""
    match type(error).__name__:
        case "NoSuchOption":
            known = [option for each in parameters for option in each.opts if option.startswith("--")]
            return UnknownOption(command=command, name=error.option_name, near=nearest(error.option_name, known))
        case "MissingParameter" if error.param is not None:
            name = shown(error.param)
            kind = MissingOption if name.startswith("-") else MissingArgument
            return kind(command=command, name=name)
        case "BadOptionUsage":
            kind = ValueMissing if "require" in error.message else ValueUnwanted
            return kind(command=command, name=error.option_name)
        case "BadParameter" if error.param is not None:
            return WrongValue(command=command, name=shown(error.param), wanted=_wanted(error))
        case _:
            words = re.search(r" \(((?!s\)).*)\)", str(error))
            return TooManyWords(command=command, words=words[1] if words else str(error))


def shown(parameter: Any) -> str:
    """Return how a parameter is written on the command line."""
    names: list[str] = list(parameter.opts)
    return max(names, key=len) if names[0].startswith("-") else (parameter.metavar or names[0].upper())


def choices(parameter: Any) -> list[str]:
    """Return the words that a parameter allows, where it allows only some."""
    return list(_literals(annotation_of(parameter)))


def annotation_of(parameter: Any) -> Any:
    """Return the Python type of a parameter."""
    return getattr(getattr(parameter, "type_descriptor", None), "annotation", str)


def _literals(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    else:
        for inner in get_args(annotation):
            yield from _literals(inner)


def _wanted(error: Any) -> Phrase:
    names = choices(error.param)
    if names:
        return OneOf(names=", ".join(names))
    least = getattr(error.param, "min", None)
    most = getattr(error.param, "max", None)
    if least is not None:
        return WholeNumberFrom(least=least) if most is None else WholeNumberBetween(least=least, most=most)
    annotation = annotation_of(error.param)
    if annotation is int or int in get_args(annotation):
        return WholeNumber()
    return SomethingElse(detail=error.message)
