"""What [monitor] and [alerts.NAME] of loomwork.toml may say. Checked values only; knows nothing of what they start.

>>> rule_of("slow", AlertTable(of="latency", slower="5s", above=0.1)).slower_ns
5000000000
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.flow import BadDuration
from loomwork.kernel.errors.kernel import BadMoney
from loomwork.kernel.usage import Money
from loomwork.monitor.alerts.rules import Rule
from loomwork.store.requests import Only

Way = Literal["log", "webhook", "email"]
_SHARES = ("errors", "limited", "refused", "unanswered", "guarded", "degraded", "latency", "first_token")
_DAY = 1440
_SLOW = ("latency", "first_token")


def _is_duration(text: str) -> str:
    try:
        parse_seconds(text)
    except BadDuration as bad:
        raise ValueError("write a number and a unit, for example 30s or 5m") from bad
    return text


def _is_money(text: str) -> str:
    try:
        Money.parse(text)
    except BadMoney as bad:
        raise ValueError("write a number and a currency, for example 5USD") from bad
    return text


Duration = Annotated[str, AfterValidator(_is_duration)]
Amount = Annotated[str, AfterValidator(_is_money)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class EmailTable(_Table):
    """The server that takes e-mail, and between whom."""

    host: str
    port: int = Field(default=587, ge=1, le=65535)
    sender: str = Field(alias="from")
    to: list[str] = Field(min_length=1)
    user: str = ""
    password_env: str = ""
    """Name of the variable that holds the password."""
    security: Literal["starttls", "tls", "none"] = "starttls"


class WebhookTable(_Table):
    """An address that takes alerts as JSON."""

    url: str = ""
    url_env: str = ""
    """Name of the variable that holds the address, where the address itself is a secret."""

    @model_validator(mode="after")
    def _is_one(self) -> "WebhookTable":
        if bool(self.url) == bool(self.url_env):
            raise ValueError("give url or url_env")
        return self


class MonitorTable(_Table):
    """What is watched, kept and sent on."""

    otlp: str = ""
    """An OTLP/HTTP endpoint that gets traces and metrics; empty: none."""
    otlp_every: Duration = "30s"
    look: Duration = "15s"
    """How often alerts are decided."""
    sample: float = Field(default=1.0, ge=0, le=1)
    """Share of ordinary traces that is kept after `whole`; errors, slow, costly and rated ones are kept always."""
    whole: Duration = "7d"
    slow: Duration = "10s"
    costly: Amount = "0.10USD"
    score: float = Field(default=0.0, ge=0, le=1)
    """Share of answers that `scorers` are applied to."""
    scorers: list[str] = []
    logs: Literal["text", "json"] = "text"
    language: Literal["", "en", "zh"] = ""
    """Of what alerts say; empty: that of the shell that the server was started in."""
    webhook: WebhookTable | None = None
    email: EmailTable | None = None


class AlertTable(_Table):
    """One alert."""

    of: Literal[
        "errors", "limited", "refused", "unanswered", "guarded", "degraded", "latency", "first_token", "cost", "tokens",
        "requests",
    ] = "errors"  # fmt: skip
    above: float | Amount | None = None
    """A share from 0 to 1, a number, or for `cost` an amount with its currency."""
    below: float | None = None
    objective: float | None = Field(default=None, gt=0, lt=1)
    over: Duration = "5m"
    slower: Duration | None = None
    at_least: int = Field(default=10, ge=1)
    calm: Duration = "5m"
    served: str = ""
    model: str = ""
    key: str = ""
    release: str = ""
    to: list[Way] = ["log"]

    @model_validator(mode="after")
    def _is_whole(self) -> "AlertTable":
        if sum(each is not None for each in (self.above, self.below, self.objective)) != 1:
            raise ValueError("give exactly one of above, below and objective")
        if (self.of in _SLOW) != (self.slower is not None):
            raise ValueError('give slower, for example "5s", with latency and first_token, and with nothing else')
        if self.of in _SHARES:
            if self.below is not None:
                raise ValueError("below goes with cost, tokens and requests")
            if self.above is not None and not (isinstance(self.above, float | int) and 0 <= self.above < 1):
                raise ValueError("above is a share here: at least 0 and less than 1")
        elif self.objective is not None:
            raise ValueError("objective goes with shares of requests, such as errors or latency")
        if (self.of == "cost" and self.above is not None) != isinstance(self.above, str):
            raise ValueError('above is an amount for cost, for example "5USD", and a number elsewhere')
        if not 1 <= (parse_seconds(self.over) or 0) / 60 <= _DAY:
            raise ValueError("over is from 1m to 1d")
        return self


def rule_of(name: str, table: AlertTable) -> Rule:
    """Return the rule that a table sets."""
    above, currency = table.above, ""
    if isinstance(above, str):
        money = Money.parse(above)
        above, currency = money.micros / 1e6, money.currency
    return Rule(
        name=name,
        of=table.of,
        above=above,
        below=table.below,
        objective=table.objective,
        over=max(1, round((parse_seconds(table.over) or 60) / 60)),
        at_least=table.at_least,
        slower_ns=round((parse_seconds(table.slower) or 0) * 1e9),
        only=Only(release=table.release, served=table.served, model=table.model, key=table.key),
        currency=currency,
        calm=round((parse_seconds(table.calm) or 0) / 60),
    )
