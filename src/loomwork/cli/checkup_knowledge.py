"""What `loomwork doctor` looks at in knowledge bases: sources, dictionary, embedder, index. Builds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loomwork.cli.checkup import Check, bad, good
from loomwork.cli.figures import counted
from loomwork.kernel.errors.base import LoomworkError
from loomwork.telling.words import Words

if TYPE_CHECKING:
    from loomwork.knowledge.settings import BaseSettings
    from loomwork.models.catalog import Catalog

_SUBJECT = "knowledge"


def knowledge(words: Words, folder: Path, tables: Mapping[str, Mapping[str, Any]], catalog: Catalog) -> Iterator[Check]:
    """Look at each knowledge base of a project."""
    if not tables:
        return
    from loomwork.workspace.knowledge_tables import knowledge_settings

    for name, settings in knowledge_settings(tables).items():
        wrong = [bad(words, _SUBJECT, error) for error in _problems(name, settings, folder, catalog)]
        yield from wrong
        if not wrong:
            yield from _index(words, name, settings, folder)


def _problems(name: str, settings: BaseSettings, folder: Path, catalog: Catalog) -> Iterator[LoomworkError]:
    """Yield what would keep a build from beginning."""
    from loomwork.knowledge.embedding import Surroundings, open_embedder
    from loomwork.knowledge.ingest.dictionary import read_dictionary
    from loomwork.knowledge.sources.scanning import check_sources

    try:
        check_sources(name, settings, folder)
    except LoomworkError as error:
        yield error
    try:
        if settings.dictionary:
            read_dictionary(folder / settings.dictionary)
    except LoomworkError as error:
        yield error
    try:
        if settings.embedding is not None:
            open_embedder(settings.embedding, Surroundings(folder, lambda: catalog))
    except LoomworkError as error:
        yield error


def _index(words: Words, name: str, settings: BaseSettings, folder: Path) -> Iterator[Check]:
    from loomwork.kernel.errors import IndexMissing
    from loomwork.knowledge.around import index_folder
    from loomwork.knowledge.live import LiveIndex
    from loomwork.workspace.knowing import HOME

    todo = words("doctor.knowledge_build", name=name)
    live = LiveIndex(index_folder(folder / HOME, name), settings.indexing)
    try:
        view = live.index().full_view()
    except IndexMissing:
        yield Check(subject=_SUBJECT, status="warning", what=words("doctor.knowledge_unbuilt", name=name), todo=todo)
        return
    except LoomworkError as error:
        yield bad(words, _SUBJECT, error)
        return
    finally:
        live.close()
    if not view.documents:
        yield Check(subject=_SUBJECT, status="warning", what=words("doctor.knowledge_empty", name=name), todo=todo)
        return
    documents, chunks = counted(words, "documents", view.documents), counted(words, "chunks", view.chunks)
    yield good(_SUBJECT, words("doctor.knowledge", name=name, documents=documents, chunks=chunks))
    yield from _unread(words, name, index_folder(folder / HOME, name))


def _unread(words: Words, name: str, index: Path) -> Iterator[Check]:
    """Say how many documents the last build could not read, or had something else to say of."""
    from loomwork.knowledge.ingest.ledger import Ledger

    notes = Ledger(index).load().docs.values()
    failed = sum(note.failed for note in notes)
    others = sum(bool(note.problems) for note in notes) - failed
    todo = words("doctor.knowledge_problems", name=name)
    for key, count in (("doctor.knowledge_unread", failed), ("doctor.knowledge_doubtful", others)):
        if count:
            what = words(key, name=name, documents=counted(words, "documents", count))
            yield Check(subject=_SUBJECT, status="warning", what=what, todo=todo)
