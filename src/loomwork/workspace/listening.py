"""Where a server listens: from the settings to a bound socket. Loads nothing heavy; knows no server."""

import errno
import ipaddress
import os
import socket
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from loomwork.kernel.errors.studio import CannotListen, PortTaken
from loomwork.prompts.locating import PROJECT_FILE
from loomwork.workspace.environment import applied, overrides

BACKLOG = 2048
_TABLE = "gateway"
_HOST, _PORT = "127.0.0.1", 5720
_PORTS = 1 << 16


class Address(NamedTuple):
    """A host and a port; 0: any that is free."""

    host: str
    port: int


def address(project: Path, environ: Mapping[str, str] | None = None) -> Address | None:
    """Return where [gateway] says to listen; None where the settings are wrong, which others say better."""
    path = project / PROJECT_FILE
    try:
        tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        for change in overrides(os.environ if environ is None else environ):
            if change.names[0] == _TABLE:
                tables = applied(tables, change)
        found = tables.get(_TABLE, {})
        host, port = found.get("host", _HOST), found.get("port", _PORT)
    except (OSError, ValueError, AttributeError):
        return None
    return Address(host, port) if isinstance(host, str) and isinstance(port, int) and 0 <= port < _PORTS else None


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises `PortTaken`, `CannotListen`."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(BACKLOG)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host=host, port=port) from None
        raise CannotListen(host=host, port=port, reason=_reason(error)) from None
    return made


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "it is no address"
    if error.errno == errno.EADDRNOTAVAIL:
        return "this machine has no such address"
    if error.errno == errno.EACCES:
        return "only an administrator may use ports below 1024"
    return error.strerror or str(error)


def url_of(taken: socket.socket) -> str:
    """Return the address that a socket listens on."""
    host, port = taken.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0"), is_loopback("localhost")
    (True, False, True)
    """
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
