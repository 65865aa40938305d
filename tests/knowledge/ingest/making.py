"""A knowledge base over a scratch folder, with an embedder that counts what it is given."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from loomwork.knowledge.around import Around
from loomwork.knowledge.base import KnowledgeBase
from loomwork.knowledge.embedding import DRIVERS
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources.permissions import Own
from loomwork.testing.embedder import StubEmbedder

GUIDE = "# Backup\n\nThe database is saved daily at two.\n\n# Restore\n\nAsk the night shift to restore a table.\n"
LEAVE = "# 请假\n\n员工每年有二十天年假。\n"


class Project:
    """A folder with documents, and bases over it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stub = StubEmbedder(dimensions=32, languages=frozenset({"en"}))
        self.functions: dict[str, Own] = {}
        DRIVERS["stub"] = lambda _settings, _around: self.stub

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file of the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def base(self, name: str = "kb", **said: Any) -> KnowledgeBase:
        settings = msgspec.convert({"sources": ["docs"], "embedder": {"driver": "stub"}} | said, BaseSettings)
        around = Around(
            project=self.folder, home=self.folder / ".loomwork" / "knowledge", catalog=_no_models,
            load=lambda target: self.functions[target],
        )  # fmt: skip
        return KnowledgeBase(name, settings, around)


def _no_models() -> Any:
    raise AssertionError("no model is needed")


def long_ago(folder: Path) -> None:
    """Wait until every file below is old enough for its stamp to be believed."""
    newest = max((os.stat(path).st_ctime_ns for path in folder.rglob("*")), default=0)
    while time.time_ns() - newest < 60_000_000:
        os.sched_yield()


def figures(built: Any) -> Mapping[str, Any]:
    return {name: built.as_json()[name] for name in ("files", "chunks")}
