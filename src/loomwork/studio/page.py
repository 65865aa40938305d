"""The built page: files of the bundle, and the one document with its nonce. Knows no API."""

from __future__ import annotations

import mimetypes
import secrets
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from loomwork.kernel.errors.studio import NoPage, NoSuchPlace
from loomwork.studio.safety import policy

STATIC = Path(__file__).parent / "static"
_ASSETS = "assets"
_NONCE = "__NONCE__"
"""What stands in the built document where the nonce of an answer goes."""
_FOREVER = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")


def document(request: Request) -> Response:
    """Return the page: every address that is not a file or the API is one of its own."""
    del request
    page = STATIC / "index.html"
    if not page.is_file():
        raise NoPage
    nonce = secrets.token_urlsafe(16)
    text = page.read_text(encoding="utf-8").replace(_NONCE, nonce)
    return Response(text, media_type="text/html", headers={"Content-Security-Policy": policy(nonce)})


def asset(request: Request) -> Response:
    """Return a file of the bundle. Their names hold their hash, so they never change."""
    name = request.path_params["name"]
    found = _assets().get(name)
    if found is None:
        raise NoSuchPlace(path=f"/{_ASSETS}/{name}")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(found.read_bytes(), media_type=kind, headers={"Cache-Control": _FOREVER})


@cache
def _assets() -> dict[str, Path]:
    """Return the files by name: what is not listed does not exist, wherever a path leads."""
    return {path.name: path for path in (STATIC / _ASSETS).glob("*") if path.is_file()}
