"""Which commands there are, where each one lives, and what the overview says. Imports a command only when called."""

from __future__ import annotations

import importlib
import shutil
from difflib import get_close_matches
from typing import Any, NamedTuple

from loomwork.cli.helping import describe, wrapped
from loomwork.kernel.errors.cli import UnknownCommand
from loomwork.telling.words import Words

FIRST = ("init", "demo", "run", "plan", "why", "studio", "serve", "doctor")
"""What one meets first."""

Table = dict[str, Any]
COMMANDS: Table = {
    "init": "init:init",
    "demo": "demo:demo",
    "run": "run:run",
    "plan": "plan:plan",
    "why": "why:why",
    "studio": "studio:studio",
    "serve": "serve:serve",
    "doctor": "doctor:doctor",
    "replay": "replay:replay",
    "blame": "blame:blame",
    "eval": "eval:evaluate_target",
    "compare": "compare:compare",
    "knowledge": {
        "build": "knowledge_build:build",
        "search": "knowledge_search:search",
        "ask": "knowledge_ask:ask",
        "status": "knowledge_status:status",
        "remove": "knowledge_remove:remove",
    },
    "model": {"list": "model:list_models", "check": "model:check", "add": "model_add:add"},
    "prompt": {"list": "prompt:list_all", "show": "prompt:show", "diff": "prompt:diff", "history": "prompt:history"},
    "trace": {
        "list": "trace_list:list_traces",
        "show": "trace_show:show",
        "import": "trace_import:import_traces",
        "export": "trace_export:export_traces",
    },
    "data": {
        "import": "data_import:import_data",
        "show": "data_show:show",
        "check": "data_check:check",
        "diff": "data_diff:diff",
        "split": "data_split:split",
        "merge": "data_merge:merge",
        "leaks": "data_leaks:leaks",
        "from-traces": "data_from_traces:from_traces",
        "make": "data_make:make",
        "confirm": "data_confirm:confirm",
    },
    "case": {
        "open": "case_open:open_one",
        "from": "case_open:open_many",
        "list": "case:list_cases",
        "show": "case:show",
        "note": "case_change:note",
        "assign": "case_change:assign",
        "close": "case_change:close",
        "reopen": "case_change:reopen",
        "export": "case_export:export",
    },
    "review": {
        "new": "review_new:new",
        "list": "review_list:list_reviews",
        "show": "review_list:show",
        "agree": "review_agree:agree",
        "rank": "review_rank:rank",
        "export": "review_export:export",
    },
    "key": {
        "create": "key_create:create",
        "list": "key_list:list_keys",
        "show": "key_list:show",
        "rotate": "key_change:rotate",
        "revoke": "key_change:revoke",
        "budget": "key_change:budget",
        "audit": "key_list:audit",
    },
    "link": {"new": "link:new", "list": "link:list_links", "revoke": "link:revoke"},
    "release": {
        "list": "release_list:list_releases",
        "show": "release_list:show",
        "diff": "release_diff:diff",
        "promote": "release_promote:promote",
        "rollback": "release_promote:rollback",
        "kill": "release_kill:kill",
        "revive": "release_kill:revive",
        "affected": "release_affected:affected",
    },
    "store": {
        "size": "store:size",
        "prune": "store_prune:prune",
        "export": "store:export",
        "erase": "store_erase:erase",
    },
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
                return Wanted(" ".join(path), found, [*moved, *waiting])
            table = found
    return Wanted(" ".join(path), "", [])


def overview(words: Words, path: str) -> str:
    """Return the help of the whole or of one noun."""
    table: Table = COMMANDS
    for word in path.split():
        table = table[word]
    width = max(map(len, table)) + 2
    columns = max(60, shutil.get_terminal_size((80, 24)).columns)
    lines = [words(f"help.{path}" if path else "help"), "", words("help.usage", command=f"loomwork {path}".strip()), ""]
    sections = [("help.first", FIRST), ("help.rest", tuple(name for name in table if name not in FIRST))]
    for title, names in sections if not path else [("", tuple(table))]:
        lines += [words(title)] if title else []
        for name in names:
            first, *more = wrapped(words(f"help.{f'{path} {name}'.strip()}"), columns - width - 2)
            lines += [f"  {name:<{width}}{first}", *(" " * (width + 2) + each for each in more)]
        lines.append("")
    return "\n".join([*lines, words("help.common")])


def load(words: Words, wanted: Wanted) -> Any:
    """Import a command; its help is in the chosen language."""
    import typer

    module, _, name = wanted.place.partition(":")
    function = getattr(importlib.import_module(f"loomwork.cli.commands.{module}"), name)
    app = typer.Typer(
        add_completion=False, rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]}
    )
    app.command(help=words(f"help.{wanted.path}"))(function)
    command: Any = typer.main.get_command(app)

    def help_text(context: object) -> str:
        del context
        return describe(command, words, wanted.path)

    command.get_help = help_text
    return command
