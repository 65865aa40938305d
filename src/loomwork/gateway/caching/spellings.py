"""Requests as they were spelled, byte for byte, and what they came to: whoever repeats one need not be read again.

What is remembered says nothing of the answer, which the exact cache holds or does not. Knows nothing of requests.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")
_LONGEST = 16 * 1024
"""Bytes of a request that is remembered."""


class Spellings(Generic[T]):
    """What requests came to, the longest unused going first.

    Args:
        most: How many are held.

    >>> found = Spellings[int](1)
    >>> found.put("a", 1, 10)
    >>> found.put("b", 2, 10)
    >>> found.get("a"), found.get("b")
    (None, 2)
    """

    def __init__(self, most: int = 2048) -> None:
        self._most = most
        self._held: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, spelled: Hashable) -> T | None:
        """Return what a request came to."""
        found = self._held.get(spelled)
        if found is not None:
            self._held.move_to_end(spelled)
        return found

    def put(self, spelled: Hashable, meant: T, size: int) -> None:
        """Remember a request of `size` bytes, unless it is long."""
        if size <= _LONGEST:
            self._held[spelled] = meant
            if len(self._held) > self._most:
                self._held.popitem(last=False)
