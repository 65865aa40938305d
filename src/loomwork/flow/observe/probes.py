"""What tests of a path can tell: kind, target of a link, size, times, access. Reads nothing but the stat."""

import os
import stat

Probe = str
"""What was asked: `kind` follows links (exists, is_file), `link` does not (is_symlink, lexists); `size`, `time`;
`stat` and `lstat` are all of it; `access 4` asks for the permission to read.
"""

_stat = os.stat
_lstat = os.lstat
_readlink = os.readlink

MISSING = "missing"


def probe(path: str, asked: Probe) -> str:
    """Ask a path again and return the answer as text."""
    if asked.startswith("access"):
        return "yes" if os.access(path, int(asked[6:] or 0)) else "no"
    try:
        found = _lstat(path) if asked in ("link", "lstat") else _stat(path)
    except (OSError, ValueError) as error:
        return failure(error)
    return told(path, found, asked)


def failure(error: Exception) -> str:
    """Return how a failed test reads."""
    return MISSING if isinstance(error, FileNotFoundError | NotADirectoryError) else type(error).__name__


def told(path: str, found: os.stat_result, asked: Probe) -> str:
    """Return what a stat tells someone who asked for this much."""
    match asked:
        case "kind":
            return _kind(found.st_mode)
        case "link":
            return f"link to {_readlink(path)}" if stat.S_ISLNK(found.st_mode) else _kind(found.st_mode)
        case "size":
            return f"{found.st_size} bytes"
        case "time":
            return f"modified at {found.st_mtime_ns}"
        case _:
            return f"{_kind(found.st_mode)}, {found.st_size} bytes, modified at {found.st_mtime_ns}"


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "other"
