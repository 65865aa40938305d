"""What the commands that ask a knowledge base share: who asks, and filters as they are typed. Opens nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from loomwork.cli.behalf import on_behalf
from loomwork.kernel.errors.knowledge_base import MalformedFilter

if TYPE_CHECKING:
    from loomwork.kernel.principals import Principal

_JSON = ("{", "[")


def asker(as_principal: str | None, groups: Sequence[str] | None) -> Principal:
    """Return on whose behalf is asked: as `on_behalf`, or nobody in particular."""
    from loomwork.kernel.principals import NOBODY

    return on_behalf(as_principal, groups) or NOBODY


def filters_of(said: Iterable[str]) -> dict[str, Any]:
    """Return filters written as FIELD=VALUE; a value is JSON where it is JSON, else text. Raises `MalformedFilter`.

    >>> filters_of(["language=zh", 'year={"from": 2020}'])
    {'language': 'zh', 'year': {'from': 2020}}
    """
    found: dict[str, Any] = {}
    for each in said:
        field, is_one, value = each.partition("=")
        if not is_one or not field.strip():
            raise MalformedFilter(said=each)
        try:
            found[field.strip()] = json.loads(value)
        except ValueError:
            if value.lstrip().startswith(_JSON):
                raise MalformedFilter(said=each) from None
            found[field.strip()] = value
    return found
