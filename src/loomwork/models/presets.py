"""What is known about servers: address, key, windows, quirks. Read from a data file; sends nothing."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field

from loomwork.models.quirks import Quirks


class Known(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is known about one model of a server."""

    window: int | None = None
    """Tokens that fit in, answer included."""
    max_output: int | None = None


class Preset(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of server."""

    title: str
    driver: Literal["openai", "anthropic"] = "openai"
    base_url: str
    hosts: tuple[str, ...] = ()
    """Other hosts that are the same provider."""
    api_key_env: str = ""
    """"" : the server needs no key."""
    local: Literal["yes", "no"] = "no"
    """Runs on this machine; `base_url` names its default port."""
    suggest: str = ""
    """A model to begin with; "" where the server says what it has."""
    quirks: Quirks = Quirks()
    models: dict[str, Known] = field(default_factory=dict[str, Known])
    source: str = ""

    def known(self, model: str) -> Known:
        """What is known about `model`: by its name, or by the longest listed name that it begins with."""
        names = [name for name in self.models if model.startswith(name)]
        return self.models[max(names, key=len)] if names else Known()


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by its name."""
    text = resources.files("loomwork.models").joinpath("data/presets.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Preset])


@cache
def preset_of(base_url: str) -> str:
    """The name of the preset that an address belongs to, "" if none.

    >>> preset_of("https://api.deepseek.com/v1"), preset_of("http://10.0.0.7:9000/v1")
    ('deepseek', '')
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    for name, preset in presets().items():
        theirs = urlsplit(preset.base_url)
        if host in preset.hosts or (preset.local == "no" and host == theirs.hostname):
            return name
        if preset.local == "yes" and host in {"127.0.0.1", "localhost"} and parts.port == theirs.port:
            return name
    return ""
