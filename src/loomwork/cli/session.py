"""What every command shares: the common options, the open workspace, words, and where output goes.

Output for programs (one JSON object) goes to standard output, everything for people to standard error.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from loomwork.cli.text import Words, choose_language

if TYPE_CHECKING:
    from rich.console import Console

    from loomwork.workspace.opening import Workspace


class Session:
    """One command being carried out."""

    def __init__(self, *, project: Path | None, store: str | None, lang: str | None, json: bool, debug: bool) -> None:
        self._project = project
        self._store = store
        self.as_json = json
        self.debug = debug
        self.words = Words(choose_language(["--lang", lang] if lang else sys.argv[1:]))

    @cached_property
    def console(self) -> Console:
        """Where people read: standard error, so that standard output stays one JSON object."""
        from rich.console import Console

        return Console(stderr=True, highlight=False, soft_wrap=False)

    @cached_property
    def page(self) -> Console:
        """Where a command's own result is printed for people: standard output."""
        from rich.console import Console

        return Console(highlight=False)

    @cached_property
    def folder(self) -> Path:
        """The project: --project, else the nearest folder with a loomwork.toml, else the current one."""
        from loomwork.workspace import find_project

        return find_project(self._project or Path.cwd())

    @contextmanager
    def open(self, **options: Any) -> Iterator[Workspace]:
        """Open the project's workspace for the command."""
        from loomwork.workspace.opening import Workspace

        with Workspace.open(self.folder, store_url=self._store, **options) as workspace:
            yield workspace

    @contextmanager
    def open_at(self, folder: Path, **options: Any) -> Iterator[Workspace]:
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
        self.console.print(self.words(key, **fields), markup=False, soft_wrap=True)

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

    call.__signature__ = inspect.Signature([*own, *common])  # pyright: ignore[reportFunctionMemberAccess] - what typer reads
    call.__annotations__ = {each.name: each.annotation for each in (*own, *common)}
    del call.__wrapped__
    return call
