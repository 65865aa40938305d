"""Network events, and sends and receives on connections that were opened earlier: nothing that can be verified."""

import _socket
from collections.abc import Callable
from types import FrameType
from typing import Any

from loomwork.flow.observe.live import live
from loomwork.flow.observe.stack import frame_of

_UNIX = getattr(_socket, "AF_UNIX", None)
_family = _socket.socket.family.__get__  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType, reportUnknownMemberType] -- the raw number; the property builds an enum each time


def on_address(event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note a socket that is bound, connected or sent through: (socket, address)."""
    if is_of_this_process(args[0]):
        return
    live.touched(f"network: {event.removeprefix('socket.')} {_address(args[1])}", frame)


def on_lookup(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note a name that is being resolved."""
    live.touched(f"network: resolve {_text(args[0])}", frame)


def on_request(_event: str, args: tuple[Any, ...], frame: FrameType) -> None:
    """Note a request of `urllib` (a `file:` or `data:` address has its own event or none)."""
    url = _text(args[0])
    if not url.startswith(("file:", "data:")):
        live.touched(f"network: request {url.partition('?')[0]}", frame)


def on_send(_event: str, _args: tuple[Any, ...], frame: FrameType) -> None:
    """Note a request on a connection that may have been open before."""
    live.touched("network: http", frame)


def is_of_this_process(socket: Any) -> bool:
    """Say whether a socket is one end of a pair without a name, as event loops use to wake themselves up."""
    if _family(socket) != _UNIX:
        return False
    try:
        return not socket.getpeername() and not socket.getsockname()
    except OSError:
        return False


def watching(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what makes a method of a socket class note its use."""

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            if live.current() is not None and not is_of_this_process(self):
                live.touched(f"network: {name}", frame_of(1))
            return original(self, *args, **kwargs)

        return method

    return make


def _address(address: Any) -> str:
    if isinstance(address, tuple):
        return ":".join(_text(part) for part in address[:2])  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- (host, port, ...)
    return _text(address)


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
