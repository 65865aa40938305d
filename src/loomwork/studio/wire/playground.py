"""Variants of a prompt side by side. Values only."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

from loomwork.studio.wire.problem import Problem
from loomwork.studio.wire.spans import Said

VARIANTS = 8
"""Most variants at once."""


class PlayTurn(Struct, frozen=True, kw_only=True):
    """One message of a conversation, word for word: nothing in it is filled in."""

    role: Literal["system", "developer", "user", "assistant"]
    text: str


class Variant(Struct, frozen=True, kw_only=True):
    """One way to ask: a prompt, else a whole conversation, else `system` and `user`, which are templates."""

    model: str
    """An alias in loomwork.toml."""
    prompt: str = ""
    """A prompt's name or file in the project."""
    text: str | None = None
    """In the place of what the file holds; the file stays as it is."""
    system: str = ""
    user: str = ""
    turns: tuple[PlayTurn, ...] = ()
    temperature: float | None = None
    max_tokens: int | None = None


class Play(Struct, frozen=True, kw_only=True):
    """What the playground is to do."""

    variants: tuple[Variant, ...]
    inputs: dict[str, Any] = {}
    """Values by variable, the same for all."""
    fresh: bool = False
    """Ask the model again even where its answer to the same question is kept."""


class PlayStart(Struct, frozen=True, kw_only=True, tag="start", tag_field="event"):
    """The variants are being asked (event `start`)."""

    variants: int


class PlayDelta(Struct, frozen=True, kw_only=True, tag="delta", tag_field="event"):
    """More of an answer (event `delta`)."""

    variant: int
    text: str
    kind: Literal["text", "reasoning"] = "text"


class PlayDone(Struct, frozen=True, kw_only=True, tag="done", tag_field="event"):
    """An answer is whole, or failed (event `done`)."""

    variant: int
    text: str
    """All of it."""
    ms: float
    cached: bool
    model: str
    """As the provider names what answered."""
    finish: str
    input_tokens: int
    output_tokens: int
    cost: dict[str, float]
    unpriced: bool
    trace: str
    span: str
    problem: Problem | None


class PlayEnd(Struct, frozen=True, kw_only=True, tag="end", tag_field="event"):
    """Everything is done (event `end`)."""

    ms: float


class OpeningAsked(Struct, frozen=True, kw_only=True):
    """Which span is to be opened."""

    trace: str
    span: str


class Opening(Struct, frozen=True, kw_only=True):
    """What the playground opens with."""

    prompt: str
    """The prompt's file in the project; empty where none was used, or it is gone."""
    text: str
    """What the file holds now."""
    digest: str
    """Of that, for saving."""
    version: str
    """What was used then."""
    changed: bool
    """The file is another than the one used then."""
    variables: tuple[str, ...]
    """What the prompt wants."""
    inputs: dict[str, Any]
    """What they were, as far as it is known."""
    missing: tuple[str, ...]
    """Variables whose value is not known."""
    messages: tuple[Said, ...]
    """The conversation as it was sent."""
    turns: tuple[PlayTurn, ...]
    """The same as text to edit."""
    left_out: tuple[str, ...]
    """Kinds of what `turns` cannot say: images, tool calls, ..."""
    model: str
    """Alias; empty where the project has none of that name any more."""
    temperature: float | None
    max_tokens: int | None
    models: tuple[str, ...]
    """All aliases of the project."""
