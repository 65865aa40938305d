"""What a uvloop does without the interpreter's knowledge: connections, look-ups, processes. Knows no step.

libuv opens sockets and starts programs itself, so no audit event and no method of `socket` tells of them. The loop's
own methods are watched instead, and the transports of connections that the project opened are handed out behind a
watcher, since a later call may send through a connection that an earlier one has opened.
"""

from collections.abc import Callable
from types import FrameType, ModuleType
from typing import Any

from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.live import Observing, live
from loomwork.flow.observe.patches import Patches
from loomwork.flow.observe.processes import on_popen, on_system
from loomwork.flow.observe.stack import frame_of

Method = Callable[..., Any]
_SENDING = frozenset({"write", "writelines", "write_eof", "sendto", "send_signal", "terminate", "kill"})
_CONNECTING = ("create_connection", "create_unix_connection", "create_datagram_endpoint", "connect_accepted_socket")
_SERVING = ("create_server", "create_unix_server")
_SOCKETS = ("sock_connect", "sock_sendall", "sock_sendto", "sock_recv", "sock_recv_into", "sock_recvfrom")
_UNWRAPPED = ("start_tls", "sendfile")


def watch(module: ModuleType, patches: Patches) -> None:
    """Watch the loops of the module `uvloop`."""
    loop = module.Loop
    for name in _CONNECTING:
        patches.method(loop, name, _connecting)
    for name in (*_SERVING, *_SOCKETS):
        patches.method(loop, name, _noting(f"network: {name.removeprefix('sock_')}"))
    for name in ("getaddrinfo", "getnameinfo"):
        patches.method(loop, name, _noting("network: resolve"))
    patches.method(loop, "subprocess_exec", _starting_program)
    patches.method(loop, "subprocess_shell", _starting_shell)
    for name in _UNWRAPPED:
        patches.method(loop, name, _unwrapping)


class Watched:
    """A transport whose use is noted by the step call that uses it; everything else is the transport's own."""

    __slots__ = ("_loomwork_transport",)

    def __init__(self, transport: Any) -> None:
        self._loomwork_transport = transport

    def __getattr__(self, name: str) -> Any:
        if name in _SENDING:
            _touched(f"network: {name}")
        return getattr(self._loomwork_transport, name)

    @property
    def __class__(self) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride] -- read only, as mocks do it
        """The transport's own class, for those who ask with `isinstance`."""
        return self._loomwork_transport.__class__


def _noting(reason: str) -> Callable[[Method], Method]:
    def make(original: Method) -> Method:
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            _touched(reason)
            return original(self, *args, **kwargs)

        return method

    return make


def _starting_program(original: Method) -> Method:
    def subprocess_exec(self: Any, factory: Any, *words: Any, **kwargs: Any) -> Any:
        if live.current() is not None:
            with Observing("a program"):
                on_popen("", (None, words, kwargs.get("cwd")), _asking(frame_of(1)))
        return original(self, factory, *words, **kwargs)

    return subprocess_exec


def _starting_shell(original: Method) -> Method:
    def subprocess_shell(self: Any, factory: Any, command: Any, **kwargs: Any) -> Any:
        if live.current() is not None:
            with Observing("a program"):
                on_system("", (command,), _asking(frame_of(1)))
        return original(self, factory, command, **kwargs)

    return subprocess_shell


def _connecting(original: Method) -> Method:
    def method(self: Any, factory: Callable[[], Any], *args: Any, **kwargs: Any) -> Any:
        if not live.on or HIDDEN.get():
            return original(self, factory, *args, **kwargs)
        _touched(f"network: connect {_address(args, kwargs)}".rstrip())
        return _opened(original(self, lambda: _introduced(factory()), *args, **kwargs))

    return method


async def _opened(opening: Any) -> tuple[Any, Any]:
    transport, protocol = await opening
    return Watched(transport), protocol


def _introduced(protocol: Any) -> Any:
    """Let a protocol meet the watched transport in the place of the bare one."""
    meet = protocol.connection_made

    def connection_made(transport: Any) -> None:
        meet(Watched(transport))

    try:
        protocol.connection_made = connection_made
    except AttributeError:  # a protocol with slots: its connection is watched when it is opened, not when it is used
        return protocol
    return protocol


def _unwrapping(original: Method) -> Method:
    def method(self: Any, transport: Any, *args: Any, **kwargs: Any) -> Any:
        bare = getattr(transport, "_loomwork_transport", transport)
        made = original(self, bare, *args, **kwargs)
        return made if bare is transport or original.__name__ != "start_tls" else _secured(made)

    return method


async def _secured(securing: Any) -> Any:
    transport = await securing
    return None if transport is None else Watched(transport)


def _asking(frame: FrameType) -> FrameType:
    """Return the frame that asked asyncio, whose own reads of files only show source."""
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("asyncio."):
        frame = frame.f_back
    return frame


def _touched(reason: str) -> None:
    if live.current() is not None:
        live.touched(reason, frame_of(2))


def _address(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    given = [*args[:2], *(kwargs[name] for name in ("host", "port", "path") if name in kwargs)]
    return ":".join(str(each) for each in given if isinstance(each, str | int))
