"""Clauses inside an error's sentence, told in the reader's language like the sentence itself. Knows no language.

The English text stands on the class; the Chinese text in `telling/locales/phrases.zh.json`.
"""

from collections.abc import Iterable
from typing import ClassVar


class Phrase:
    """A clause with fields, given to an error as one of its fields.

    >>> f"no such key{DidYouMean(name='size')}"
    "no such key (did you mean 'size'?)"
    """

    text: ClassVar[str] = ""

    def __init__(self, **fields: object) -> None:
        self.fields: dict[str, object] = fields

    def __str__(self) -> str:
        return self.text.format_map(self.fields)

    def __reduce__(self) -> tuple[object, ...]:
        """Phrases cross process borders inside their errors."""
        return (_rebuild, (type(self), self.fields))


def _rebuild(cls: type[Phrase], fields: dict[str, object]) -> Phrase:
    return cls(**fields)


class DidYouMean(Phrase):
    """The nearest name that exists."""

    text = " (did you mean '{name}'?)"


class DidYouMeanVariable(Phrase):
    """The nearest environment variable that means something."""

    text = " (did you mean {name}?)"


class ThereIs(Phrase):
    """The nearest file that exists."""

    text = " (there is {name})"


class TakenByModel(Phrase):
    """A name that a model has already."""

    text = "a model is called '{name}' already"


class ServedStep(Phrase):
    """Any step that is served, where the name of one would stand."""

    text = "a served step"


class MustBe(Phrase):
    """The kind of value that a setting takes."""

    text = "it must be a valid {kind}"


class MustBeAtLeast(Phrase):
    """The least value that a setting takes."""

    text = "it must be greater than or equal to {least}"


class MustBeAtMost(Phrase):
    """The greatest value that a setting takes."""

    text = "it must be less than or equal to {most}"


class Expected(Phrase):
    """The kind of value that a model's setting takes, and the one it has."""

    text = "Expected {wanted}, got {given}"


class OneOfThese(Phrase):
    """The words that a setting takes, and the nearest one."""

    text = "it must be one of {names}{near}"


class NoModelCalled(Phrase):
    """A member of a route that is not there."""

    text = "no model is called '{name}'{near}"


class StepsThere(Phrase):
    """The steps of a module."""

    text = "; steps there: {names}"


class PutStepAbove(Phrase):
    """What makes a function a step."""

    text = "; put @step above the function"


class NoKeys(Phrase):
    """An object without keys."""

    text = "no keys"


class Nothing(Phrase):
    """An empty list of names."""

    text = "none"


class AtPlace(Phrase):
    """What is wrong at a place within a value."""

    text = "{place}: {said}"


class OtherType(Phrase):
    """A value is of another type than the one that is asked for."""

    text = "expected {wanted}, got {given}"


class NotKept(Phrase):
    """A version that neither git nor the store nor the present file has."""

    text = " (no such version of {name} is known, neither to git nor to a run that is kept)"


class ForgottenAwait(Phrase):
    """A coroutine where a value was expected."""

    text = "; did you forget `await`?"


def forgotten_await(kind: object) -> Phrase:
    """Return the question that a value of this type asks for, or an empty phrase.

    >>> str(forgotten_await("coroutine")), str(forgotten_await("set"))
    ('; did you forget `await`?', '')
    """
    return ForgottenAwait() if str(kind).endswith(("coroutine", "async_generator", "Task")) else Phrase()


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> Phrase:
    """Return `DidYouMean` with the nearest known name, or an empty phrase.

    >>> str(nearest("sise", ["size", "rate"])), str(nearest("x", ["size"]))
    (" (did you mean 'size'?)", '')
    """
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return DidYouMean(name=near[0]) if near else Phrase()


__all__ = [
    "AtPlace",
    "DidYouMean",
    "DidYouMeanVariable",
    "Expected",
    "ForgottenAwait",
    "MustBe",
    "MustBeAtLeast",
    "MustBeAtMost",
    "NoKeys",
    "NoModelCalled",
    "NotKept",
    "Nothing",
    "OneOfThese",
    "OtherType",
    "Phrase",
    "PutStepAbove",
    "StepsThere",
    "ThereIs",
    "forgotten_await",
    "nearest",
]
