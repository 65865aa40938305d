"""Releases in a project's store and as folders beside it. Knows no server.

A folder is made from the store and can be made again; only the snapshots of knowledge bases are kept in it alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from loomwork.kernel.canonical import Digest
from loomwork.kernel.errors.releases import NoReleaseBefore, NoSuchRelease, ReleaseIncomplete
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.store.releases import ReleaseRow
from loomwork.workspace.knowing import HOME
from loomwork.workspace.releasing.gathering import Gathered, effective, gather
from loomwork.workspace.releasing.laying import Laid, lay_out
from loomwork.workspace.releasing.manifest import Manifest, manifest_of
from loomwork.workspace.releasing.snapshots import follow, names, pin


def take(project: Path, environ: Mapping[str, str] | None = None) -> Gathered:
    """Return the release that a project is now."""
    env = os.environ if environ is None else environ
    tables, _ = effective(project, env)
    bases = tables.get("knowledge", {})
    return gather(
        project,
        environ=env,
        snapshots=names(project / HOME, bases),
        roots=[(project / root).resolve() for root in tables.get("project", {}).get("roots", [])],
        files=tables.get("releases", {}).get("files", []),
    )


def keep(store: Store, gathered: Gathered, *, now_ns: int, note: str = "") -> bool:
    """Keep a release; False where it is known."""
    import msgspec

    manifest = msgspec.json.encode(gathered.manifest)
    row = ReleaseRow(id=gathered.id, made_ns=now_ns, manifest=manifest, note=note)
    return store.releases.keep(row, gathered.bodies)


def find(store: Store, name: str) -> ReleaseRow:
    """Return a release by the beginning of its name. Raises `NoSuchRelease`, `AmbiguousRelease`."""
    found = store.releases.get(name)
    if found is None:
        raise NoSuchRelease(name=name)
    return found


def current(store: Store) -> str:
    """Return the release that was promoted last; empty where none was."""
    return next((each.release for each in store.releases.promotions() if each.share >= 1), "")


def previous(store: Store, release: str) -> str:
    """Return what was served before a release; what somebody went back from does not count.

    Raises `NoReleaseBefore`.
    """
    served: list[str] = []
    for each in reversed(store.releases.promotions(limit=1000)):
        if each.share >= 1:
            if each.release in served:  # gone back to: what came after it is out
                del served[served.index(each.release) :]
            served.append(each.release)
    behind = served[: served.index(release)] if release in served else served
    if not behind:
        raise NoReleaseBefore(name=release)
    return behind[-1]


def laid_out(project: Path, store: Store, release: str, environ: Mapping[str, str] | None = None) -> Laid:
    """Return the folder of a release, made where it is missing.

    Raises:
        NoSuchRelease, AmbiguousRelease: There is no such release.
        ReleaseIncomplete: A file or a snapshot of it is not kept any more.
    """
    row = find(store, release)
    manifest = manifest_of(row.manifest)
    live, _ = effective(project, os.environ if environ is None else environ)

    def body(path: str, digest: str) -> bytes:
        try:
            return store.blobs.get(Digest(digest))
        except (BlobMissing, BlobCorrupt):
            raise ReleaseIncomplete(name=row.id, path=path) from None

    lost = manifest.all_files.keys() - store.releases.files(row.id).keys()
    if lost or not manifest.versions:
        raise ReleaseIncomplete(name=row.id, path=min(lost, default="its manifest"))
    laid = lay_out(project, row.id, manifest, body, live=live)
    _hold(project, laid.project, row.id, manifest)
    return laid


def _hold(project: Path, folder: Path, release: str, manifest: Manifest) -> None:
    """Put the snapshots of a release beside it."""
    now: dict[str, str] = {}
    for base, snapshot in manifest.knowledge.items():
        target = folder / HOME / base
        if not snapshot:
            continue
        if not target.is_dir():
            now = now or names(project / HOME, manifest.knowledge)
            if now[base] != snapshot:
                raise ReleaseIncomplete(name=release, path=f"knowledge {base}@{snapshot[:12]}")
            pin(project / HOME / base, target)
        follow(project / HOME / base, target)
