"""From `model("fast")` to the live object. Opens the workspace when it is first needed; knows no driver."""

import atexit
import threading
from typing import Any

from loomwork.flow.context import current_frame
from loomwork.kernel.references import Knowledge, KnowledgeRef, Model, ModelRef, references

HANDLES = "handles"
"""The service that turns names into live models."""


def model(name: str) -> ModelRef:
    """Return the model of that name in loomwork.toml: a value that is looked up when it is used.

    >>> model("fast")
    ModelRef(name='fast')
    """
    return ModelRef(name)


def knowledge(name: str) -> KnowledgeRef:
    """Return the knowledge base of that name in loomwork.toml: a value that is looked up when it is used."""
    return KnowledgeRef(name)


class CurrentWorkspace:
    """Resolves names in the workspace of the running step, else in that of the current folder, opened once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: Any = None

    def model(self, name: str) -> Model:
        """Return the live model. Raises `UnknownModel`, `WrongSettings`."""
        return self._services()[HANDLES].handle(name)

    def knowledge(self, name: str) -> Knowledge:
        """Return the live knowledge base. Raises `UnknownKnowledge`, `WrongSettings`."""
        return self._services()["knowledge"].base(name)

    def _services(self) -> Any:
        frame = current_frame()
        if frame is not None:
            return frame.runtime.services
        with self._lock:
            if self._opened is None:
                from loomwork.workspace.opening import Workspace

                self._opened = Workspace.open(entering="never")
                atexit.register(self._opened.close)
        return self._opened.runtime.services


references.connect(CurrentWorkspace())
