"""Whether a page of somebody else asks. Knows headers, and no key.

Any page can have a browser send requests to this machine, and a name of somebody else can be made to lead here (DNS
rebinding). A key cannot be guessed by such a page; where none is asked for, only the headers that a browser sets by
itself tell who asks.
"""

import ipaddress

from loomwork.kernel.errors.gateway import ForeignPage

_SAME = (b"same-origin", b"none")


def check(headers: dict[bytes, bytes]) -> None:
    """Raise `ForeignPage` for a request by another name than this machine's, or from another page."""
    host = headers.get(b"host", b"").lower()
    if not is_loopback(host.decode("latin-1")):
        raise ForeignPage(header="Host")
    origin = headers.get(b"origin")
    if origin is not None and origin.lower().partition(b"://")[2] != host:
        raise ForeignPage(header="Origin")
    site = headers.get(b"sec-fetch-site")
    if site is not None and site not in _SAME:
        raise ForeignPage(header="Sec-Fetch-Site")


def is_loopback(host: str) -> bool:
    """Say whether a Host header names this machine.

    >>> [is_loopback(each) for each in ("localhost:80", "127.0.0.1", "[::1]:5720", "evil.test:5720", "")]
    [True, True, True, False, False]
    """
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name in ("127.0.0.1", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
