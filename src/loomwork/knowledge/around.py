"""What a knowledge base needs of its project: put together by whoever opens it. Values and one lazy embedder."""

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from loomwork.flow.context import Frame
from loomwork.knowledge.embedding import Embedder, Surroundings, covers, open_embedder
from loomwork.knowledge.questions import today
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources.permissions import Own

if TYPE_CHECKING:
    from loomwork.models.catalog import Catalog
    from loomwork.prompts.calls import Models

_UNSAFE = re.compile(r"[^\w.-]")
_LEADING = re.compile(r"^\.")
ANY = "*"
"""As a language of an embedder: it was made for any."""


class Around(Struct, frozen=True, kw_only=True):
    """The project around a base."""

    project: Path
    home: Path
    """Where indexes are kept, a folder each."""
    catalog: "Callable[[], Catalog]"
    """The models, for embedders that are served."""
    load: Callable[[str], Own]
    """Finds the function that `module:function` names."""
    root: Callable[[], Frame | None] = lambda: None
    """Where calls are made when no step runs."""
    models: "Callable[[], Models] | None" = None
    """Who asks models, for generated answers."""
    today: Callable[[], str] = today
    """The day whose rules hold where a question names none."""

    def folder(self, name: str) -> Path:
        """Return where the index of a base is kept."""
        return index_folder(self.home, name)

    @property
    def surroundings(self) -> Surroundings:
        """What embedders are made from."""
        return Surroundings(self.project, self.catalog)


def index_folder(home: Path, name: str) -> Path:
    """Return where the index of a base is kept; no name leads out of `home`, nor to a hidden folder."""
    return home / _LEADING.sub("%2E", _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", name))


class LazyEmbedder:
    """A base's embedder, opened when it is first needed.

    Args:
        settings: The base's.
        around: The project.
    """

    def __init__(self, settings: BaseSettings, around: Around) -> None:
        self._said = settings.embedding
        self._around = around
        self._lock = threading.Lock()
        self._live: Embedder | None = None

    def open(self) -> Embedder | None:
        """Return it, or None where the base has none. Raises what `open_embedder` does."""
        if self._said is None:
            return None
        with self._lock:
            if self._live is None:
                self._live = open_embedder(self._said, self._around.surroundings)
            return self._live

    def covers(self, language: str) -> bool:
        """Say whether texts in a language are embedded; what the settings say of languages goes before the model."""
        live = self.open()
        if live is None:
            return False
        said = frozenset(self._said.languages) if self._said is not None else frozenset[str]()
        if said:
            return not language or ANY in said or language in said
        return covers(live, language)
