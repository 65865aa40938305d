"""Find what this machine offers: model servers on their usual ports, keys in the environment. Asks through a probe.

The decision what was found is pure; the probe sends one GET to each local server's list of models.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Literal, cast

import msgspec
from msgspec import Struct

from loomwork.models.presets import presets

Probe = Callable[[str], Awaitable[Sequence[str] | None]]
"""Asks a base URL for its models' names; None where no model server answers."""

_PATIENCE_S = 0.5


class Found(Struct, frozen=True, kw_only=True):
    """A preset that would work here."""

    preset: str
    title: str
    kind: Literal["server", "key"]
    base_url: str
    models: tuple[str, ...] = ()
    """What the server serves; for a key, the model to begin with."""
    api_key_env: str = ""

    def table(self, model: str = "") -> dict[str, str]:
        """What [models.NAME] would say."""
        out = {"preset": self.preset, "model": model or (self.models[0] if self.models else "")}
        return out if self.kind == "key" else {**out, "base_url": self.base_url}


async def discover(probe: Probe, env: Mapping[str, str]) -> list[Found]:
    """What works here: local servers first, then providers whose key is set."""
    local = [(name, preset) for name, preset in presets().items() if preset.local == "yes"]
    answers = await asyncio.gather(*(probe(preset.base_url) for _, preset in local))
    found = [
        Found(preset=name, title=preset.title, kind="server", base_url=preset.base_url, models=tuple(models))
        for (name, preset), models in zip(local, answers, strict=True)
        if models is not None
    ]
    for name, preset in presets().items():
        if preset.api_key_env and env.get(preset.api_key_env):
            suggested = (preset.suggest,) if preset.suggest else ()
            found.append(
                Found(
                    preset=name,
                    title=preset.title,
                    kind="key",
                    base_url=preset.base_url,
                    models=suggested,
                    api_key_env=preset.api_key_env,
                )
            )
    return found


async def probe_models(base_url: str, *, seconds: float = _PATIENCE_S) -> Sequence[str] | None:
    """Ask a server what it serves, over HTTP. None where none answers in time, or not as a model server would."""
    import aiohttp

    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
            session.get(base_url.rstrip("/") + "/models", allow_redirects=False) as response,
        ):
            return model_names(await response.read()) if response.ok else None
    except (aiohttp.ClientError, TimeoutError, OSError):
        return None


def model_names(body: bytes) -> Sequence[str] | None:
    """The names in an answer of GET /v1/models; None where it is something else.

    >>> model_names(b'{"object": "list", "data": [{"id": "llama"}]}'), model_names(b"<html>")
    (['llama'], None)
    """
    try:
        found = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return None
    rows: Any = cast("dict[str, Any]", found).get("data") if isinstance(found, dict) else None
    if not isinstance(rows, list):
        return None
    named = [cast("dict[str, Any]", row).get("id") for row in cast("list[Any]", rows) if isinstance(row, dict)]
    return [name for name in named if isinstance(name, str)]
