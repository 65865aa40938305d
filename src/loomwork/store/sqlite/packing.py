"""Between the text of ids and digests and the bytes that rows keep. Pure; knows no table."""

from loomwork.kernel.canonical import Digest, digest_bytes

_HEX = frozenset("0123456789abcdef")
LOWEST = -(1 << 63)


def packed(text: str) -> bytes | str:
    r"""Return lower-case hex as bytes (half the size), anything else as it is; `unpacked` undoes it.

    >>> packed("00ff"), packed("t1"), packed("")
    (b'\x00\xff', 't1', b'')
    """
    try:
        data = bytes.fromhex(text)
    except ValueError:
        return text
    return data if data.hex() == text else text


def unpacked(data: bytes | str) -> str:
    """Return the text that `packed` took."""
    return data if isinstance(data, str) else data.hex()


def packed_or_none(text: str | None) -> bytes | str | None:
    """Do the same where there may be nothing."""
    return None if text is None else packed(text)


def digest_or_none(data: bytes | str | None) -> Digest | None:
    """Return a digest where there is one."""
    return None if data is None else Digest(data if isinstance(data, str) else data.hex())


def head_or_none(data: bytes | str | None) -> int | None:
    """Do what `head` does, where SQL may ask with NULL."""
    return None if data is None else head(data)


def head(data: bytes | str) -> int:
    """Return a number that stands for a digest in an index: its first eight bytes.

    >>> head(bytes.fromhex("ffffffffffffffff00"))
    -1
    """
    if isinstance(data, str):
        data = bytes.fromhex(digest_bytes(data.encode()))
    return int.from_bytes(data[:8], "big", signed=True)
