"""The built page: files of the bundle, and the one document with its nonce. Knows no API."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

import msgspec
from msgspec import Struct, field
from starlette.requests import Request
from starlette.responses import Response

from loomwork.kernel.errors.studio import NoPage, NoSuchPlace
from loomwork.studio.safety import policy

STATIC = Path(__file__).parent / "static"
_ASSETS = "assets"
_NONCE = "__NONCE__"
"""What stands in the built document where the nonce of an answer goes."""
_HEAD_END = "</head>"
_PAGES = "src/pages/"
_FOLDERS = {"runs": "grid"}
"""Pages whose folder in the source is not the first word of their address."""
_FOREVER = "public, max-age=31536000, immutable"
mimetypes.add_type("font/woff2", ".woff2")


def document(request: Request) -> Response:
    """Return the page: every address that is not a file or the API is one of its own."""
    page = STATIC / "index.html"
    if not page.is_file():
        raise NoPage
    nonce = secrets.token_urlsafe(16)
    text = page.read_text(encoding="utf-8").replace(_NONCE, nonce)
    text = text.replace(_HEAD_END, "".join(early(request.url.path)) + _HEAD_END, 1)
    return Response(text, media_type="text/html", headers={"Content-Security-Policy": policy(nonce)})


def early(path: str) -> Iterator[str]:
    """Yield links that have the browser fetch at once what the page of an address will ask for after its script."""
    first, _, rest = path.strip("/").partition("/")
    for name in _chunks().get(_FOLDERS.get(first, first), ()):
        kind = 'rel="stylesheet"' if name.endswith(".css") else 'rel="modulepreload"'
        yield f'<link {kind} crossorigin href="/{name}">'
    if first == "traces" and rest and "/" not in rest:
        yield f'<link rel="preload" as="fetch" crossorigin href="/api/traces/{quote(rest)}">'


@cache
def _chunks() -> dict[str, tuple[str, ...]]:
    """Return the files of each page that are fetched when it is opened, by the page's folder in the source."""
    file = STATIC / "manifest.json"
    if not file.is_file():
        return {}
    built = msgspec.json.decode(file.read_bytes(), type=dict[str, _Built])
    found: dict[str, tuple[str, ...]] = {}
    for name, each in built.items():
        if each.is_dynamic and name.startswith(_PAGES):
            found[name.removeprefix(_PAGES).partition("/")[0]] = tuple(dict.fromkeys(_needed(built, name, set())))
    return found


def _needed(built: dict[str, _Built], name: str, met: set[str]) -> Iterator[str]:
    """Yield a chunk's file and styles and those of the chunks that it imports, but for what every page has."""
    each = built[name]
    if name in met or each.is_entry:
        return
    met.add(name)
    yield each.file
    yield from each.css
    for other in each.imports:
        yield from _needed(built, other, met)


class _Built(Struct, frozen=True):
    """A chunk in the manifest that Vite writes."""

    file: str
    css: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    is_entry: bool = field(default=False, name="isEntry")
    is_dynamic: bool = field(default=False, name="isDynamicEntry")


async def asset(request: Request) -> Response:
    """Return a file of the bundle. Their names hold their hash, so they never change.

    Read on the event loop: a small file of the page cache is there sooner than a thread for it.
    """
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
