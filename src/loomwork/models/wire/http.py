"""What the drivers ask of a transport, in values. Knows no HTTP library."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from msgspec import Struct


class Call(Struct, frozen=True, kw_only=True):
    """One HTTP request, ready to go. `headers` carry the key: never write a call down."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    method: str = "POST"


class Reply(Protocol):
    """An HTTP response whose body has not been read yet. Must be closed, unless it was read to its end."""

    @property
    def status(self) -> int:
        """The status code."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; names are looked up whatever their case."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives. Raises `WireBroken` when it breaks off."""
        ...

    async def finish(self) -> None:
        """Read what may be left after the last piece that mattered, if it comes at once: the connection lives on."""
        ...

    def close(self) -> None:
        """Give the connection up."""
        ...


class Transport(Protocol):
    """What sends a request. Raises `WireBroken`; knows no deadline but the connection's."""

    async def send(self, call: Call, *, connect: float | None = None) -> Reply:
        """Send and wait for status and headers. `connect` is how long the connection may take, in seconds."""
        ...


class WireBroken(Exception):  # named for what happened; drivers turn it into a ModelError
    """The connection failed. `sent` says whether the request may have reached the server."""

    def __init__(self, detail: str, *, sent: bool, late: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.sent = sent
        self.late = late
        """The connection's own deadline passed."""
