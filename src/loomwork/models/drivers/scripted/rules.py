r"""What a scripted double says to which request. Pure.

>>> asked = Request(messages=(Message.user("What is 2+2?"),))
>>> choose((Rule(when=r"2\+2", text="4"), Rule(text="?")), asked).text
'4'
"""

import re
from typing import Any, Literal

from msgspec import Struct, field

from loomwork.kernel.canonical import digest
from loomwork.kernel.messages import Message, Request, ToolResult

Failure = Literal["", "rate_limited", "overloaded", "server_error", "truncated", "malformed", "deadline"]


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer. `when` is a regular expression over the text of the last message; "" is any.

    `text` may hold `{last}` (the last message), `{system}`, `{hash}` (of the whole request) and `{1}`, `{2}`, ...
    (groups of `when`).
    """

    when: str = ""
    text: str = ""
    reasoning: str = ""
    tool: str = ""
    arguments: dict[str, Any] = field(default_factory=dict[str, Any])
    fail: Failure = ""
    fails: int = 0
    """How many times it fails before it answers; 0 is always (where `fail` is set)."""
    retry_after: float | None = None
    wait: float = 0.0
    """Seconds before the answer."""


class Chosen(Struct, frozen=True, kw_only=True):
    """The rule that fits, and its text filled in."""

    rule: Rule
    text: str


def choose(rules: tuple[Rule, ...], request: Request) -> Chosen | None:
    """The first rule that fits, or None."""
    last = last_text(request)
    for rule in rules:
        found = re.search(rule.when, last, re.DOTALL)
        if found is not None:
            return Chosen(rule=rule, text=_filled(rule.text, last, request, found))
    return None


def last_text(request: Request) -> str:
    """The text of the last message, or what a tool answered."""
    return _text(request.messages[-1]) if request.messages else ""


def _text(message: Message) -> str:
    results = [part.text for part in message.parts if isinstance(part, ToolResult)]
    return message.text or "\n".join(results)


def _filled(text: str, last: str, request: Request, found: re.Match[str]) -> str:
    if "{" not in text:
        return text
    values = {"last": last, "hash": str(digest(request))[:16]}
    values["system"] = "\n".join(m.text for m in request.messages if m.role in {"system", "developer"})
    for number, group in enumerate(found.groups(), start=1):
        values[str(number)] = group or ""
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match[1], match[0]), text)
