"""Which commands there are, where each one lives, and what the overview says. Imports a command only when called."""

from __future__ import annotations

import importlib
from difflib import get_close_matches
from typing import Any, NamedTuple

from loomwork.cli.text import Words
from loomwork.kernel.errors.cli import UnknownCommand

FIRST = ("init", "demo", "run", "plan", "why", "doctor")
"""What one meets first."""

Table = dict[str, Any]
COMMANDS: Table = {
    "init": "init:init",
    "demo": "demo:demo",
    "run": "run:run",
    "plan": "plan:plan",
    "why": "why:why",
    "doctor": "doctor:doctor",
    "replay": "replay:replay",
    "model": {"list": "model:list_models", "check": "model:check", "add": "model:add"},
    "prompt": {"list": "prompt:list_all", "show": "prompt:show", "diff": "prompt:diff", "history": "prompt:history"},
    "trace": {
        "list": "trace:list_traces",
        "show": "trace:show",
        "import": "trace_exchange:import_traces",
        "export": "trace_exchange:export_traces",
    },
    "data": {"show": "data:show", "check": "data:check"},
    "store": {"size": "store:size", "prune": "store:prune", "export": "store:export", "erase": "store:erase"},
}
VALUED = ("--project", "--store", "--lang")
"""Common options that take a value, wherever they stand."""
FLAGS = ("--json", "--debug")


class Wanted(NamedTuple):
    """A command to call: its words, where it lives, and what is left for it. Without a place: show help."""

    path: str
    place: str
    rest: list[str]


def find(arguments: list[str]) -> Wanted:
    """Find the command in the arguments; common options may stand before it. Raises `UnknownCommand`."""
    table: Table = COMMANDS
    path: list[str] = []
    moved: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word in ("-h", "--help", "help"):
            return Wanted(" ".join(path), "", [])
        if word in FLAGS or (word.startswith("--") and "=" in word):
            moved.append(word)
        elif word in VALUED and waiting:
            moved += [word, waiting.pop(0)]
        elif word not in table:
            close = get_close_matches(word, list(table), n=1)
            known = f"{close[0]}?" if close else ", ".join(table)
            raise UnknownCommand(name=" ".join([*path, word]), known=known)
        else:
            path.append(word)
            found = table[word]
            if isinstance(found, str):
                return Wanted(" ".join(path), found, [*waiting, *moved])
            table = found
    return Wanted(" ".join(path), "", [])


def overview(words: Words, path: str) -> str:
    """Return the help of the whole or of one noun."""
    table: Table = COMMANDS
    for word in path.split():
        table = table[word]
    width = max(map(len, table)) + 2
    lines = [words(f"help.{path}" if path else "help"), "", words("help.usage", command=f"loomwork {path}".strip()), ""]
    sections = [("help.first", FIRST), ("help.rest", tuple(name for name in table if name not in FIRST))]
    for title, names in sections if not path else [("", tuple(table))]:
        lines += [words(title)] if title else []
        lines += [f"  {name:<{width}}{words(f'help.{path} {name}'.replace('. ', '.'))}" for name in names]
        lines.append("")
    return "\n".join([*lines, words("help.common")])


def load(words: Words, wanted: Wanted) -> Any:
    """Import a command and put its texts in the chosen language."""
    import typer

    module, _, name = wanted.place.partition(":")
    function = getattr(importlib.import_module(f"loomwork.cli.commands.{module}"), name)
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(help=words(f"help.{wanted.path}"))(function)
    command = typer.main.get_command(app)
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text:
            parameter.help = words.get(text, text)  # pyright: ignore[reportAttributeAccessIssue] - typer's own attribute
    return command
