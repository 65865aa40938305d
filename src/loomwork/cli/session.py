"""What every command shares: the common options, the open workspace, words, and where output goes.

Output for programs (one JSON object) goes to standard output, everything for people to standard error.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from loomwork.cli.paper import Paper
from loomwork.kernel.errors.cli import NeedsYes, UnknownLanguage
from loomwork.telling.words import Words, choose_language

if TYPE_CHECKING:
    from loomwork.store.protocols import Store
    from loomwork.workspace.opening import Workspace


class Session:
    """One command being carried out."""

    def __init__(self, *, project: Path | None, store: str | None, lang: str | None, json: bool, debug: bool) -> None:
        self._project = project
        self._store = store
        self.as_json = json
        self.debug = debug or bool(os.environ.get("LOOMWORK_DEBUG"))
        if lang is not None and lang.lower()[:2] not in ("en", "zh"):
            raise UnknownLanguage(name=lang)
        self.words = Words(choose_language(["--lang", lang] if lang else []))
        self.language_said = bool(lang or os.environ.get("LOOMWORK_LANG"))

    @cached_property
    def console(self) -> Paper:
        """Where people read: standard error, so that standard output stays one JSON object."""
        return Paper(sys.stderr)

    @cached_property
    def page(self) -> Paper:
        """Where a command's own result is printed for people: standard output, unless that is for programs."""
        return self.console if self.as_json else Paper(sys.stdout)

    @cached_property
    def folder(self) -> Path:
        """The project: --project, else the nearest folder with a loomwork.toml, else the current one."""
        from loomwork.workspace import find_project

        return find_project(self._project or Path.cwd())

    @contextmanager
    def open(self, **options: Any) -> Generator[Workspace]:
        """Open the project's workspace for the command."""
        from loomwork.workspace.opening import Workspace

        with Workspace.open(self.folder, store_url=self._store, **options) as workspace:
            yield workspace

    @contextmanager
    def open_at(self, folder: Path, **options: Any) -> Generator[Workspace]:
        """Open another folder's workspace, with a store of its own (demos)."""
        from loomwork.workspace.opening import Workspace

        with Workspace.open(folder, **options) as workspace:
            yield workspace

    @property
    def store_url(self) -> str | None:
        """What --store says."""
        return self._store

    def say(self, key: str, **fields: object) -> None:
        """Print one sentence for people."""
        self.console.print(self.words(key, **fields))

    def show(self, key: str, **fields: object) -> None:
        """Print one sentence of a command's result."""
        self.page.print(self.words(key, **fields))

    @property
    def asks(self) -> bool:
        """Whether there is somebody to ask."""
        return sys.stdin.isatty() and sys.stderr.isatty() and not self.as_json

    def agree(self, *, yes: bool) -> bool:
        """Ask whether to go on. Raises `NeedsYes` where nobody can be asked."""
        if yes:
            return True
        if not self.asks:
            raise NeedsYes
        self.console.print(self.words("ask.go_on"), end=" ")
        return sys.stdin.readline().strip().lower() in ("y", "yes", "是", "好")

    @cached_property
    def store_address(self) -> str:
        """The store's address with its path made absolute; where the settings cannot be read, the usual one."""
        from loomwork.kernel.errors.workspace import WrongSettings
        from loomwork.store.opening import path_of
        from loomwork.workspace.settings import DEFAULT_STORE, load_settings

        try:
            url = self._store or load_settings(self.folder).store.url
        except WrongSettings:
            url = DEFAULT_STORE
        path = path_of(url)
        return url if path is None else f"sqlite:///{self.folder / path}"

    @contextmanager
    def open_store(self) -> Generator[Store]:
        """Open the project's store alone: no models, no steps."""
        from loomwork.store import open_store
        from loomwork.store.opening import path_of

        path = path_of(self.store_address)
        missing = path is not None and not path.exists()
        store = open_store("sqlite:///:memory:" if missing else self.store_address)
        try:
            yield store
        finally:
            store.close()

    def give(self, result: dict[str, Any]) -> None:
        """Print the command's one JSON object."""
        sys.stdout.write(json.dumps(result, ensure_ascii=False, default=str) + "\n")
        sys.stdout.flush()


_COMMON: dict[str, Any] = {
    "project": (Annotated[Path | None, typer.Option("--project", help="option.project", metavar="DIR")], None),
    "store": (Annotated[str | None, typer.Option("--store", help="option.store", metavar="URL")], None),
    "lang": (Annotated[str | None, typer.Option("--lang", help="option.lang", metavar="en|zh")], None),
    "json": (Annotated[bool, typer.Option("--json", help="option.json")], False),
    "debug": (Annotated[bool, typer.Option("--debug", help="option.debug")], False),
}


def command(func: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the common options; it receives them as its first argument, a `Session`."""
    hints = get_type_hints(func, include_extras=True)
    own = [
        each.replace(annotation=hints[each.name], kind=inspect.Parameter.KEYWORD_ONLY)
        for each in list(inspect.signature(func).parameters.values())[1:]
    ]
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        for name, (annotation, default) in _COMMON.items()
    ]

    @wraps(func)
    def call(**arguments: Any) -> Any:
        session = Session(**{name: arguments.pop(name) for name in _COMMON})
        return func(session, **arguments)

    shown: Any = call
    shown.__signature__ = inspect.Signature([*own, *common])
    shown.__annotations__ = {each.name: each.annotation for each in (*own, *common)}
    del shown.__wrapped__
    return call
