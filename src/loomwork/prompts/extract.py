"""Find the JSON in what a model wrote. Pure; knows nothing of schemas or models."""

import json
import re
from collections.abc import Iterator

_FENCED = re.compile(r"```[a-zA-Z]*[ \t]*\n(.*?)```", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?</think>", re.DOTALL)
MOST_STARTS = 200
"""Brackets to try as the beginning: text full of them is no answer."""


def json_values(text: str) -> Iterator[object]:
    r"""Yield the JSON values in a text, likeliest first: the whole, fenced blocks, then what begins at a bracket.

    >>> next(json_values('Sure!\n```json\n{"a": 1}\n```'))
    {'a': 1}
    >>> list(json_values('The list [1, 2] and {"b": {"c": 3}}.'))
    [[1, 2], {'b': {'c': 3}}]
    >>> list(json_values("no JSON"))
    []
    """
    text = _THOUGHT.sub("", text).strip().removeprefix("\ufeff")
    seen: list[object] = []
    for part in (text, *(found[1] for found in _FENCED.finditer(text))):
        value, known = _whole(part)
        if known:
            seen.append(value)
            yield value
    for value in _embedded(text):
        if value not in seen:
            seen.append(value)
            yield value


def _whole(text: str) -> tuple[object, bool]:
    try:
        return json.loads(text), True
    except (ValueError, RecursionError):
        return None, False


def _embedded(text: str) -> Iterator[object]:
    decoder = json.JSONDecoder()
    at = 0
    for _ in range(MOST_STARTS):
        starts = [place for place in (text.find("{", at), text.find("[", at)) if place >= 0]
        if not starts:
            return
        try:
            value, at = decoder.raw_decode(text, min(starts))
        except (ValueError, RecursionError):
            at = min(starts) + 1
        else:
            yield value
