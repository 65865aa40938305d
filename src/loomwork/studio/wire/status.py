"""What the page asks first. Values only."""

from msgspec import Struct

from loomwork.studio.wire.problem import Problem


class Status(Struct, frozen=True, kw_only=True):
    """Where the studio is."""

    version: str
    project: str
    """The project folder's name."""
    now_ms: float
    runs: int
    """How many there are, at most a thousand."""
    models: tuple[str, ...]
    """Aliases in loomwork.toml."""
    bases: tuple[str, ...]
    """Knowledge bases in loomwork.toml."""
    problem: Problem | None = None
    """What is wrong with loomwork.toml, where it cannot be read: file, line and what."""
