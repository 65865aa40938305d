"""What a behaviour is: a digest, and the parts that it is made of. Knows nothing of how they are found."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType

import msgspec
from msgspec import Struct

from loomwork.flow.behaviour.nodes import Lines
from loomwork.kernel.canonical import Digest

SHOWN = 2000
"""Most characters of a part's text."""


class Part(Struct, frozen=True, kw_only=True):
    """One thing that can change a result: a function, a class, a constant, a default, a package, ..."""

    kind: str
    """code, class, attribute, field, constant, default, closure, module, effect, project, package, python, loomwork."""
    name: str
    """`module:qualname`, or `module.NAME` for a constant."""
    file: str
    """Relative to the project; empty where there is none."""
    line: int
    digest: str
    """Of this part alone, without what it refers to; equal after a rename or a move."""
    shown: str
    """Its text, cut to `SHOWN` characters."""
    refs: tuple[int, ...] = ()
    """The parts that it refers to, in the order of its own text."""


class Behaviour:
    """What a function or class does, as one hash.

    `slots` are the steps that it reaches, in order of encounter; `outside` says what makes its results unverifiable;
    `codes` are the code objects of the functions reached (not part of the digest), `imports` the lines of modules
    whose text stands for a value that has no form;
    `whole` says that the whole project counts, and `widened` where analysis gave up and took a module or all of it.
    """

    __slots__ = ("_parts", "_render", "codes", "digest", "imports", "outside", "slots", "whole", "widened")

    def __init__(
        self,
        *,
        digest: Digest,
        parts: tuple[Part, ...] = (),
        slots: tuple[object, ...] = (),
        outside: tuple[str, ...] = (),
        widened: tuple[str, ...] = (),
        codes: tuple[CodeType, ...] = (),
        imports: tuple[Lines, ...] = (),
        whole: bool = False,
        render: Callable[[], tuple[Part, ...]] | None = None,
    ) -> None:
        self.digest = digest
        self.slots = slots
        self.outside = outside
        self.widened = widened
        self.codes = codes
        self.imports = imports
        self.whole = whole
        self._parts = parts
        self._render = render

    @property
    def parts(self) -> tuple[Part, ...]:
        """Everything the digest is made of, the function or class itself first. Put together when first asked for."""
        if self._render is not None:
            self._parts, self._render = self._render(), None
        return self._parts

    def packed_parts(self) -> bytes:
        """Return the parts as a blob."""
        return msgspec.msgpack.encode(self.parts)

    def __repr__(self) -> str:
        return f"<behaviour {self.digest[:12]}>"


def unpack_parts(data: bytes) -> tuple[Part, ...]:
    """Return the parts that `packed_parts` wrote."""
    return msgspec.msgpack.decode(data, type=tuple[Part, ...])


def cut(text: str) -> str:
    """Return a text short enough to be shown."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
