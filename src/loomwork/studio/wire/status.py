"""What the page asks first. Values only."""

from msgspec import Struct


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
    settings_wrong: str = ""
    """What is wrong with loomwork.toml, where it cannot be read."""
