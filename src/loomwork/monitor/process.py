"""How this process is doing: processor, memory, open files, and GPUs where pynvml finds any. Knows no store."""

import os
import resource
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from msgspec import Struct, json

_STATM, _FDS = Path("/proc/self/statm"), Path("/proc/self/fd")
_KIB = 1024


class Gpu(Struct, frozen=True, kw_only=True):
    """One GPU."""

    name: str
    used: float
    """Share of time that it was busy, 0 to 1."""
    memory: int
    """Bytes in use."""
    memory_of: int


def rss_bytes() -> int:
    """Return the memory that this process has in use; the most it had where the system does not tell."""
    try:
        return int(_STATM.read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KIB


def open_files() -> int:
    """Return how many files and sockets are open; 0 where the system does not tell."""
    try:
        return len(os.listdir(_FDS))
    except OSError:
        return 0


class Processor:
    """Tells the processor time that this process took since it was last asked, in seconds a second."""

    def __init__(self) -> None:
        self._at, self._used = time.monotonic(), time.process_time()

    def used(self) -> float:
        """Return it."""
        now, used = time.monotonic(), time.process_time()
        passed, took = now - self._at, used - self._used
        self._at, self._used = now, used
        return took / passed if passed > 0 else 0.0


class Gpus:
    """The GPUs of this machine; none where there is no pynvml, no driver or no card."""

    def __init__(self) -> None:
        self._nvml: Any = None
        if find_spec("pynvml") is None:
            return
        nvml = import_module("pynvml")
        try:
            nvml.nvmlInit()
        except nvml.NVMLError:
            return
        self._nvml = nvml

    def read(self) -> list[Gpu]:
        """Return how each is doing."""
        nvml = self._nvml
        if nvml is None:
            return []
        try:
            return [self._one(nvml, number) for number in range(nvml.nvmlDeviceGetCount())]
        except nvml.NVMLError:
            return []

    def _one(self, nvml: Any, number: int) -> Gpu:
        handle = nvml.nvmlDeviceGetHandleByIndex(number)
        name = nvml.nvmlDeviceGetName(handle)
        memory = nvml.nvmlDeviceGetMemoryInfo(handle)
        busy = nvml.nvmlDeviceGetUtilizationRates(handle).gpu / 100
        shown = name.decode() if isinstance(name, bytes) else str(name)
        return Gpu(name=f"{number} {shown}", used=busy, memory=int(memory.used), memory_of=int(memory.total))


def packed(gpus: list[Gpu]) -> str:
    """Return GPUs as `ProcessSample.gpus` keeps them."""
    return json.encode(gpus).decode() if gpus else ""


def unpacked(text: str) -> list[Gpu]:
    """Return the GPUs of a sample."""
    return json.decode(text, type=list[Gpu]) if text else []
