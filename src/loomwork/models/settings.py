"""What [models.NAME] of loomwork.toml may say. Values only; the catalog turns them into live models."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from loomwork.kernel.errors.models import WrongModelSettings
from loomwork.kernel.messages import ReasoningEffort
from loomwork.models.drivers.scripted.rules import Rule

Driver = Literal["", "openai", "anthropic", "replay", "scripted"]
Route = Literal["", "fallback", "balance", "weighted", "cheapest", "fastest", "least-busy"]
"""`weighted` is `balance` that must say its weights."""
Ability = Literal["tools", "images", "audio", "files", "schema"]
"""What a request can need of a model."""


class PriceSetting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a million tokens cost, said by the user; 0 means free."""

    input: float
    output: float = 0.0
    cached_input: float | None = None
    cache_write: float | None = None
    currency: str = "USD"


class ModelSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model, or a route over several. None and "" leave a matter to the preset, then to the provider."""

    driver: Driver = ""
    preset: str = ""
    """A name from the presets ("deepseek", "ollama", ...); found from base_url where it is not named."""
    model: str = ""
    base_url: str = ""
    api_key_env: str = ""
    """The environment variable that holds the key; the key itself never stands in settings."""

    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    reasoning_effort: ReasoningEffort | None = None
    reasoning_budget: int | None = None
    extra_body: dict[str, Any] = field(default_factory=dict[str, Any])
    """Passed through into each request's body."""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    """Sent along; never for keys."""
    quirks: dict[str, str] = field(default_factory=dict[str, str])
    """Overrides of the preset's quirks."""

    timeout: float | None = 600.0
    """Seconds for the whole call, retries included."""
    connect_timeout: float | None = 10.0
    first_token_timeout: float | None = None
    between_tokens_timeout: float | None = None
    retries: int = 2
    concurrency: int | None = None
    """Requests open at once."""
    rpm: int | None = None
    tpm: int | None = None
    price: PriceSetting | Literal[0] | None = None
    """Overrides the price list; `price = 0` declares a server free."""
    can: tuple[Ability, ...] | None = None
    """What it takes besides text; None: everything, as far as is known. A route asks nobody for what they cannot do."""
    confidential: str = ""
    """A word such as `internal`: what is so marked may be sent to it. A server on this machine may have everything."""
    window: int | None = None
    """Tokens that fit in; overrides the preset."""
    prompt_cache: bool | Literal["auto"] = False
    """Whether the provider is told which beginning of a request stays the same, so that it bills it once; "auto": where
    that is long enough to pay. It changes no answer and no key."""

    route: Route = ""
    models: tuple[str, ...] = ()
    """The members of a route."""
    weights: tuple[float, ...] = ()
    """Of a balance, in the members' order."""

    path: str = ""
    """replay: the file or folder of recordings."""
    rules: tuple[Rule, ...] = ()
    """scripted: what the double says."""
    dimensions: int | None = None
    """Of embeddings."""


def read_settings(name: str, table: Mapping[str, Any]) -> ModelSettings:
    """Check one table. Raises `WrongModelSettings` that names the key and the nearest valid one.

    >>> read_settings("fast", {"model": "gpt-4o-mini", "temperature": 0}).temperature
    0.0
    """
    known = ModelSettings.__struct_fields__
    for key in table:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            raise WrongModelSettings(name=name, problem=f"there is no setting '{key}'{hint}")
    try:
        return msgspec.convert(dict(table), ModelSettings, strict=True)
    except msgspec.ValidationError as error:
        raise WrongModelSettings(name=name, problem=str(error)) from error
