"""File events: what was opened for reading, what was listed, what the call itself wrote."""

import os
import stat
from types import FrameType
from typing import Any, Literal

from loomwork.flow.observe.facts import Content, Listing
from loomwork.flow.observe.hashes import listing
from loomwork.flow.observe.live import live
from loomwork.flow.observe.names import PATHS, SHOWS_ONLY, SHOWS_SOURCE
from loomwork.flow.observe.stack import IMPORT, PROJECT

_stat = os.stat
_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR
_NOWHERE = -1
"""What audit events give as `dir_fd` where there is none."""
_VOLATILE = ("/proc/", "/sys/")
_CHANCE = ("/dev/urandom", "/dev/random", "/dev/hwrng")


def absolute(given: Any, folder: int = _NOWHERE) -> str | None:
    """Return the absolute path that a call was given, None where it cannot be known."""
    if given is None:
        return os.getcwd()
    if isinstance(given, int):
        return of_descriptor(given)
    text = os.fsdecode(given)
    if not os.path.isabs(text):
        base = os.getcwd() if folder == _NOWHERE else of_descriptor(folder)
        if base is None:
            return None
        text = f"{base}{os.sep}{text}" if text else base
    if "/.." in text:  # a link may stand before the dots: only the file system can tell
        head, tail = os.path.split(text)
        return os.path.realpath(text) if tail == ".." else os.path.join(os.path.realpath(head), tail)
    return os.path.normpath(text) if "/." in text or "//" in text or text.endswith("/") else text


def of_descriptor(descriptor: int) -> str | None:
    """Return the path behind an open file, None where the system does not tell."""
    for folder in ("/proc/self/fd", "/dev/fd"):
        try:
            found = os.readlink(f"{folder}/{descriptor}")
        except OSError:
            continue
        return found if os.path.isabs(found) else None
    return None


def is_nobodys(given: Any, frame: FrameType) -> bool:
    """Say quickly that an opened file concerns nobody: most are opened by imports, or while no step runs."""
    if frame.f_code.co_name != "get_data" and live.kinds[frame.f_code.co_filename] == IMPORT:
        return True
    return (type(given) is str and given.startswith(live.libraries)) or live.is_idle(frame)


