"""A base whose vectors are in Milvus too: what is asked of it, and what the index decides. The server is a double."""

from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from loomwork.kernel.errors import MilvusMissing
from loomwork.kernel.errors.knowledge_base import NotForThisBase
from loomwork.knowledge.index import View, milvus
from tests.knowledge.ingest.making import GUIDE, Project

TOLD: list[Any] = []


class Double:
    """Stands in for `MilvusVectors`: proposes everything, the last row first."""

    def __init__(self, settings: milvus.MilvusSettings, dimensions: int) -> None:
        TOLD.append((settings.collection, settings.kind, settings.token, dimensions))

    def sync(self, view: View) -> tuple[int, int]:
        TOLD.append(("sync", view.chunks))
        return view.chunks, 0

    def over(self, view: View) -> View:
        def propose(query: Any, k: int) -> Any:
            TOLD.append("asked")
            return np.array(view.rows_with_vectors()[::-1][:k], np.int64)

        return view.proposing(propose, "double")


async def test_milvus_is_told_of_a_build_and_asked_at_a_search(project: Project, monkeypatch: pytest.MonkeyPatch):
    TOLD.clear()
    monkeypatch.setattr(milvus, "MilvusVectors", Double)
    monkeypatch.setenv("MILVUS_TOKEN", "secret")
    project.write("docs/guide.md", GUIDE)
    index = {"driver": "milvus", "uri": "http://localhost:19530", "kind": "IVF_FLAT", "token_env": "MILVUS_TOKEN"}
    base = project.base(index=index)
    built = await base.build()
    assert tuple(TOLD) == (("loomwork_kb", "IVF_FLAT", "secret", 32), ("sync", built.total))
    assert (await base.search("night shift", mode="dense"))[0].doc == "guide.md"
    assert TOLD[-1] == "asked"
    await base.search("night shift", mode="sparse")
    assert TOLD.count("asked") == 1


async def test_what_milvus_needs_is_told(project: Project):
    project.write("docs/guide.md", GUIDE)
    with pytest.raises(NotForThisBase, match="uri"):
        await project.base(index={"driver": "milvus"}).build()
    if find_spec("pymilvus") is None:
        with pytest.raises(MilvusMissing):
            await project.base(index={"driver": "milvus", "uri": "http://localhost:1"}).build()
