"""The drivers by name: the one table that a new driver is entered in."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from loomwork.kernel.canonical import combine
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.models import NotSupported, WrongModelSettings
from loomwork.models.drivers.anthropic.driver import VERSION, Anthropic
from loomwork.models.drivers.openai.driver import OpenAI
from loomwork.models.drivers.openai.embeddings import OpenAIEmbedder
from loomwork.models.drivers.replay import Replay, read_recordings
from loomwork.models.drivers.scripted.driver import Scripted
from loomwork.models.plain import Plain
from loomwork.models.protocols import Embedder, Model
from loomwork.models.wire.deadlines import Deadlines
from loomwork.models.wire.exchange import Wire
from loomwork.models.wire.failures import Origin
from loomwork.models.wire.http import Transport

_ALWAYS = {"anthropic": {"anthropic-version": VERSION}}
"""Headers that go along whether there is a key or not."""


class Place(Struct, frozen=True, kw_only=True):
    """What a driver is given of the world."""

    key: str
    transport: Callable[[], Transport]
    """Made when a driver needs it."""
    clock: Clock
    root: Path
    """What relative paths start from."""
    now: Callable[[], float]
    """Seconds since 1970."""


def driver(plain: Plain, place: Place) -> Model:
    """The bare model, without wrappers. Raises `WrongModelSettings`."""
    make = DRIVERS.get(plain.driver)
    if make is None:
        problem = f"there is no driver '{plain.driver}'; there are: {', '.join(DRIVERS)}"
        raise WrongModelSettings(name=plain.alias, problem=problem)
    return make(plain, place)


def embedder(plain: Plain, place: Place) -> Embedder:
    """The bare embedder. Raises `NotSupported` where the driver has none."""
    make = EMBEDDERS.get(plain.driver)
    if make is None:
        raise NotSupported(provider=plain.driver, model=plain.target.model, feature="embeddings")
    return make(plain, place)


def recordings_digest(path: Path, alias: str) -> str:
    """What the recordings of a replay come to. Raises `WrongModelSettings`."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    try:
        return str(combine(*(file.read_bytes() for file in files)))
    except OSError as error:
        raise WrongModelSettings(name=alias, problem=f"cannot read recordings: {error}") from error


def _wire(plain: Plain, place: Place, key_headers: dict[str, str]) -> Wire:
    settings = plain.settings
    origin = Origin(provider=plain.target.provider, model=plain.target.model, url=plain.base_url, env=plain.key_env)
    deadlines = Deadlines(
        connect=settings.connect_timeout,
        first_token=settings.first_token_timeout,
        between_tokens=settings.between_tokens_timeout,
        total=None,  # the catalog's Deadline bounds all tries together
    )
    headers = {**(key_headers if place.key else {}), **_ALWAYS.get(plain.driver, {}), **settings.headers}
    return Wire(place.transport(), origin, headers=headers, deadlines=deadlines, now=place.now)


def _openai(plain: Plain, place: Place) -> OpenAI:
    wire = _wire(plain, place, {"authorization": f"Bearer {place.key}"})
    settings = plain.settings
    return OpenAI(
        wire,
        model=settings.model,
        base_url=plain.base_url,
        quirks=plain.quirks,
        prompt_cache=settings.prompt_cache,
    )


def _anthropic(plain: Plain, place: Place) -> Anthropic:
    wire = _wire(plain, place, {"x-api-key": place.key})
    settings = plain.settings
    return Anthropic(wire, model=settings.model, base_url=plain.base_url, prompt_cache=settings.prompt_cache)


def _replay(plain: Plain, place: Place) -> Replay:
    path = place.root / plain.settings.path
    recordings = read_recordings(path, name=plain.alias)
    return Replay(recordings, model=plain.settings.model, folder=plain.settings.path, quirks=plain.quirks)


def _scripted(plain: Plain, place: Place) -> Scripted:
    settings = plain.settings
    return Scripted(settings.rules, model=settings.model, dimensions=settings.dimensions or 64, clock=place.clock)


def _openai_embedder(plain: Plain, place: Place) -> OpenAIEmbedder:
    wire = _wire(plain, place, {"authorization": f"Bearer {place.key}"})
    settings = plain.settings
    return OpenAIEmbedder(
        wire,
        model=settings.model,
        base_url=plain.base_url,
        dimensions=settings.dimensions,
        extra_body=settings.extra_body,
    )


DRIVERS: dict[str, Callable[[Plain, Place], Model]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "replay": _replay,
    "scripted": _scripted,
}
EMBEDDERS: dict[str, Callable[[Plain, Place], Embedder]] = {
    "openai": _openai_embedder,
    "scripted": _scripted,
}
