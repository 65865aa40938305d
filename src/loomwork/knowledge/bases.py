"""All knowledge bases of a project by name. Opens none before it is asked for."""

import threading
from collections.abc import Mapping

from loomwork.kernel.errors.knowledge_base import UnknownKnowledge
from loomwork.kernel.errors.phrases import nearest
from loomwork.knowledge.around import Around
from loomwork.knowledge.base import KnowledgeBase
from loomwork.knowledge.settings import BaseSettings


class Bases:
    """The service "knowledge".

    Args:
        settings: The `[knowledge.NAME]` tables.
        around: The project.
    """

    def __init__(self, settings: Mapping[str, BaseSettings], around: Around) -> None:
        self._settings = dict(settings)
        self._around = around
        self._lock = threading.Lock()
        self._live: dict[str, KnowledgeBase] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all, in the order of the settings."""
        return tuple(self._settings)

    def base(self, name: str) -> KnowledgeBase:
        """Return a base. Raises `UnknownKnowledge`."""
        with self._lock:
            if name not in self._live:
                if name not in self._settings:
                    known = ", ".join(self._settings)
                    raise UnknownKnowledge(name=name, known=known, near=nearest(name, self._settings))
                self._live[name] = KnowledgeBase(name, self._settings[name], self._around)
            return self._live[name]

    def __getitem__(self, name: str) -> KnowledgeBase:
        return self.base(name)

    def __contains__(self, name: object) -> bool:
        return name in self._settings
