"""What the release commands share: a release by the beginning of its name, as data, and who does what to it."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Any

from loomwork.kernel.errors.releases import NotServing, ReleaseFailed

if TYPE_CHECKING:
    from loomwork.cli.session import Session
    from loomwork.cli.supervising import Server
    from loomwork.store.protocols import Store
    from loomwork.store.releases import ReleaseRow


def who() -> str:
    """Return who works here, for the record."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def manifest_json(row: ReleaseRow) -> dict[str, Any]:
    """Return what a release is made of, as plain data."""
    import msgspec

    from loomwork.workspace.releasing import manifest_of

    return msgspec.to_builtins(manifest_of(row.manifest))


def text_of(store: Store, digest: str) -> str:
    """Return the text of a file of a release; empty where it is not kept, or no text."""
    from loomwork.kernel.canonical import Digest
    from loomwork.kernel.errors.base import LoomworkError

    try:
        return store.blobs.get(Digest(digest)).decode()
    except (LoomworkError, UnicodeDecodeError):
        return ""


def served_now(session: Session) -> list[dict[str, Any]]:
    """Return what the running servers of the project serve."""
    from loomwork.cli.supervising import servers

    found: list[dict[str, Any]] = []
    for each in servers(session.folder):
        try:
            found.append(each.ask(do="status"))
        except NotServing:
            continue
    return found


def promote(session: Session, store: Store, server: Server, release: str, *, share: float, why: str) -> dict[str, Any]:
    """Have a server serve a release, and keep that it does. Raises `ReleaseFailed`: nothing has changed."""
    import time

    from loomwork.store.releases import PromotionRow
    from loomwork.workspace.releasing import laid_out

    laid_out(session.folder, store, release)  # says here what is missing
    answer = server.ask(do="promote", release=release, share=share)
    if not answer.get("ok"):
        raise ReleaseFailed(name=release, detail=str(answer.get("error", "")))
    row = PromotionRow(at_ns=time.time_ns(), release=release, share=share, by=who(), why=why)
    store.releases.promote(row)
    return answer
