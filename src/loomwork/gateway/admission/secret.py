"""What an API key looks like, and what is kept of it. Pure; knows no store and no owner.

`lw_`, 43 characters of 256 random bits, 6 of a checksum: the prefix lets scanners of repositories find a lost key, the
checksum tells a typing error from a key that is not known, without asking anybody. What is kept is the SHA-256 of the
whole: a slow hash is for what people choose, and these bits nobody can try out.
"""

import hashlib
import secrets
import zlib
from collections.abc import Callable

PREFIX = "lw_"
BITS = 256
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BODY, _CHECK = 43, 6
LENGTH = len(PREFIX) + _BODY + _CHECK
PATTERN = rf"\blw_[0-9A-Za-z]{{{_BODY + _CHECK}}}\b"
"""For scanners of text."""
SHOWN = 4
"""So many of the check characters are kept, for people to tell keys apart by."""


def make(entropy: Callable[[int], int] = secrets.randbits) -> str:
    """Return a new key.

    >>> key = make(lambda bits: 7)
    >>> len(key), key[:5], is_whole(key)
    (52, 'lw_00', True)
    """
    body = _base62(entropy(BITS), _BODY)
    return f"{PREFIX}{body}{_check(body)}"


def is_whole(presented: str) -> bool:
    """Say whether something has the form of a key and its checksum: False for what was mistyped or cut."""
    if len(presented) != LENGTH or not presented.startswith(PREFIX):
        return False
    return _check(presented[len(PREFIX) : -_CHECK]) == presented[-_CHECK:]


def hashed(presented: str) -> bytes:
    """Return what is kept of a key."""
    return hashlib.sha256(presented.encode("utf-8", "surrogateescape")).digest()


def ending(secret: str) -> str:
    """Return the last characters of a key: part of the checksum, they tell little of its bits."""
    return secret[-SHOWN:]


def _check(body: str) -> str:
    return _base62(zlib.crc32(body.encode("utf-8", "surrogateescape")), _CHECK)


def _base62(number: int, digits: int) -> str:
    text: list[str] = []
    for _ in range(digits):
        number, digit = divmod(number, 62)
        text.append(_ALPHABET[digit])
    return "".join(reversed(text))
