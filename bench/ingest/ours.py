"""Ours: `KnowledgeBase.build` over the folder, with the stub embedder. Prints `RESULT {...}`."""

import asyncio
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stub import WIDTH, Counted
from turns import Ingest, measured, tell

from loomwork.knowledge.around import Around
from loomwork.knowledge.base import KnowledgeBase
from loomwork.knowledge.embedding import DRIVERS, EmbedderSettings
from loomwork.knowledge.settings import BaseSettings

TOKEN = re.compile(r"\w+|[^\w\s]")
"""Words and signs: about as many as a tokenizer makes of English."""


class Stub:
    """The stub as an embedder."""

    name, identity, dimensions, max_tokens = "stub", "stub:1", WIDTH, 512
    languages: frozenset[str] = frozenset()

    def __init__(self, counted: Counted) -> None:
        self._counted = counted

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return [found.span() for found in TOKEN.finditer(text)]

    async def embed(self, texts: Sequence[str], *, progress: object = None) -> Any:
        return self._counted.vectors(list(texts))


def make(docs: Path, kept: Path, counted: Counted) -> Ingest:
    DRIVERS["stub"] = lambda settings, around: Stub(counted)
    settings = BaseSettings(sources=[str(docs)], embedder=EmbedderSettings(driver="stub"))
    around = Around(project=docs.parent, home=kept, catalog=lambda: None, load=lambda target: None)
    base = KnowledgeBase("bench", settings, around)

    def ingest() -> int:
        return asyncio.run(base.build()).total

    return ingest


if __name__ == "__main__":
    result = measured(Path(sys.argv[1]), make)
    tell(result | {"version": "loomwork"})
