"""Whether the process that began something is still that process. Knows nothing of runs.

A number alone is not enough: process ids come round again, and in a container every main process is number 1. So the
start of the process and the machine's boot are remembered with it, where the system tells them.
"""

import os
import socket
from pathlib import Path

_START_FIELD = 19
"""Place of `starttime` in /proc/PID/stat, counted after the command's closing bracket."""


def identity(pid: int) -> str:
    """Return what tells this process from another with its number: machine, boot and start; empty if unknown."""
    start = _start_of(pid)
    return f"{socket.gethostname()} {_boot()} {start}" if start else ""


def is_gone(pid: int, identified: str) -> bool:
    """Say whether a process is known to have ended. On another machine nobody can know: False."""
    if pid <= 0:
        return False
    if not identified:
        return not _exists(pid)
    host, boot, start = identified.split(" ", 2)
    if host != socket.gethostname():
        return False
    return boot != _boot() or start != _start_of(pid)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _start_of(pid: int) -> str:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[:1] in (["Z"], ["X"]) or len(fields) <= _START_FIELD else fields[_START_FIELD]


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
