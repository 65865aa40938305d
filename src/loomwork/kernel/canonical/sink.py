"""Where the pieces of an encoding go: gathered, then hashed in batches. Knows nothing of what the pieces mean."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from loomwork.kernel.errors import CyclicValue, Unhashable, UsageError

BATCH = 4096
"""Pieces that are gathered before they are hashed."""
_PATH_SHOWN = 300
class_of: Callable[[Any], type[Any]] = type
"""`type(value)`, typed for values of any type."""
LONG = 2048
"""Data of this size is hashed at once, so that what is gathered stays small."""


class Hasher(Protocol):
    """What `hashlib` makes."""

    def update(self, data: bytes | memoryview, /) -> None:
        """Take more data."""
        ...


class Refused(Exception):
    """A value that cannot be encoded; gathers its path from the inside out on its way up."""

    def __init__(self, error: type[UsageError], **fields: object) -> None:
        super().__init__()
        self.error = error
        self.fields = fields
        self.path: list[str] = []

    def at(self, root: str) -> UsageError:
        """Return the error for people, with the path from `root`."""
        path = "".join(reversed(self.path))
        if len(path) > _PATH_SHOWN:
            path = f"{path[: _PATH_SHOWN // 2]} ... {path[-_PATH_SHOWN // 3 :]}"
        return self.error(where=(root + path) or "the top", **self.fields)


class Sink(list[bytes]):
    """The pieces so far, the code that was met, and the containers that are being written now.

    It also carries the choice of writers: `exact` by type, `plan` for types not in there. Without a hasher everything
    is kept, for `taken`.
    """

    __slots__ = ("_hasher", "active", "code", "exact", "plan")

    def __init__(
        self, exact: "Mapping[type, Writer]", plan: "Callable[[type], Writer]", *, hasher: Hasher | None = None
    ) -> None:
        self.exact = exact
        self.plan = plan
        self.active: set[int] = set()
        self.code: dict[int, object] = {}
        self._hasher = hasher

    def write(self, value: object) -> None:
        """Write one value of any type."""
        cls = class_of(value)
        (self.exact.get(cls) or self.plan(cls))(value, self)

    def write_at(self, step: str, value: object) -> None:
        """Write a part of a value; `step` leads to it in the path of an error."""
        cls = class_of(value)
        try:
            (self.exact.get(cls) or self.plan(cls))(value, self)
        except Refused as refused:
            refused.path.append(step)
            raise

    def enter(self, value: object) -> None:
        """Note that `value` is being written. Refuses one that is being written already."""
        key = id(value)
        if key in self.active:
            raise Refused(CyclicValue)
        self.active.add(key)

    def leave(self, value: object) -> None:
        """Note that `value` has been written."""
        self.active.discard(id(value))

    def note(self, thing: object) -> None:
        """Remember a class or function that was met, once, in order."""
        self.code.setdefault(id(thing), thing)

    def drain(self) -> None:
        """Hash what has been gathered."""
        if self._hasher is not None:
            self._hasher.update(b"".join(self))
            self.clear()

    def feed(self, data: bytes | memoryview) -> None:
        """Take long data without gathering it."""
        if self._hasher is None:
            self.append(bytes(data))
        else:
            self.drain()
            self._hasher.update(data)

    def taken(self) -> bytes:
        """Return all pieces of a sink without a hasher."""
        return b"".join(self)

    def inner(self) -> "Sink":
        """Return a sink for a part that must be compared before it is written (a member of a set)."""
        part = Sink(self.exact, self.plan)
        part.active = self.active
        return part


Writer = Callable[[Any, Sink], None]
"""Writes one value of the type that it was chosen for."""


def refuse(value: object, _out: Sink) -> None:
    """Refuse a value that has no canonical form."""
    raise Refused(Unhashable, type=type_name(type(value)))


def type_name(cls: type) -> str:
    """Return `module:qualname`.

    >>> type_name(Sink)
    'loomwork.kernel.canonical.sink:Sink'
    """
    return f"{cls.__module__}:{cls.__qualname__}"


def text(value: str) -> bytes:
    """Return a short text that delimits itself: its length in bytes, then UTF-8 (lone surrogates as they are).

    >>> text("ab")
    b'2:ab'
    """
    data = value.encode("utf-8", "surrogatepass")
    return b"%d:%b" % (len(data), data)
