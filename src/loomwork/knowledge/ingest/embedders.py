"""Know an embedder again without loading it. Knows the drivers' files, no model."""

import os
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from msgspec import structs

from loomwork.kernel.canonical import Digest, digest
from loomwork.knowledge.embedding import EmbedderSettings, Surroundings, open_embedder
from loomwork.knowledge.embedding.minilm.package import DISTRIBUTION

Stamp = Callable[[EmbedderSettings, Surroundings], object]


def stamp_of(settings: EmbedderSettings, around: Surroundings) -> Digest:
    """Return what changes whenever the embedder's identity may have changed. Raises what opening it does."""
    stamp = STAMPS.get(settings.driver, _identity)
    return digest([structs.asdict(settings), stamp(settings, around)])


def _identity(settings: EmbedderSettings, around: Surroundings) -> object:
    return open_embedder(settings, around).identity


def _package(settings: EmbedderSettings, around: Surroundings) -> object:
    del settings, around
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return ""


def _files(settings: EmbedderSettings, around: Surroundings) -> object:
    folder = Path(around.root / settings.folder)
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    stats = [(str(path.relative_to(folder)), os.stat(path)) for path in found]
    return [[name, stat.st_size, stat.st_mtime_ns, stat.st_ino] for name, stat in stats]


STAMPS: dict[str, Stamp] = {"minilm": _package, "sentence-transformers": _files}
"""For drivers whose identity costs loading a model; of the others it is asked for."""
