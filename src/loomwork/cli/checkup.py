"""What `loomwork doctor` looks at, one function a subject. Spends nothing, changes nothing, calls no model."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from loomwork.kernel.errors.base import LoomworkError
from loomwork.telling.words import Words

if TYPE_CHECKING:
    from loomwork.models.catalog import Catalog
    from loomwork.store.protocols import Depth
    from loomwork.store.reports import Finding
    from loomwork.workspace.settings import Settings

Status = Literal["ok", "warning", "error"]
OLDEST = (3, 11)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PATIENCE_S = 2.0
_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"[A-Za-z0-9._-]+")


class Check(Struct, frozen=True, kw_only=True):
    """One thing that was looked at."""

    subject: str
    status: Status
    what: str
    todo: str = ""


def good(subject: str, what: str) -> Check:
    """Return a check with nothing wrong."""
    return Check(subject=subject, status="ok", what=what)


def bad(words: Words, subject: str, error: LoomworkError, *, status: Status = "error") -> Check:
    """Return a check that an error tells."""
    what, todo = words.error(error)
    return Check(subject=subject, status=status, what=what, todo=todo)


def machine(words: Words) -> Iterator[Check]:
    """Look at Python and at what loomwork needs installed."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < OLDEST:
        yield Check(subject="python", status="error", what=version, todo=words("doctor.python_old"))
    else:
        yield good("python", words("doctor.python", version=version, platform=sys.platform))
    missing: list[str] = []
    for line in _requirements():
        found = _NAME.match(line)
        if found is None or "extra ==" in line:
            continue
        try:
            metadata.version(found[0])
        except metadata.PackageNotFoundError:
            missing.append(found[0])
    if missing:
        listed = ", ".join(missing)
        yield Check(
            subject="packages",
            status="error",
            what=words("doctor.packages_missing", names=listed),
            todo=words("doctor.packages_todo", names=" ".join(missing)),
        )
    else:
        yield good("packages", words("doctor.packages", count=len(_requirements())))


def project(words: Words, folder: Path, settings_file: str) -> Iterator[Check]:
    """Look at the project folder."""
    if (folder / settings_file).exists():
        yield good("project", str(folder))
    else:
        what = words("doctor.no_project", folder=folder)
        yield Check(subject="project", status="warning", what=what, todo=words("doctor.no_project_todo"))
    own = folder / ".loomwork"
    if not os.access(own if own.is_dir() else folder, os.W_OK):
        what = words("doctor.unwritable", folder=own if own.is_dir() else folder)
        yield Check(subject="project", status="error", what=what, todo=words("doctor.unwritable_todo"))


def settings_of(words: Words, folder: Path) -> tuple[Settings | None, list[Check]]:
    """Read the settings; every problem with its file and line is a check of its own."""
    from loomwork.kernel.errors.workspace import WrongSettings
    from loomwork.workspace.settings import load_settings

    try:
        settings = load_settings(folder)
    except WrongSettings as error:
        return None, [bad(words, "settings", problem) for problem in error.problems]
    return settings, [good("settings", words("doctor.settings", models=len(settings.models)))]


def store(words: Words, url: str, *, depth: Depth) -> tuple[list[Finding], list[Check]]:
    """Examine the store."""
    from loomwork.store.doctor import examine
    from loomwork.store.opening import path_of

    path = path_of(url)
    if path is not None and not path.exists():
        return [], [good("store", words("doctor.no_store", path=path))]
    findings = examine(url, depth=depth)
    checks = [bad(words, "store", each.problem, status=each.level) for each in findings]
    return findings, checks or [good("store", words("doctor.store", path=path))]


def prompts(words: Words, folder: Path) -> Iterator[Check]:
    """Look at the prompt files."""
    from loomwork.prompts.library import prompt_files
    from loomwork.prompts.prompt import Prompt

    files = prompt_files(folder)
    wrong = 0
    for path in files:
        try:
            Prompt(path).source()
        except LoomworkError as error:
            wrong += 1
            yield bad(words, "prompts", error)
    if files and not wrong:
        yield good("prompts", words("doctor.prompts", count=len(files)))


async def models(words: Words, catalog: Catalog, env: Mapping[str, str]) -> AsyncIterator[Check]:
    """Look at each model: does its table make sense, is its key there, does its server take connections."""
    from loomwork.kernel.errors.models import MissingKey, ModelError
    from loomwork.models.plain import settle

    for name in catalog.aliases:
        try:
            catalog.resolve(name)
            if catalog.settings(name).route:
                yield good("models", words("doctor.route", name=name, members=", ".join(catalog.settings(name).models)))
                continue
            plain = settle(name, catalog.settings(name))
            plain.key(env)
        except MissingKey as error:
            yield bad(words, "models", error)
            continue
        except ModelError as error:
            yield bad(words, "models", error)
            continue
        yield await _reached(words, name, plain.target.model, plain.base_url)


async def _reached(words: Words, name: str, model: str, base_url: str) -> Check:
    """Open a connection and close it: no request is sent, nothing is spent."""
    address = urlsplit(base_url)
    if not address.hostname:
        return good("models", words("doctor.model_unplugged", name=name, model=model))
    port = address.port or _PORTS.get(address.scheme, 443)
    try:
        opening = asyncio.open_connection(address.hostname, port)
        _, writer = await asyncio.wait_for(opening, _PATIENCE_S)
        writer.close()
    except (OSError, TimeoutError) as error:
        status: Status = "error" if address.hostname in _LOOPBACK else "warning"
        reason = str(error) or type(error).__name__
        what = words("doctor.model_unreachable", name=name, address=base_url, reason=words.reason(reason))
        return Check(subject="models", status=status, what=what, todo=words("doctor.model_todo"))
    return good("models", words("doctor.model_reached", name=name, model=model, address=base_url))


def _requirements() -> list[str]:
    try:
        return metadata.requires("loomwork") or []
    except metadata.PackageNotFoundError:
        return []
