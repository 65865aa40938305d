"""Signing in by link: a token becomes a session once, a session becomes a visitor. Knows no page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple
from urllib.parse import quote

from starlette.datastructures import Headers

from loomwork.gateway.admission.limits import limits_of
from loomwork.gateway.trying import secret
from loomwork.gateway.trying.values import EVERY, Visitor
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.trying import LinkExpired, LinkRevoked, LinkUnknown, LinkUsed, SignedOut
from loomwork.kernel.principals import Principal
from loomwork.store.keys import BudgetRow, Budgets
from loomwork.store.people import LinkRow, Links

COOKIE = "loomwork_try"
OPEN = Visitor(id="", scopes=EVERY)
"""Whoever is at this machine, where no key is asked for."""
_SECOND_NS = 1_000_000_000


class Entered(NamedTuple):
    """Somebody has come in."""

    visitor: Visitor
    cookie: str
    """The header `Set-Cookie`."""


class _Found(NamedTuple):
    link: LinkRow | None
    budgets: tuple[BudgetRow, ...]


class Signing:
    """Who is on a page.

    Args:
        links: Where links are.
        budgets: Where what they may spend is.
        clock: The time.
        is_open: Whether nobody is asked for a key.
    """

    def __init__(self, links: Links, budgets: Budgets, clock: Clock, *, is_open: Callable[[], bool]) -> None:
        self._links = links
        self._budgets = budgets
        self._clock = clock
        self.is_open = is_open

    async def enter(self, served: str, token: str, *, is_secure: bool) -> Entered:
        """Exchange a link's token for a session. Raises `LinkUnknown`, `LinkUsed`, `LinkExpired`, `LinkRevoked`."""
        kept, session = secret.hashed(token), secret.make()
        now = self._clock.now_ns()
        link = await asyncio.to_thread(
            self._links.exchange, kept, secret.hashed(session), served=served, now_ns=now
        )  # fmt: skip
        if link is None:
            raise _why(await asyncio.to_thread(self._links.of_token, kept), served, now)
        seconds = (link.expires_ns - now) // _SECOND_NS
        parts = [
            f"{COOKIE}={session}", f"Path=/try/{quote(served, safe='')}", "HttpOnly", "SameSite=Strict",
            f"Max-Age={seconds}", *(["Secure"] if is_secure else []),
        ]  # fmt: skip
        return Entered(_visitor(link, ()), "; ".join(parts))

    async def visitor(self, served: str, headers: Headers) -> Visitor:
        """Return who asks. Raises `SignedOut`, or says why a session has ended."""
        kept = secret.hashed(_session_of(headers))
        link, budgets = await asyncio.to_thread(self._found, kept) if kept else (None, ())
        if link is not None and link.served == served:
            if link.is_open(self._clock.now_ns()):
                return _visitor(link, budgets)
            if not self.is_open():
                raise _why(link, served, self._clock.now_ns())
        if self.is_open():
            return OPEN
        raise SignedOut

    def _found(self, session: bytes) -> _Found:
        link = self._links.of_session(session)
        if link is None:
            return _Found(None, ())
        holders = [link.holder, *([f"owner:{link.owner}"] if link.owner else [])]
        return _Found(link, tuple(row for holder in holders for row in self._budgets.list(holder)))


def _visitor(link: LinkRow, budgets: tuple[BudgetRow, ...]) -> Visitor:
    return Visitor(
        id=f"try:{link.id}",
        who=Principal(id=link.owner, groups=frozenset(link.groups)),
        scopes=frozenset(link.scopes),
        label=link.label,
        budgets=budgets,
        limits=limits_of(link.limits),
        unknown_price=link.unknown_price,
    )


def _why(link: LinkRow | None, served: str, now_ns: int) -> Exception:
    """Return why a link is not taken."""
    if link is None or link.served != served:
        return LinkUnknown()
    if link.revoked_ns:
        return LinkRevoked()
    if now_ns >= link.expires_ns:
        return LinkExpired()
    return LinkUsed()


def _session_of(headers: Headers) -> str:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return "" if cookie is None else cookie.value
