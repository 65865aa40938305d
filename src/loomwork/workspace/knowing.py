"""The knowledge bases of an open workspace: made when the first one is asked for, so that others pay nothing."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from loomwork.flow.behaviour import Project, import_target
from loomwork.flow.step import Step
from loomwork.kernel.errors.flow import UnknownTarget
from loomwork.kernel.errors.knowledge_base import NoReadersFunction, UnknownKnowledge
from loomwork.knowledge.asking import ask
from loomwork.knowledge.steps import parse_file, search, text
from loomwork.models.catalog import Catalog
from loomwork.workspace.bound import BoundModels

if TYPE_CHECKING:
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.bases import Bases

BUILTINS: tuple[Step[..., Any], ...] = (search, ask, parse_file, text)
SERVICE = "knowledge"
HOME = Path(".loomwork", "knowledge")


class Knowing:
    """The service "knowledge".

    Args:
        tables: The `[knowledge.NAME]` tables, checked.
        project: The project.
        catalog: Its models.
        bound: Its models as steps.
    """

    def __init__(
        self, tables: Mapping[str, Mapping[str, Any]], project: Project, catalog: Catalog, bound: BoundModels
    ) -> None:
        self._tables = tables
        self._project = project
        self._catalog = catalog
        self._bound = bound
        self._lock = threading.Lock()
        self._bases: Bases | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all bases."""
        return tuple(self._tables)

    def base(self, name: str) -> "KnowledgeBase":
        """Return a base. Raises `UnknownKnowledge`."""
        if not self._tables:
            raise UnknownKnowledge(name=name, known="")
        return self.bases.base(name)

    @property
    def bases(self) -> "Bases":
        """All bases."""
        with self._lock:
            if self._bases is None:
                self._bases = self._made()
            return self._bases

    def _made(self) -> "Bases":
        from loomwork.knowledge.around import Around
        from loomwork.knowledge.bases import Bases
        from loomwork.workspace.knowledge_tables import knowledge_settings

        stepped = _SteppedCatalog(self._catalog, self._bound)
        around = Around(
            project=self._project.root,
            home=self._project.root / HOME,
            catalog=lambda: cast("Catalog", stepped),
            load=self._readers_function,
            root=lambda: self._bound.root,
            models=lambda: self._bound,
        )
        return Bases(knowledge_settings(self._tables), around)

    def _readers_function(self, target: str) -> Any:
        """Return the function that says who may read what. Raises `NoReadersFunction`."""
        try:
            found = import_target(target, self._project)
        except UnknownTarget as error:
            raise NoReadersFunction(target=target, near=error.fields.get("near", "")) from None
        if not callable(found):
            raise NoReadersFunction(target=target, near="")
        return found


class _Embedded(NamedTuple):
    vectors: Any


class _SteppedCatalog:
    """The models as embedders use them: every request is a step, so it is memoised, traced and counted."""

    def __init__(self, catalog: Catalog, bound: BoundModels) -> None:
        self._bound = bound
        self.settings = catalog.settings
        self.aliases = catalog.aliases
        self.resolve = catalog.resolve

    async def embed(self, alias: str, texts: Sequence[str]) -> _Embedded:
        """Return one vector a text."""
        return _Embedded(await self._bound.embed(alias, texts))
