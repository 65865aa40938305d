"""The bases of loomwork.toml, opened when they are asked for and anew when it changed. Knows no endpoint.

Nothing of `loomwork.knowledge` is loaded before the first is asked for, and no embedder before the first search.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from loomwork.kernel.errors.knowledge_base import UnknownKnowledge
from loomwork.kernel.errors.phrases import nearest
from loomwork.kernel.principals import Principal
from loomwork.studio.files import Stamp, stamp_of
from loomwork.studio.studio import Studio
from loomwork.workspace.settings import Settings, load_settings

if TYPE_CHECKING:
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.bases import Bases
    from loomwork.knowledge.index import Index, View

_SETTINGS = "loomwork.toml"


class Knowledges:
    """The bases of one project. A part of the studio; safe to share between threads."""

    def __init__(self, studio: Studio) -> None:
        self._folder = studio.folder
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._settings: Settings | None = None
        self._bases: Bases | None = None

    def tables(self) -> dict[str, dict[str, Any]]:
        """Return the `[knowledge.NAME]` tables. Raises `WrongSettings`."""
        with self._lock:
            return dict(self._loaded().knowledge)

    def base(self, name: str) -> KnowledgeBase:
        """Return a base. Raises `UnknownKnowledge`, `WrongSettings`."""
        with self._lock:
            settings = self._loaded()
            if name not in settings.knowledge:
                known = ", ".join(settings.knowledge)
                raise UnknownKnowledge(name=name, known=known, near=nearest(name, settings.knowledge))
            if self._bases is None:
                self._bases = self._made(settings)
            return self._bases.base(name)

    def index(self, base: KnowledgeBase) -> Index:
        """Return a base's index, for whoever looks after it. Raises `IndexMissing`."""
        from loomwork.kernel.errors import IndexMissing
        from loomwork.knowledge.index import Index, IndexSettings, made_with

        made = made_with(base.folder)
        if made is None:
            raise IndexMissing(name=base.name)
        return Index(base.folder, IndexSettings(embedder=made.embedder, dimensions=made.dimensions))

    def _loaded(self) -> Settings:
        try:
            stamp = stamp_of(self._folder / _SETTINGS)
        except OSError:
            stamp = None
        if self._settings is None or stamp != self._stamp:
            self._settings, self._bases, self._stamp = load_settings(self._folder), None, stamp
        return self._settings

    def _made(self, settings: Settings) -> Bases:
        from loomwork.knowledge.around import Around
        from loomwork.knowledge.bases import Bases
        from loomwork.models.catalog import Catalog
        from loomwork.workspace.knowing import HOME
        from loomwork.workspace.knowledge_tables import knowledge_settings
        from loomwork.workspace.model_tables import model_settings

        catalog = Catalog(model_settings(settings.models), env=os.environ, root=self._folder)
        around = Around(
            project=self._folder,
            home=self._folder / HOME,
            catalog=lambda: catalog,
            load=_not_here,
        )
        return Bases(knowledge_settings(settings.knowledge), around)


def principal_of(name: str, groups: tuple[str, ...]) -> Principal:
    """Return the person whose eyes are borrowed, as `knowledge search --as` does."""
    return Principal(id=name, groups=frozenset((*groups, *([name] if name else []))))


def seen_by(base: KnowledgeBase, who: Principal | None) -> View:
    """Return what somebody sees; None: everything. Raises `IndexMissing`."""
    return base.full_view() if who is None else base.view(who)


def _not_here(target: str) -> Any:
    """Refuse to load a project's function: readers are found by builds, in processes of their own."""
    raise AssertionError(target)
