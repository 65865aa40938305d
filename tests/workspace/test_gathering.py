"""What one turn of the event loop writes leaves in one piece, and nothing waits longer than that turn."""

import asyncio
from typing import Any

import pytest

from loomwork.workspace.gathering import Gathered


class Wire:
    """A transport that notes what it is told."""

    def __init__(self) -> None:
        self.told: list[bytes | str] = []

    def write(self, data: bytes) -> None:
        self.told.append(data)

    def close(self) -> None:
        self.told.append("closed")

    def abort(self) -> None:
        self.told.append("aborted")

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return name if name == "peername" else default

    def is_closing(self) -> bool:
        return "closed" in self.told

    def pause_reading(self) -> None:
        self.told.append("paused")

    def resume_reading(self) -> None:
        self.told.append("resumed")

    def get_write_buffer_size(self) -> int:
        return 7


@pytest.fixture
def wire() -> Wire:
    return Wire()


def gathered(wire: Wire) -> Gathered:
    return Gathered(wire, asyncio.get_running_loop())


async def test_what_is_written_in_one_turn_leaves_in_one_piece(wire: Wire) -> None:
    out = gathered(wire)
    out.write(b"head")
    out.write(b"body")
    assert wire.told == []
    await asyncio.sleep(0)
    out.write(b"next")
    await asyncio.sleep(0)
    assert wire.told == [b"headbody", b"next"]


async def test_what_is_long_is_written_at_once_and_in_order(wire: Wire) -> None:
    out = gathered(wire)
    out.write(b"a")
    out.write(b"b" * 70_000)
    out.write(b"c")
    assert wire.told == [b"a" + b"b" * 70_000]
    await asyncio.sleep(0)
    assert wire.told[1:] == [b"c"]


async def test_closing_writes_what_waits_and_aborting_drops_it(wire: Wire) -> None:
    out = gathered(wire)
    out.write(b"last words")
    out.close()
    assert wire.told == [b"last words", "closed"]
    assert out.is_closing()
    other = Wire()
    cut = gathered(other)
    cut.write(b"never sent")
    cut.abort()
    await asyncio.sleep(0)
    assert other.told == ["aborted"]


async def test_everything_else_is_the_transports_own(wire: Wire) -> None:
    out = gathered(wire)
    out.pause_reading()
    out.resume_reading()
    assert (out.get_extra_info("peername"), out.get_write_buffer_size()) == ("peername", 7)
    assert wire.told == ["paused", "resumed"]