def on_open(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note a file that is being opened."""
    given, flags = args[0], args[2]
    asker = _asker(frame, given)
    if asker is None or isinstance(given, int):
        return
    path = absolute(given)
    if path is None or live.is_ignored(path):
        return
    access = flags & _ACCESS
    exclusive = flags & os.O_CREAT and flags & os.O_EXCL
    if access == os.O_RDONLY:
        read(path, asker)
    elif exclusive or flags & os.O_TRUNC:
        if not (exclusive and os.path.lexists(path)):
            live.wrote(path, whole=True)
    else:
        if access == os.O_RDWR:
            read(path, asker)
        live.wrote(path, whole=not os.path.lexists(path))


def read(path: str, frame: FrameType | None) -> None:
    """Note that a file is read."""
    if _is_no_file(path, frame):
        return
    frames = live.frames(frame)
    if frames is None or (frames and _only_shows_source(frame)):
        return
    watches = live.watches()
    if not watches and not frames:
        return
    fact = Content(path)
    if watches:
        fact.hash_now()
    else:
        fact.hash_if_young()
    for watch in watches:
        match watch.wrote(path):
            case None:
                watch.sees(fact)
            case "part" if watch.known(fact.key) is None:
                watch.spoil(f"file {watch.place.name(path)} was changed by the call before it was read")
            case _:
                pass
    live.beneath.add(frames, fact)


def _is_no_file(path: str, frame: FrameType | None) -> bool:
    """Say whether there is something that has no content: a folder, or what makes the call outside."""
    if path.startswith(_VOLATILE):
        if live.reader(frame, PATHS) is not None:  # libraries look there for the number of processors
            live.touched(f"system: {path}", frame)
        return True
    mode = _mode(path)
    if mode is None or stat.S_ISREG(mode):
        return False
    if path in _CHANCE:
        live.touched(f"random: {path}", frame)
    elif not stat.S_ISDIR(mode) and path != os.devnull:
        live.touched(f"device: {path}", frame)
    return True


def on_listdir(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note a folder that is being listed by name."""
    _listed(args[0], frame, "names")


def on_scandir(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note a folder that is being scanned: who holds the entries may look at their sizes and times."""
    direct = live.kinds[frame.f_code.co_filename] == PROJECT
    _listed(args[0], frame, "stats" if direct else "names")


def _listed(given: Any, frame: FrameType, detail: Literal["names", "stats"]) -> None:
    if live.kinds[frame.f_code.co_filename] == IMPORT:
        return
    path = absolute(given)
    if path is None or live.is_ignored(path + os.sep) or path.endswith(("/__pycache__", "/.loomwork")):
        return
    if path.startswith(_VOLATILE):
        live.touched(f"system: {path}", frame)
        return
    frames = live.frames(frame)
    if frames is None:
        return
    watches = live.watches()
    if not watches and not frames:
        return
    fact = Listing(path, listing(path, stats=detail == "stats"), detail)
    for watch in watches:
        if watch.wrote(path) is None:
            watch.sees(fact)
    live.beneath.add(frames, fact)


def on_rename(_event: str, args: tuple[Any, ...], _frame: FrameType) -> None:
    """Note that a file is moved: what the call wrote stays its own under the new name."""
    source, target = absolute(args[0], args[2]), absolute(args[1], args[3])
    if source is None or target is None or live.is_ignored(target):
        return
    watch = live.acting()
    if watch is not None:
        watch.moves(source, target)


def on_remove(_event: str, args: tuple[Any, ...], _frame: FrameType) -> None:
    """Note that a path is removed."""
    _written(args[0], args[1])


def on_mkdir(_event: str, args: tuple[Any, ...], _frame: FrameType) -> None:
    """Note that a folder is made, where there is nothing yet."""
    _written(args[0], args[2], new=True)


def on_symlink(event: str, args: tuple[Any, ...], _frame: FrameType) -> None:
    """Note that a link is made."""
    _written(args[1], args[3] if event == "os.link" else args[2], new=True)


def on_truncate(_event: str, args: tuple[Any, ...], _frame: FrameType) -> None:
    """Note that a file is cut."""
    path = absolute(args[0])
    if path is not None and not live.is_ignored(path):
        live.wrote(path, whole=False)


def on_mmap(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note a file that is mapped from a handle which may have been opened long ago."""
    path = of_descriptor(args[0]) if args[0] != _NOWHERE else None
    if path is not None and not path.startswith(("/dev/", "/memfd:")) and not live.is_ignored(path):
        read(path, frame)


def _written(given: Any, folder: int, *, new: bool = False) -> None:
    path = absolute(given, folder)
    if path is not None and not live.is_ignored(path) and not (new and os.path.lexists(path)):
        live.wrote(path, whole=True)


def _mode(path: str) -> int | None:
    try:
        return _stat(path).st_mode
    except (OSError, ValueError):
        return None


def _asker(frame: FrameType, given: Any) -> FrameType | None:
    """Return the frame that reads; None for the import machinery, unless it is asked for data (`pkgutil.get_data`)."""
    if live.kinds[frame.f_code.co_filename] != IMPORT:
        return frame
    caller = frame.f_back
    if frame.f_code.co_name != "get_data" or caller is None or live.kinds[caller.f_code.co_filename] == IMPORT:
        return None
    return None if isinstance(given, str) and given.endswith((".py", ".pyc")) else caller


def _only_shows_source(frame: FrameType | None) -> bool:
    """Say whether source lines are fetched for a log line or a warning, which is no result."""
    while frame is not None and SHOWS_SOURCE[frame.f_globals.get("__name__", "")]:
        frame = frame.f_back
    return frame is not None and SHOWS_ONLY[frame.f_globals.get("__name__", "")]
