"""The project's own folder, .loomwork: made, kept out of git, with the key that hashes environment variables."""

import contextlib
import os
import secrets
from pathlib import Path

from loomwork.kernel.errors.workspace import StoreFolderUnusable

FOLDER = ".loomwork"
KEY_FILE = "env.key"
KEY_BYTES = 32
_IGNORE = "# made by loomwork: nothing here belongs into git\n*\n"


def make_folder(project: Path) -> Path:
    """Return the folder, made where it is missing. Raises `StoreFolderUnusable`."""
    folder = project / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        ignore = folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text(_IGNORE, encoding="utf-8")
    except OSError as bad:
        if folder.is_dir():
            return folder
        raise StoreFolderUnusable(path=str(folder), reason=bad.strerror or str(bad)) from None
    return folder


def environment_key(project: Path) -> bytes:
    """Return the secret with which values of environment variables are hashed; made once, readable by its owner only.

    Where it can neither be read nor written, a key of the moment is returned: variables then seem changed.
    """
    path = project / FOLDER / KEY_FILE
    known = _read(path)
    if known is not None:
        return known
    fresh = secrets.token_bytes(KEY_BYTES)
    part = path.with_name(f"{KEY_FILE}.{os.getpid()}.{secrets.token_hex(4)}")
    with contextlib.suppress(OSError):
        part.touch(mode=0o600)
        part.write_bytes(fresh)
        with contextlib.suppress(FileExistsError):
            os.link(part, path)  # the first process to get here wins, and no process sees half a key
    with contextlib.suppress(OSError):
        part.unlink()
    return _read(path) or fresh


def stored_key(project: Path) -> bytes:
    """Return the key without making one; of a project that has none, an empty one."""
    return _read(project / FOLDER / KEY_FILE) or b""


def _read(path: Path) -> bytes | None:
    try:
        key = path.read_bytes()
    except OSError:
        return None
    return key if len(key) == KEY_BYTES else None
