"""Who may ask: host, origin, fetch site, token, size; and what the page may do (CSP). Knows no endpoint.

A page of somebody else can send requests to a server on this machine, and a name of somebody else can be made to lead
here (DNS rebinding). So a request must call the studio by a name that is its own, and a browser's must come from the
studio's own page.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from loomwork.kernel.errors.studio import ForeignRequest, StudioRefusal, TokenWrong
from loomwork.studio.problems import refused

COOKIE = "loomwork_studio"
_WEB = 80
"""The port that browsers leave out."""
REPORTS = "/api/csp-reports"
_SAME = frozenset({"same-origin", "none"})
"""What `Sec-Fetch-Site` may say: our own page, or an address that a person typed or opened from outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where the studio listens, and what it is called."""

    host: str
    port: int
    names: tuple[str, ...] = ()
    """Further names by which people open it."""
    token: str = ""
    """Asked of everybody where it is not empty."""

    @property
    def own(self) -> str:
        """The address to open."""
        name = self.names[0] if self.names else self.host
        return f"http://{_bracketed(name)}:{self.port}"

    def hosts(self) -> frozenset[str]:
        """Return what the Host header may be."""
        names = {self.host, *self.names}
        if is_loopback(self.host):
            names |= {"127.0.0.1", "localhost", "::1"}
        plain = {_bracketed(name).lower() for name in names}
        bare = plain if self.port == _WEB else set[str]()
        return frozenset({f"{name}:{self.port}" for name in plain} | bare)


def is_loopback(host: str) -> bool:
    """Say whether only this machine reaches an address.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0"), is_loopback("localhost")
    (True, False, True)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_anywhere(host: str) -> bool:
    """Say whether an address stands for all of a machine's addresses."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(24)


def policy(nonce: str) -> str:
    """Return the page's Content-Security-Policy: nothing from elsewhere, no inline script, nobody frames it."""
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self' data:; "
        f"style-src 'self' 'nonce-{nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        f"object-src 'none'; report-uri {REPORTS}"
    )


class Guarded:
    """ASGI middleware: refuse what is not ours, and send every answer with the headers that keep it ours."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door
        self._hosts = door.hosts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        try:
            self._check_site(headers)
            given = _query_token(scope)
            if given and self._is_token(given):
                await self._welcome(scope, given)(scope, receive, _hardened(send))
                return
            self._check_token(headers)
        except StudioRefusal as refusal:
            await refused(refusal)(scope, receive, _hardened(send))
            return
        await self._app(scope, receive, _hardened(send))

    def _check_site(self, headers: Headers) -> None:
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            raise ForeignRequest(header="Host", value=host, own=self._door.own)
        origin = headers.get("origin")
        if origin is not None and origin.lower().partition("://")[2] != host:
            raise ForeignRequest(header="Origin", value=origin, own=self._door.own)
        site = headers.get("sec-fetch-site")
        if site is not None and site not in _SAME:
            raise ForeignRequest(header="Sec-Fetch-Site", value=site, own=self._door.own)

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._door.token.encode())

    def _check_token(self, headers: Headers) -> None:
        if not self._door.token:
            return
        bearer = headers.get("authorization", "").removeprefix("Bearer ").strip()
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        given = bearer or (cookie.value if cookie is not None else "")
        if not self._is_token(given):
            raise TokenWrong

    def _welcome(self, scope: Scope, token: str) -> RedirectResponse:
        """Keep the token in a cookie and take it out of the address."""
        rest = [(key, value) for key, value in parse_qsl(scope["query_string"].decode("latin-1")) if key != "token"]
        path: str = scope["path"]
        there = "/" + path.lstrip("/\\") + (f"?{urlencode(rest)}" if rest else "")
        answer = RedirectResponse(there, status_code=303)
        answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", path="/")
        return answer


def _query_token(scope: Scope) -> str:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token", "")


def _hardened(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers.setdefault("Cache-Control", "no-store")
        await send(message)

    return sending


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name else name
