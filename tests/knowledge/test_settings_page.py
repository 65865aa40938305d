"""The page of settings lists every key of a knowledge base, each beneath its table, in both languages."""

import re
from pathlib import Path

import msgspec
import pytest

from loomwork.knowledge.settings import NESTED, BaseSettings

DOCS = Path(__file__).parents[2] / "docs" / "knowledge"


@pytest.mark.parametrize("name", ["settings.md", "settings.zh-CN.md"])
def test_every_setting_is_listed_and_no_other(name: str):
    listed: dict[str, list[str]] = {}
    table = ""
    for line in (DOCS / name).read_text("utf-8").splitlines():
        if line.startswith("## "):
            found = re.match(r"## `(\w+) = \{", line)
            table = found[1] if found else ""
        elif key := re.match(r"\| `(\w+)` \|", line):
            listed.setdefault(table, []).append(key[1])
    wanted = {"": BaseSettings, **NESTED}
    assert {table: set(keys) for table, keys in listed.items()} == {
        table: {each.name for each in msgspec.structs.fields(kind)} - (NESTED.keys() - {"readers", "embedder", "index"})
        for table, kind in wanted.items()
    }
