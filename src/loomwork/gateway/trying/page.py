"""The built page: one document with its nonce, and its few files. Knows no served thing."""

from __future__ import annotations

import mimetypes
import secrets
from functools import cache
from pathlib import Path

from starlette.responses import Response

from loomwork.gateway.trying.safety import CLOSED, HARD, policy
from loomwork.kernel.errors.trying import NotTried

STATIC = Path(__file__).parent / "static"
_ASSETS = "assets"
_NONCE = "__NONCE__"
_FOREVER = "public, max-age=31536000, immutable"


def document() -> Response:
    """Return the page: the same for everybody, it learns by itself who is there."""
    nonce = secrets.token_urlsafe(16)
    text = _page().replace(_NONCE, nonce)
    headers = {**HARD, "Content-Security-Policy": policy(nonce), "Cache-Control": "no-store"}
    return Response(text, media_type="text/html", headers=headers)


def asset(name: str) -> Response:
    """Return a file of the bundle. Their names hold their hash, so they never change. Raises `NotTried`."""
    found = _assets().get(name)
    if found is None:
        raise NotTried(name=name)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {**HARD, "Content-Security-Policy": CLOSED, "Cache-Control": _FOREVER}
    return Response(found.read_bytes(), media_type=kind, headers=headers)


@cache
def _page() -> str:
    return (STATIC / "try.html").read_text(encoding="utf-8")


@cache
def _assets() -> dict[str, Path]:
    """Return the files by name: what is not listed does not exist, wherever a path leads."""
    return {path.name: path for path in (STATIC / _ASSETS).glob("*") if path.is_file()}
