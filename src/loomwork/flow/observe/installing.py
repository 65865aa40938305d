"""Put the hook and all replacements in place, and take the replacements away again. Knows no event itself."""

import asyncio
import concurrent.futures.thread
import functools
import linecache
import os
import random
import socket
import threading
import time
from types import ModuleType
from typing import Any

from loomwork.flow.observe import carry, chance, readers, sockets, uvloops, wraps
from loomwork.flow.observe.hook import add_hook
from loomwork.flow.observe.late import Late
from loomwork.flow.observe.outsides import TABLE
from loomwork.flow.observe.patches import Patches
from loomwork.flow.observe.remembers import note_existing, noting
from loomwork.flow.observe.sqlitewatch import connecting

_SENDS = ("send", "sendall", "recv", "recv_into")
_SSL_SENDS = ("send", "recv", "recv_into", "read", "write")
_POOL_METHODS = ("apply_async", "_map_async", "imap", "imap_unordered")

patches = Patches()
_late = Late()


def put_in_place() -> None:
    """Wrap what raises no event. Idempotent."""
    add_hook()
    _paths_and_environment()
    _clock()
    _chance()
    _contexts()
    _connections()
    _caches()
    for name in readers.READERS:
        _late.when(name, _wrap_reader)
    _late.start()


def take_away() -> None:
    """Put back what was wrapped. The audit hook stays and does nothing."""
    _late.stop()
    patches.restore()


def _paths_and_environment() -> None:
    for name in ("stat", "lstat"):
        patches.function(os, name, wraps.stat)
    patches.function(os, "access", wraps.access)
    for name in ("getline", "getlines"):
        patches.function(linecache, name, wraps.source_lines)
    environ = type(os.environ)
    patches.method(environ, "__getitem__", wraps.environ_getitem)
    patches.method(environ, "__iter__", wraps.environ_iter)
    for name in ("__setitem__", "__delitem__"):
        patches.method(environ, name, wraps.environ_change)


def _clock() -> None:
    table = TABLE["clock"]
    for dotted in table["seen"]:
        patches.function(time, dotted.removeprefix("time."), wraps.outside("clock"))
    for dotted, count in table["seen_without_argument"].items():
        patches.function(time, dotted.removeprefix("time."), wraps.outside("clock", unless_args=count))
    _late.when("uuid", lambda module: patches.function(module, "uuid1", wraps.outside("clock")))


def _chance() -> None:
    for name in ("urandom", "getrandom"):
        patches.function(os, name, wraps.outside("random"))
    patches.function(random, "_urandom", wraps.outside("random"))
    patches.method(random.Random, "seed", chance.seeding_instance)
    _share(random, chance.Shared(), [name for name in random.__all__ if name.islower()])
    _late.when("numpy.random", _numpy_random)


def _share(module: Any, shared: chance.Shared, names: list[str]) -> None:
    """Replace a module's draws from its one generator."""
    for name in names:
        if name == "seed":
            patches.function(module, name, shared.seeding)
        elif name not in ("getstate", "setstate", "get_state", "set_state", "default_rng"):
            patches.function(module, name, shared.drawing)


def _numpy_random(module: ModuleType) -> None:
    generator = getattr(getattr(module, "mtrand", None), "_rand", None)
    names = [name for name in module.__all__ if getattr(getattr(module, name), "__self__", None) is generator]
    _share(module, chance.Shared(), [*names, "seed"])


def _contexts() -> None:
    patches.method(threading.Thread, "start", carry.starting)
    patches.method(concurrent.futures.thread.ThreadPoolExecutor, "submit", carry.submitting)
    patches.method(asyncio.BaseEventLoop, "create_task", carry.creating_task)
    _late.when("uvloop", lambda module: patches.method(module.Loop, "create_task", carry.creating_task))
    _late.when("concurrent.futures.process", _process_executor)
    _late.when("multiprocessing.pool", _process_pool)


def _process_executor(module: ModuleType) -> None:
    patches.method(module.ProcessPoolExecutor, "submit", carry.leaving_process("process pool"))


def _process_pool(module: ModuleType) -> None:
    for name in _POOL_METHODS:
        patches.method(module.Pool, name, carry.leaving_process("process pool"))


def _connections() -> None:
    for name in _SENDS:
        patches.method(socket.socket, name, sockets.watching(name))
    _late.when("ssl", _ssl)
    _late.when("uvloop", lambda module: uvloops.watch(module, patches))
    for name in ("sqlite3", "sqlite3.dbapi2"):
        _late.when(name, lambda module: patches.function(module, "connect", connecting))


def _ssl(module: ModuleType) -> None:
    for name in _SSL_SENDS:
        patches.method(module.SSLSocket, name, sockets.watching(name))


def _caches() -> None:
    note_existing()
    patches.method(functools, "lru_cache", noting)


def _wrap_reader(module: ModuleType) -> None:
    readers.wrap(module, patches)
