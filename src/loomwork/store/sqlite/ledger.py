"""Numbers that outlive their process: a small file that is mapped into memory. Knows nothing of what they count.

A process notes here what it has spent of its leases, at the price of writing eight bytes to memory. Killed at any
moment, it leaves the file as it was: the system, not the process, owns the pages. Only a machine that stops can lose
the last of them.
"""

import mmap
import os
import struct
import uuid
from pathlib import Path

_SLOTS = 512
_NUMBER = struct.Struct("<q")
_SIZE = _SLOTS * _NUMBER.size


class Ledger:
    """One process's numbers."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = f"{os.getpid()}-{uuid.uuid4().hex[:12]}"
        self.process = os.getpid()
        self._path = folder / self.name
        with self._path.open("w+b") as file:
            file.truncate(_SIZE)
            self._memory = mmap.mmap(file.fileno(), _SIZE)
        self._free = list(range(_SLOTS - 1, -1, -1))

    def take(self) -> int:
        """Return a slot that holds nought; the file grows where all are taken."""
        if not self._free:
            self._grow()
        slot = self._free.pop()
        self.note(slot, 0)
        return slot

    def give_back(self, slot: int) -> None:
        """Let a slot be taken again."""
        self._free.append(slot)

    def note(self, slot: int, number: int) -> None:
        """Write a number."""
        _NUMBER.pack_into(self._memory, slot * _NUMBER.size, number)

    def close(self) -> None:
        """Let go of the file; it goes too, unless a slot is taken, whose number others may need."""
        if len(self._free) * _NUMBER.size == len(self._memory):
            self._path.unlink(missing_ok=True)
        self._memory.close()

    def _grow(self) -> None:
        had = len(self._memory)
        with self._path.open("r+b") as file:
            file.truncate(2 * had)
            self._memory = mmap.mmap(file.fileno(), 2 * had)  # another thread may be writing to the one before
        self._free = list(range(2 * had // _NUMBER.size - 1, had // _NUMBER.size - 1, -1))


def read(folder: Path, name: str, slot: int) -> int | None:
    """Return what a process wrote, even one that has ended; None where its file is gone."""
    try:
        data = (folder / name).read_bytes()
    except OSError:
        return None
    place = slot * _NUMBER.size
    return _NUMBER.unpack_from(data, place)[0] if len(data) >= place + _NUMBER.size else None


def forget(folder: Path, name: str) -> None:
    """Remove the file of a process that has ended."""
    (folder / name).unlink(missing_ok=True)
