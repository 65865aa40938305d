"""What every endpoint works with: the project, its store, and what must end when the server ends. Knows no HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from loomwork.store.protocols import Store

Part = TypeVar("Part")


@dataclass(slots=True, kw_only=True)
class Studio:
    """One open studio."""

    folder: Path
    """The project."""
    store: Store
    store_url: str
    """The store's address with its path made absolute, as processes that the studio starts are given it."""
    parts: dict[type, Any] = field(default_factory=dict[type, Any])
    """One object a class, for endpoints that keep something between requests (caches, processes)."""
    closing: list[Callable[[], Awaitable[None]]] = field(default_factory=list[Callable[[], Awaitable[None]]])
    """Called when the server ends, last first."""

    ending: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server is told to end: streams end by themselves, for it waits for what is being answered."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    """Held while a part is made: requests come from several threads."""

    def part(self, kind: Callable[[Studio], Part]) -> Part:
        """Return the one object of a class, made from the studio at its first use."""
        with self.lock:
            if kind not in self.parts:
                self.parts[kind] = kind(self)  # pyright: ignore[reportArgumentType]  a class is its own key
        found: Part = self.parts[kind]  # pyright: ignore[reportArgumentType]  a class is its own key
        return found

    async def close(self) -> None:
        """End what was begun."""
        while self.closing:
            await self.closing.pop()()
