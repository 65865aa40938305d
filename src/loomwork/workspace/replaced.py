"""An observer for replays: what was read from a prompt that is now replaced no longer holds. Knows no replay."""

from collections.abc import Mapping
from pathlib import Path

from loomwork.flow.behaviour import Project
from loomwork.flow.observe import FileRead, Observation, Observer
from loomwork.prompts.origins import name_of


class ReplacingObserver(Observer):
    """Observes as ever, but no memo that read one of `prompts` (names to files) holds."""

    def __init__(self, project: Project, *, key: bytes, prompts: Mapping[str, Path]) -> None:
        super().__init__(project, key=key)
        self._replaced = frozenset(prompts)

    def holds(self, observation: Observation) -> bool:
        """Say whether an observation still holds."""
        if isinstance(observation, FileRead) and name_of(observation.path) in self._replaced:
            return False
        return super().holds(observation)
