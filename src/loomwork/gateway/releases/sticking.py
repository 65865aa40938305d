"""Who goes to the canary: the same key, user or session always to the same release. Pure.

>>> shares = [lands("r1", f"user-{n}", 0.25) for n in range(1000)]
>>> 200 < sum(shares) < 300, shares == [lands("r1", f"user-{n}", 0.25) for n in range(1000)]
(True, True)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec

LARGEST = 1024 * 1024
"""Bytes of a body that is looked into for its user."""
_SESSION = b"x-loomwork-session"
_KEYS = (b"authorization", b"x-api-key", b"cookie")


class _Said(msgspec.Struct):
    user: Any = None
    metadata: Any = None


_decode = msgspec.json.Decoder(_Said).decode


def lands(canary: str, who: str, share: float) -> bool:
    """Say whether somebody goes to the canary."""
    found = hashlib.sha256(f"{canary}\0{who}".encode()).digest()
    return int.from_bytes(found[:8], "big") < share * 2**64


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """Return a header; empty where it is not there."""
    return next((value.decode("latin-1") for each, value in headers if each == name), "")


def who_asks(headers: Iterable[tuple[bytes, bytes]], body: bytes, client: str) -> str:
    """Return what a share sticks to: the session, else the user that the body names, else the key, else the address.

    >>> who_asks([(b"x-loomwork-session", b"s1")], b'{"user": "mei"}', "")
    's1'
    >>> who_asks([(b"authorization", b"Bearer k")], b'{"user": "mei"}', ""), who_asks([], b"", "10.0.0.1")
    ('mei', '10.0.0.1')
    """
    found = list(headers)
    return header(found, _SESSION) or _user(body) or next(filter(None, (header(found, each) for each in _KEYS)), client)


def _user(body: bytes) -> str:
    if not body:
        return ""
    try:
        said = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    if isinstance(said.user, str) and said.user:
        return said.user
    inner: Any = said.metadata
    user: Any = inner.get("user_id") if isinstance(inner, dict) else None  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] # any JSON
    return user if isinstance(user, str) else ""
