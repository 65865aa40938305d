"""What a release is made of, as a value: files by hash, settings, snapshots, versions; its id is the hash of that.

Knows no file and no store.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from loomwork.kernel.canonical import digest_bytes

DIGITS = 12
"""Hex digits of the hash that name a release."""
TABLES = ("models", "knowledge", "serve", "guard", "project")
"""Tables of loomwork.toml that decide answers; the others (gateway, alerts, store, ...) are the server's own."""
ROUTES = ("gateway", "routes")
"""The one part of another table that decides answers, too."""


class Manifest(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a release is made of."""

    code: dict[str, str] = {}
    """Hashes of Python files by their path; those of further roots begin with `+0/`, `+1/`, ..."""
    prompts: dict[str, str] = {}
    files: dict[str, str] = {}
    """What `[releases] files` names."""
    settings: dict[str, Any] = {}
    """Tables of loomwork.toml with what the environment changed in them."""
    knowledge: dict[str, str] = {}
    """The snapshot of each knowledge base; empty where nothing was built."""
    versions: dict[str, str] = {}
    """Of Python, loomwork and the packages that the code imports."""

    @property
    def all_files(self) -> dict[str, str]:
        """Every file."""
        return {**self.code, **self.prompts, **self.files}

    @property
    def id(self) -> str:
        """The name of the release.

        >>> Manifest(code={"a.py": "1", "b.py": "2"}).id == Manifest(code={"b.py": "2", "a.py": "1"}).id
        True
        """
        return digest_bytes(msgspec.json.encode(self, order="sorted"))[:DIGITS]


def manifest_of(data: bytes) -> Manifest:
    """Return the manifest that a store keeps."""
    return msgspec.json.decode(data, type=Manifest)


def deciding(tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that decide answers.

    >>> deciding({"models": {"fast": {}}, "gateway": {"port": 1, "routes": {"r": {}}}, "store": {"url": "x"}})
    {'models': {'fast': {}}, 'gateway': {'routes': {'r': {}}}}
    """
    found = {name: tables[name] for name in TABLES if tables.get(name)}
    above, below = ROUTES
    routes = tables.get(above, {}).get(below)
    return found | ({above: {below: routes}} if routes else {})


def merged(pinned: Mapping[str, Any], live: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with what decides answers from a release and all else as it is now.

    >>> merged({"models": {"a": {}}}, {"models": {"b": {}}, "gateway": {"port": 1, "routes": {"r": {}}}})
    {'gateway': {'port': 1}, 'models': {'a': {}}}
    """
    above, below = ROUTES
    kept = {name: table for name, table in live.items() if name not in TABLES}
    if above in kept:
        kept[above] = {name: value for name, value in kept[above].items() if name != below}
    for name, table in pinned.items():
        kept[name] = {**kept.get(name, {}), **table} if name == above else table
    return kept
