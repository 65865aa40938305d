"""Where a request to a try page may come from, and what the page may do (CSP). Knows no session.

As in the studio: a page of somebody else can send requests here, and where no key is asked for, a name of somebody
else can be made to lead here (DNS rebinding). A session's cookie is bound to the name under which it was given.
"""

from __future__ import annotations

from starlette.datastructures import Headers

from loomwork.gateway.foreign import is_loopback
from loomwork.kernel.errors.trying import TryForeign

_SAME = frozenset({"same-origin", "none"})
HARD = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Headers of every answer."""
CLOSED = "default-src 'none'; frame-ancestors 'none'"


def policy(nonce: str) -> str:
    """Return the page's Content-Security-Policy: nothing from elsewhere, no inline script, nobody frames it."""
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self' data:; "
        f"style-src 'self' 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "object-src 'none'; require-trusted-types-for 'script'"
    )


def check(headers: Headers, *, is_open: bool) -> None:
    """Raise `TryForeign` for what comes from another page, or, where nobody signs in, by another name.

    Without `Sec-Fetch-Site` and `Origin` it is no page that asks.
    """
    host = headers.get("host", "").lower()
    if is_open and not is_loopback(host):
        raise TryForeign(header="Host")
    origin = headers.get("origin")
    if origin is not None and origin.lower().partition("://")[2] != host:
        raise TryForeign(header="Origin")
    site = headers.get("sec-fetch-site")
    if site is not None and site not in _SAME:
        raise TryForeign(header="Sec-Fetch-Site")
