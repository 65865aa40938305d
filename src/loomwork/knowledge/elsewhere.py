"""The vectors of a base in Milvus, where its settings say so. Connects when it is first needed; knows no question."""

import os
import threading
from typing import TYPE_CHECKING

from loomwork.kernel.errors.knowledge_base import NotForThisBase
from loomwork.knowledge.index import View
from loomwork.knowledge.settings import IndexTable

if TYPE_CHECKING:
    from loomwork.knowledge.index.milvus import MilvusVectors


class Elsewhere:
    """Vectors of one base.

    Args:
        name: The base's.
        settings: Its index's.
    """

    def __init__(self, name: str, settings: IndexTable) -> None:
        self._name = name
        self._settings = settings
        self._lock = threading.Lock()
        self._live: MilvusVectors | None = None

    @property
    def used(self) -> bool:
        """Whether the settings ask for it."""
        return self._settings.driver == "milvus"

    def over(self, view: View) -> View:
        """Return a view whose dense searches ask Milvus; the same one where the settings do not say so.

        Raises `NotForThisBase`, `MilvusMissing`, `MilvusFailed`.
        """
        if not self.used or not view.settings.dimensions:
            return view
        return view.once("milvus", lambda: self._open(view).over(view))

    def sync(self, view: View) -> None:
        """Bring Milvus to what a full view holds. Raises `MilvusMissing`, `MilvusFailed`."""
        if self.used and view.settings.dimensions:
            self._open(view).sync(view)

    def _open(self, view: View) -> "MilvusVectors":
        from loomwork.knowledge.index.milvus import MilvusSettings, MilvusVectors

        said = self._settings
        if not said.uri:
            raise NotForThisBase(name=self._name, reason='`index = {driver = "milvus"}` needs a `uri`')
        with self._lock:
            if self._live is None:
                settings = MilvusSettings(
                    uri=said.uri,
                    token=os.environ.get(said.token_env, "") if said.token_env else "",
                    collection=said.collection or f"loomwork_{self._name}",
                    kind=said.kind,
                    nlist=said.nlist,
                    nprobe=said.nprobe,
                    connectivity=said.connectivity,
                    ef_construction=said.ef_construction,
                    ef=said.ef,
                )
                self._live = MilvusVectors(settings, view.settings.dimensions)
            return self._live
