"""What the playground's process is told and what it tells: one JSON line each. Knows no model and no HTTP."""

from __future__ import annotations

import threading
from typing import BinaryIO, Literal, TypeAlias

import msgspec
from msgspec import Struct

from loomwork.studio.wire.playground import Play, PlayDelta, PlayDone, PlayEnd, PlayStart
from loomwork.studio.wire.problem import Problem

BEAT_S = 0.05
"""How often text that has arrived is passed on."""


class Job(Struct, frozen=True, kw_only=True):
    """The one line that goes in."""

    project: str
    store: str
    play: Play


class Refused(Struct, frozen=True, kw_only=True, tag="refused", tag_field="event"):
    """Nothing could be asked."""

    problem: Problem


Line: TypeAlias = PlayStart | PlayDelta | PlayDone | PlayEnd | Refused


class Lines:
    """Writes events; text is gathered until the next beat. Safe to use from several threads."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._waiting: dict[tuple[int, Literal["text", "reasoning"]], list[str]] = {}

    def give(self, event: Line) -> None:
        """Write an event behind all the text that has arrived."""
        with self._lock:
            self._flush()
            self._write(event)

    def add(self, variant: int, text: str, kind: Literal["text", "reasoning"] = "text") -> None:
        """Keep text for the next beat."""
        with self._lock:
            self._waiting.setdefault((variant, kind), []).append(text)

    def beat(self) -> None:
        """Write the text that has arrived."""
        with self._lock:
            self._flush()

    def _flush(self) -> None:
        for (variant, kind), texts in self._waiting.items():
            self._write(PlayDelta(variant=variant, text="".join(texts), kind=kind))
        self._waiting.clear()

    def _write(self, event: Line) -> None:
        self._out.write(msgspec.json.encode(event) + b"\n")
        self._out.flush()
