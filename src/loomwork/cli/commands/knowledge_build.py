"""`loomwork knowledge build`: bring an index up to date with its sources."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.building import build_bar, listed, names_text, show_failures
from loomwork.cli.figures import counted
from loomwork.cli.session import Session, command
from loomwork.cli.stopping import INTERRUPTED, Stopping

if TYPE_CHECKING:
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.ingest import Built


@command
def build(
    session: Session,
    name: Annotated[str, typer.Argument(help="option.base", metavar="NAME")],
    fresh: Annotated[bool, typer.Option("--fresh", help="option.fresh")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="option.strict")] = False,
) -> int:
    """Bring an index up to date with its sources."""
    with session.open() as workspace:
        base = workspace.knowledge.base(name)
        if base.settings.answer.model:
            workspace.models.resolve(base.settings.answer.model)  # told now, not when somebody first asks
        with Stopping(session.words("knowledge.stopping")) as stopping:
            try:
                built = asyncio.run(_build(session, base, stopping, fresh=fresh))
            except asyncio.CancelledError:
                session.say("knowledge.stopped", name=name)
                return INTERRUPTED
    if session.as_json:
        session.give(built.as_json())
    show_built(session, built)
    is_empty = not built.documents and not built.files.failed
    if is_empty:
        session.say("knowledge.empty", sources=listed(session, base.settings.sources))
    return 1 if strict and (built.files.failed or is_empty) else 0


async def _build(session: Session, base: KnowledgeBase, stopping: Stopping, *, fresh: bool) -> Built:
    with build_bar(session, base.name) as bar:
        work = asyncio.ensure_future(base.build(fresh=fresh, progress=bar.tell))
        stopping.watch(work, bar.note)
        return await work


def _worth_naming(built: Built) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the documents that are new, changed and removed; of a first build, where all are new, none."""
    files, named = built.files, built.named
    if files.changed or files.same or files.removed:
        told = {
            "knowledge.named_new": named.new,
            "knowledge.named_changed": named.changed,
            "knowledge.named_removed": named.removed,
        }
        yield from ((key, docs) for key, docs in told.items() if docs)


def show_built(session: Session, built: Built) -> None:
    """Print what a build came to."""
    files, chunks = built.files, built.chunks
    session.say(
        "knowledge.built",
        name=built.index,
        documents=counted(session.words, "documents", built.documents),
        chunks=counted(session.words, "chunks", built.total),
        wall=f"{built.wall_s:.1f}",
    )
    session.say(
        "knowledge.built_files",
        new=files.new,
        changed=files.changed,
        same=files.same,
        removed=files.removed,
        failed=files.failed,
    )
    for key, docs in _worth_naming(built):
        session.say(key, docs=names_text(session, docs))
    told = {
        "knowledge.chunks_embedded": chunks.embedded,
        "knowledge.chunks_keywords": chunks.keywords,
        "knowledge.chunks_reused": chunks.reused,
        "knowledge.chunks_removed": chunks.removed,
    }
    counts = [session.words(key, count=f"{count:,}") for key, count in told.items() if count]
    if counts:
        session.say("knowledge.built_chunks", counts=listed(session, counts))
    if built.by_keywords:
        session.say("knowledge.by_keywords", documents=counted(session.words, "documents", built.by_keywords))
    show_failures(session, built.failures, name=built.index)
