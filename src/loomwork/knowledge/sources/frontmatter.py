"""Keys of a document's metadata that mean something to a base, and those that were meant to. Knows no file format."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from loomwork.kernel.errors.knowledge import UnknownKey
from loomwork.knowledge.parsing.problems import problem_of
from loomwork.knowledge.values import Problem

MEANT = ("effective_from", "effective_to", "supersedes")
"""Beside the key that names readers."""
_NEAR = 0.8
_ENDS = ("to", "until", "till", "end", "expires")


def unknown_keys(keys: Iterable[str], readers_key: str = "readers") -> tuple[Problem, ...]:
    """Return a problem for each key that is nearly one that means something.

    >>> [each.fields["near"] for each in unknown_keys(["effective", "Effective-Until", "author", "superseeds"])]
    ['effective_from', 'effective_to', 'supersedes']
    """
    known = (*MEANT, readers_key)
    found = [(key, near) for key in keys if key not in known and (near := _near(key, known, readers_key))]
    return tuple([problem_of(UnknownKey(key=key, near=near)) for key, near in found])


def _near(key: str, known: Iterable[str], readers_key: str) -> str:
    plain = key.casefold().replace("-", "_").replace(" ", "_")
    if plain.startswith("effective"):
        return "effective_to" if plain.endswith(_ENDS) else "effective_from"
    for near in known:  # a slip of the pen leaves the first letter as it is, another word seldom does
        if plain[:1] == near[:1] and key != near and SequenceMatcher(None, plain, near).ratio() >= _NEAR:
            return near if key.casefold() != readers_key else ""
    return ""
