"""A serving process: a release is taken or found, laid out, opened, and served until the supervisor says otherwise.

Knows no command. What is switched off is looked up in the store a few times a second, so that it holds in every server.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import uvicorn

from loomwork.gateway.caching.exact import Exact
from loomwork.gateway.releases.child import Order, Serving
from loomwork.kernel.errors.base import LoomworkError
from loomwork.store import open_store
from loomwork.store.releases import PromotionRow
from loomwork.workspace.finding import home_of
from loomwork.workspace.folder import environment_key, make_folder
from loomwork.workspace.knowing import HOME
from loomwork.workspace.opening import Workspace
from loomwork.workspace.releasing.gathering import effective
from loomwork.workspace.releasing.keeping import find, keep, laid_out, take
from loomwork.workspace.releasing.snapshots import follow, stamp_of
from loomwork.workspace.serving import Built
from loomwork.workspace.settings import load_settings

LOOK_S = 0.25
"""How often what is switched off is looked up."""
log = logging.getLogger("loomwork")


class Prepared(NamedTuple):
    """A release ready to be opened."""

    project: Path
    release: str


def prepare(order: Order, home: Path, store_url: str) -> Prepared:
    """Take the release of the project as it is (or find the one ordered), and make this process work in its folder.

    Raises what `laid_out` does, and `WrongSettings`.
    """
    if not order.release:
        load_settings(home)  # what is wrong with them is said with the lines of the project's own file
    make_folder(home)
    environment_key(home)  # one key for all releases: it decides whether a variable is as it was
    store = open_store(store_url)
    try:
        if order.release:
            release = find(store, order.release).id
        else:
            taken = take(home)
            keep(store, taken, now_ns=time.time_ns())
            release = taken.id
        laid = laid_out(home, store, release)
        if order.first:
            store.releases.promote(PromotionRow(at_ns=time.time_ns(), release=release, by="serve"))
    finally:
        store.close()
    for name in effective(home, os.environ)[1]:
        os.environ.pop(name, None)  # the release's own settings hold what it said
    os.chdir(laid.project)
    sys.dont_write_bytecode = True
    _put_first(home.resolve(), laid.project)
    for root, pinned in zip(_roots(home), laid.roots, strict=False):
        _put_first(root, pinned)
    return Prepared(laid.project, release)


def serve_release(
    order: Order, workspace: Workspace, built: Built, config: uvicorn.Config, *, opened: Callable[[], None]
) -> None:
    """Serve until told to end.

    Args:
        order: From the supervisor; its `release` is the one that is served.
        workspace: The release, open.
        built: From `build`.
        config: How HTTP is spoken.
        opened: Called when requests are answered.
    """
    ending = threading.Event()
    kills = threading.Thread(target=_follow, args=(workspace, built, ending), name="loomwork-switches", daemon=True)
    kills.start()

    def stop() -> None:
        built.gateway.stopping = True

    serving = Serving(order, config, {"served": built.gateway.about["served"]}, opened=opened, ending=stop)
    gc.collect()
    gc.freeze()  # what is there by now stays to the end
    try:
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(serving.serve())
    finally:
        ending.set()
        kills.join()


def _follow(workspace: Workspace, built: Built, ending: threading.Event) -> None:
    """Keep what is switched off as the store says, and out of pinned snapshots what was taken out of the index."""
    seen: dict[str, tuple[int, ...]] = {}
    while True:
        _look(workspace, built)
        _follow_bases(workspace, seen)
        if ending.wait(LOOK_S):
            return


def _follow_bases(workspace: Workspace, seen: dict[str, tuple[int, ...]]) -> None:
    home = home_of(workspace.project)
    for base in workspace.knowledge.names if home != workspace.project else ():
        live = home / HOME / base
        stamp = stamp_of(live)
        if seen.get(base) != stamp:
            try:
                if follow(live, workspace.project / HOME / base):
                    log.warning("knowledge %s: what was taken out, or may be read by others, is carried over", base)
            except LoomworkError as error:  # it is being built: the next look will do
                log.warning("knowledge %s cannot be looked at now (%s)", base, error)
                continue
            seen[base] = stamp


def _look(workspace: Workspace, built: Built) -> None:
    try:
        off = frozenset(each.what for each in workspace.store.releases.killed())
    except LoomworkError as error:  # a store that cannot be read now will be; what was off stays off
        log.warning("what is switched off cannot be looked up (%s)", error)
        return
    switches = workspace.runtime.switches
    if off != switches.off:
        switches.off = off
        built.gateway.serving.off = off
        built.gateway.cache = Exact(built.gateway.settings.cache_bytes)  # answers of what is off are in the old one
        log.warning("switched off: %s", ", ".join(sorted(off)) or "nothing")


def _put_first(live: Path, pinned: Path) -> None:
    """Have imports find a release's code before the project's own, wherever that is on the path."""
    entries = [Path(each).resolve() for each in sys.path if each]
    below = [each.relative_to(live) for each in entries if each.is_relative_to(live)]
    for each in [*reversed(below), Path()]:
        found = pinned / each
        if found.is_dir() and str(found) not in sys.path:
            sys.path.insert(0, str(found))
    sys.path[:] = [each for each in sys.path if each and not _is_code_of(Path(each).resolve(), live)]


def _is_code_of(path: Path, live: Path) -> bool:
    """Say whether an entry of the path is the project's own code; its virtual environment and its releases are not."""
    if not path.is_relative_to(live):
        return False
    return not any(part.startswith(".") or part.endswith("-packages") for part in path.relative_to(live).parts)


def _roots(home: Path) -> list[Path]:
    roots: list[str] = effective(home, os.environ)[0].get("project", {}).get("roots", [])
    return [(home / root).resolve() for root in roots]


def listening_of(order: Order) -> socket.socket:
    """Return the listening socket, to be asked for its address."""
    return socket.socket(fileno=os.dup(order.fd))
