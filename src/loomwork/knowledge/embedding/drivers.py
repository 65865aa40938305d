"""Which embedders there are, and how settings make one. Knows nothing of indexes."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from loomwork.kernel.errors.knowledge_embedding import EmbedderNotConfigured, UnknownEmbedder
from loomwork.kernel.errors.models import UnknownModel
from loomwork.kernel.errors.phrases import nearest
from loomwork.knowledge.embedding.folder import Folder
from loomwork.knowledge.embedding.minilm import MiniLm
from loomwork.knowledge.embedding.protocol import Embedder
from loomwork.knowledge.embedding.served import Served

if TYPE_CHECKING:
    from loomwork.models.catalog import Catalog


OWN = ("minilm", "none")
"""What `embedder` may say beside the alias of a model."""


class EmbedderSettings(Struct, frozen=True, kw_only=True):
    """What a person may say about an embedder."""

    driver: str = "minilm"
    model: str = ""
    """`openai`: the alias of a model of the project."""
    folder: str = ""
    """`sentence-transformers`: where the model is."""
    languages: tuple[str, ...] = ()
    """What the model was made for, if not any."""
    max_tokens: int = 8191
    """`openai`: how much of a text the server looks at."""
    threads: int = 0
    """`minilm`: how many batches at a time; 0 for one a core."""
    cache: str = ""
    """`minilm`: where the built graph is kept, if not in the user's cache folder."""


class Surroundings(Struct, frozen=True):
    """What drivers are made from, beside the settings."""

    root: Path
    """What relative paths start from."""
    catalog: "Callable[[], Catalog] | None" = None
    """The project's models, asked for when a driver needs them."""


def open_embedder(settings: EmbedderSettings, around: Surroundings) -> Embedder:
    """Make the embedder that the settings name; nothing is loaded yet.

    Raises:
        UnknownEmbedder: There is no such driver, or the project has no model of that name.
        EmbedderNotConfigured: A setting is missing.
    """
    make = DRIVERS.get(settings.driver)
    if make is None:
        raise UnknownEmbedder(name=settings.driver, known=", ".join(sorted(DRIVERS)))
    try:
        return make(settings, around)
    except UnknownModel as error:
        aliases = around.catalog().aliases if around.catalog is not None else ()
        known = [*OWN, *aliases]
        near = nearest(settings.model, known)
        raise UnknownEmbedder(name=settings.model, known=", ".join(known), near=near) from error


def _minilm(settings: EmbedderSettings, around: Surroundings) -> Embedder:
    return MiniLm(threads=settings.threads, cache=around.root / settings.cache if settings.cache else None)


def _openai(settings: EmbedderSettings, around: Surroundings) -> Embedder:
    if not settings.model or around.catalog is None:
        raise EmbedderNotConfigured(driver=settings.driver, setting="model")
    languages = frozenset(settings.languages)
    return Served(around.catalog(), settings.model, max_tokens=settings.max_tokens, languages=languages)


def _folder(settings: EmbedderSettings, around: Surroundings) -> Embedder:
    if not settings.folder:
        raise EmbedderNotConfigured(driver=settings.driver, setting="folder")
    return Folder(around.root / settings.folder, languages=frozenset(settings.languages))


DRIVERS: dict[str, Callable[[EmbedderSettings, Surroundings], Embedder]] = {
    "minilm": _minilm,
    "openai": _openai,
    "sentence-transformers": _folder,
}
