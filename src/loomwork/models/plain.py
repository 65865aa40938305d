"""Settle what one [models.NAME] table means: preset, address, quirks, key, identity. Pure; sends and reads nothing."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from loomwork.kernel.canonical import digest
from loomwork.kernel.errors.models import MissingKey, WrongModelSettings
from loomwork.models.presets import Preset, preset_of, presets
from loomwork.models.prices import FREE, declared, listed
from loomwork.models.quirks import Quirks
from loomwork.models.settings import ModelSettings
from loomwork.models.target import Target

PARAMETERS = ("temperature", "top_p", "max_tokens", "seed", "reasoning_effort", "reasoning_budget")
"""What the settings say where a request does not; part of the model's identity."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_UNPLUGGED = frozenset({"replay", "scripted"})


class Plain(Struct, frozen=True, kw_only=True):
    """One model, not a route, with everything decided."""

    alias: str
    settings: ModelSettings
    driver: str
    base_url: str
    quirks: Quirks
    target: Target
    key_env: str
    needs_key: bool

    def key(self, env: Mapping[str, str]) -> str:
        """The key's value, "" where none is needed. Raises `MissingKey`."""
        value = env.get(self.key_env, "") if self.key_env else ""
        if not value and self.needs_key:
            raise MissingKey(name=self.alias, env=self.key_env, provider=self.target.provider, model=self.target.model)
        return value

    def defaults(self) -> dict[str, Any]:
        """What a request says where it says nothing itself."""
        found = {name: getattr(self.settings, name) for name in PARAMETERS}
        return {name: value for name, value in found.items() if value is not None}

    def identity(self) -> dict[str, Any]:
        """Exactly what changes answers; never a key, a timeout or a limit."""
        settings = self.settings
        out: dict[str, Any] = {"driver": self.driver, "model": settings.model}
        if self.driver == "scripted":
            return {**out, **self.defaults(), "rules": msgspec.to_builtins(settings.rules)}
        out |= {"base_url": self.base_url, **self.defaults()}
        if settings.extra_body:
            out["extra_body"] = settings.extra_body
        if settings.headers:
            out["headers"] = {name.lower(): str(digest(value)) for name, value in settings.headers.items()}
        if settings.dimensions is not None:
            out["dimensions"] = settings.dimensions
        spelled = {k: v for k, v in msgspec.to_builtins(self.quirks).items() if v != getattr(Quirks(), k)}
        return {**out, "quirks": spelled} if spelled else out

    def sampled(self, temperature: float | None = None) -> bool:
        """Whether the answer is a draw. `temperature` is what the request itself asks for."""
        found = self.settings.temperature if temperature is None else temperature
        return self.driver not in _UNPLUGGED and found != 0


def settle(alias: str, settings: ModelSettings) -> Plain:
    """Decide what a table means. Raises `WrongModelSettings`."""
    preset_name, preset = _preset(alias, settings)
    driver = settings.driver or (preset.driver if preset else "openai" if settings.base_url else "")
    if not driver:
        problem = "it names neither `driver` nor `preset` nor `base_url`"
        raise WrongModelSettings(name=alias, problem=problem)
    if not settings.model and driver != "scripted":
        raise WrongModelSettings(name=alias, problem="it does not say which `model`")
    if driver == "replay" and not settings.path:
        raise WrongModelSettings(name=alias, problem="a replay needs the `path` of its recordings")
    base_url = "" if driver in _UNPLUGGED else settings.base_url or (preset.base_url if preset else "")
    host = urlsplit(base_url).hostname or driver
    return Plain(
        alias=alias,
        settings=settings,
        driver=driver,
        base_url=base_url.rstrip("/"),
        quirks=_quirks(alias, settings, preset),
        target=_target(alias, settings, driver, preset_name or host, preset, base_url),
        key_env=settings.api_key_env or _usual_key(base_url, preset),
        needs_key=_needs_key(settings, driver, base_url, preset),
    )


def _preset(alias: str, settings: ModelSettings) -> tuple[str, Preset | None]:
    name = settings.preset
    if not name and settings.base_url:
        name = preset_of(settings.base_url)
    elif not name and settings.driver in {"openai", "anthropic"}:
        name = settings.driver
    if not name:
        return "", None
    found = presets().get(name)
    if found is None:
        problem = f"there is no preset '{name}'; there are: {', '.join(presets())}"
        raise WrongModelSettings(name=alias, problem=problem)
    return name, found


def _quirks(alias: str, settings: ModelSettings, preset: Preset | None) -> Quirks:
    base = msgspec.to_builtins(preset.quirks if preset else Quirks())
    try:
        return msgspec.convert({**base, **settings.quirks}, Quirks)
    except msgspec.ValidationError as error:
        raise WrongModelSettings(name=alias, problem=f"quirks: {error}") from error


def _target(
    alias: str, settings: ModelSettings, driver: str, provider: str, preset: Preset | None, base_url: str
) -> Target:
    known = preset.known(settings.model) if preset else None
    prices = declared(settings.price)
    if prices is None:
        prices = FREE if driver in _UNPLUGGED else listed(provider, settings.model)
    return Target(
        alias=alias,
        driver=driver,
        provider=driver if driver in _UNPLUGGED else provider,
        model=settings.model or driver,
        base_url=base_url,
        prices=prices,
        window=settings.window or (known.window if known else None),
        max_output=known.max_output if known else None,
    )


def _needs_key(settings: ModelSettings, driver: str, base_url: str, preset: Preset | None) -> bool:
    if driver in _UNPLUGGED or urlsplit(base_url).hostname in _LOOPBACK:
        return False
    return bool(settings.api_key_env or _usual_key(base_url, preset))


def _usual_key(base_url: str, preset: Preset | None) -> str:
    """The variable that a provider's key usually stands in. It is for that provider's own hosts only."""
    if preset is None:
        return ""
    theirs = {urlsplit(preset.base_url).hostname, *preset.hosts}
    return preset.api_key_env if urlsplit(base_url).hostname in theirs else ""
