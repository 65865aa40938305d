"""A page that was fetched, and what fetching may cost. Values only: no client is loaded for them."""

from msgspec import Struct


class FetchLimits(Struct, frozen=True, kw_only=True):
    """What one page may cost."""

    bytes: int = 32 * 1024 * 1024
    """Of the content, unpacked."""
    seconds: float = 30.0
    """For all of it, redirects included."""
    redirects: int = 5


class Fetched(Struct, frozen=True, kw_only=True):
    """A page as it came."""

    url: str
    """Where it came from in the end."""
    data: bytes
    media_type: str
    encoding: str
    """Said by the server, or empty."""
    modified: str
    """The server's Last-Modified, or empty."""
