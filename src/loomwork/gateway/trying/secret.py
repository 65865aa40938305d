"""Tokens of links and sessions: how they look, what is kept of them. Pure.

256 random bits cannot be tried out, so a plain SHA-256 is kept: a slow hash is for what people choose. The token
stands behind the `#` of an address: that part is sent to no server, stands in no log, and programs that look at links
before people do (in chats and mails) do not use it up.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from urllib.parse import quote

PREFIX = "lwt_"
_BYTES = 32
LONGEST = 128
"""Longer ones are none of ours, and are not hashed."""


def make(entropy: Callable[[int], str] = secrets.token_urlsafe) -> str:
    """Return a new token.

    >>> make(lambda size: "x" * size)[:6]
    'lwt_xx'
    """
    return PREFIX + entropy(_BYTES)


def hashed(token: str) -> bytes:
    """Return what is kept of it; of what cannot be a token, nothing.

    >>> hashed(""), hashed("no token"), len(hashed("lwt_abc"))
    (b'', b'', 32)
    """
    if not token.startswith(PREFIX) or len(token) > LONGEST:
        return b""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def address(base: str, served: str, token: str) -> str:
    """Return the link.

    >>> address("https://ai.example.com/", "answer", "lwt_x")
    'https://ai.example.com/try/answer#lwt_x'
    """
    return f"{base.rstrip('/')}/try/{quote(served, safe='')}#{token}"
