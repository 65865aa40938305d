"""Take what identifies a person or opens a door out of rows: by patterns with checksums, and known secrets by value.

Names and addresses are not seen. The keys of objects stay, and so does what stands under keys that begin with `_`
(where a row comes from).

>>> redacted({"q": "mail ada@example.org", "n": 3}), redacted(["token abcdefgh12"], secrets=("abcdefgh12",))
({'q': 'mail [email]', 'n': 3}, ['token [secret]'])
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from loomwork.evals.scorers.private import findings

_LEAST = 6
"""A shorter secret would be found in every other text."""


def redacted(value: Any, *, secrets: Sequence[str] = ()) -> Any:
    """Return a plain value with every text redacted."""
    if isinstance(value, str):
        return redacted_text(value, secrets=secrets)
    if isinstance(value, list):
        return [redacted(each, secrets=secrets) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        named = cast("dict[str, Any]", value)
        return {key: each if key.startswith("_") else redacted(each, secrets=secrets) for key, each in named.items()}
    return value


def redacted_text(text: str, *, secrets: Sequence[str] = ()) -> str:
    """Return a text with `[email]`, `[cn_mobile]`, `[secret]`, ... in the place of what was there."""
    for secret in secrets:
        if len(secret) >= _LEAST:
            text = text.replace(secret, "[secret]")
    made, at = "", 0
    for each in findings(text):
        made += f"{text[at : each.start]}[{each.kind}]"
        at = each.end
    return made + text[at:]
