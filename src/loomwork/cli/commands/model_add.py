"""`loomwork model add`: find a model on this machine or a key in the environment, try it, write it down."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from loomwork.cli.commands.model import show_answer
from loomwork.cli.session import Session, command
from loomwork.cli.tables import print_table
from loomwork.kernel.errors.cli import AliasTaken, ModelNotNamed, ModelNotWritten, NoModelFound, UnknownPreset
from loomwork.kernel.errors.models import ModelError
from loomwork.kernel.errors.phrases import nearest

if TYPE_CHECKING:
    from loomwork.cli.asking import Asked
    from loomwork.models.discover import Found
    from loomwork.models.presets import Preset
    from loomwork.workspace.settings import Settings

DEFAULT_ALIAS = "fast"
SCRIPTED = "scripted"
"""The double that ships with loomwork: no server, no key, and every answer says that it is one."""


class Choice(NamedTuple):
    """A model that was chosen: how people call its server, and what its table says."""

    title: str
    table: dict[str, str]


class Asking(NamedTuple):
    """What the command line says already."""

    preset: str
    model: str
    base_url: str
    key_env: str


@command
def add(
    session: Session,
    preset: Annotated[str, typer.Option("--preset", help="option.preset", metavar="NAME")] = "",
    model: Annotated[str, typer.Option("--model", help="option.model_name", metavar="NAME")] = "",
    base_url: Annotated[str, typer.Option("--base-url", help="option.base_url", metavar="URL")] = "",
    key_env: Annotated[str, typer.Option("--key-env", help="option.key_env", metavar="VARIABLE")] = "",
    alias: Annotated[list[str] | None, typer.Option("--as", help="option.alias", metavar="ALIAS")] = None,
    untested: Annotated[bool, typer.Option("--untested", help="option.untested")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="option.model_yes")] = False,
) -> int:
    """Find a model, try it and write it into loomwork.toml."""
    from loomwork.workspace.settings import load_settings

    settings = load_settings(session.folder)
    choice = asyncio.run(_choose(session, Asking(preset, model, base_url, key_env), ask=session.asks and not yes))
    names = _aliases(settings, alias or [])
    _may_replace(session, settings, names, yes=yes)
    tried = None if untested else _try(session, choice)
    path = _write(session, names, choice)
    listed = ", ".join(names)
    if session.as_json:
        found = {"file": str(path), "aliases": names, "settings": choice.table}
        session.give(found | {"test": tried.as_json() if tried is not None else None})
    session.say("model.written", path=path, names=listed, model=choice.table.get("model", SCRIPTED), title=choice.title)
    if untested:
        session.say("model.untested", name=names[0])
    return 0


async def _choose(session: Session, asking: Asking, *, ask: bool) -> Choice:
    """Return the model that the command line names, else one that was found. Raises `NoModelFound` and others."""
    from loomwork.models.discover import discover, probe_models
    from loomwork.models.presets import presets

    known = presets()
    if asking.preset == SCRIPTED:
        return Choice(session.words("model.scripted"), {"driver": SCRIPTED})
    if asking.preset:
        names = [*known, SCRIPTED]
        if asking.preset not in known:
            raise UnknownPreset(name=asking.preset, near=nearest(asking.preset, names), known=", ".join(names))
        return await _of_preset(session, asking, known[asking.preset], ask=ask)
    if asking.base_url:
        name = asking.model or _pick(session, asking.base_url, await probe_models(asking.base_url) or (), ask=ask)
        return Choice(asking.base_url, _table(asking, {"driver": "openai", "model": name, "base_url": asking.base_url}))
    session.say("model.looking")
    found = await discover(probe_models, os.environ)
    if ask:
        return await _ask(session, asking, found)
    if not found:
        raise NoModelFound(example="OPENAI_API_KEY", presets="|".join(known))
    return _of_found(session, asking, found[0], ask=ask)


async def _of_preset(session: Session, asking: Asking, preset: Preset, *, ask: bool) -> Choice:
    from loomwork.models.discover import probe_models

    address = asking.base_url or preset.base_url
    served = await probe_models(address) if preset.local == "yes" and not asking.model else None
    name = asking.model or preset.suggest or _pick(session, preset.title, served or (), ask=ask)
    table = {"preset": asking.preset, "model": name}
    if preset.local == "yes" or asking.base_url:
        table["base_url"] = address
    return Choice(preset.title, _table(asking, table))


def _of_found(session: Session, asking: Asking, found: Found, *, ask: bool) -> Choice:
    name = asking.model or _pick(session, found.title, found.models, ask=ask)
    return Choice(found.title, _table(asking, found.table(name)))


async def _ask(session: Session, asking: Asking, found: list[Found]) -> Choice:
    """Show what was found, and every other preset, and ask."""
    from rich.console import Console
    from rich.prompt import IntPrompt

    from loomwork.models.presets import presets

    words = session.words
    others = {name: preset for name, preset in presets().items() if name not in {each.preset for each in found}}
    rows = [
        (number, each.title, words(f"model.found.{each.kind}", env=each.api_key_env), ", ".join(each.models[:3]))
        for number, each in enumerate(found, 1)
    ]
    rows += [
        (len(found) + number, each.title, words("model.found.no", env=each.api_key_env or "-"), each.suggest)
        for number, each in enumerate(others.values(), 1)
    ]
    print_table(
        session.console, ["", *(words(f"table.{name}") for name in ("provider", "found", "model"))], rows, grow=3
    )
    numbers = [str(number) for number in range(1, len(rows) + 1)]
    place = IntPrompt.ask(
        words("model.which"), choices=numbers, show_choices=False, default=1, console=Console(stderr=True)
    )
    if place <= len(found):
        return _of_found(session, asking, found[place - 1], ask=True)
    name = list(others)[place - len(found) - 1]
    return await _of_preset(session, asking._replace(preset=name), others[name], ask=True)


def _pick(session: Session, title: str, models: object, *, ask: bool) -> str:
    """Return one of a server's models: asked for where there are several, else the first that can chat."""
    from collections.abc import Sequence
    from typing import cast

    names = [name for name in cast("Sequence[str]", models) if "embed" not in name.lower()]
    if ask:
        from rich.console import Console
        from rich.prompt import Prompt

        default = names[0] if names else ...
        if len(names) > 1:
            session.say("model.serves", title=title, names=", ".join(names))
        given = Prompt.ask(session.words("model.which_name"), default=default, console=Console(stderr=True))
        return str(given)
    if not names:
        raise ModelNotNamed(title=title)
    return names[0]


def _table(asking: Asking, table: dict[str, str]) -> dict[str, str]:
    return table | ({"api_key_env": asking.key_env} if asking.key_env else {})


def _aliases(settings: Settings, given: list[str]) -> list[str]:
    """Return the names that the model will have: those given, else those of scripted doubles, else the default."""
    doubles = [name for name, table in settings.models.items() if table.get("driver") == SCRIPTED]
    return given or doubles or [DEFAULT_ALIAS]


def _may_replace(session: Session, settings: Settings, names: list[str], *, yes: bool) -> None:
    """Ask before a real model is replaced. Raises `AliasTaken` where nobody agrees."""
    for name in names:
        table = settings.models.get(name)
        if table is None or table.get("driver") == SCRIPTED or yes:
            continue
        what = table.get("model") or table.get("route") or table.get("driver")
        if not session.asks:
            raise AliasTaken(name=name, model=what)
        session.say("model.replaces", name=name, model=what)
        if not session.agree(yes=False):
            raise AliasTaken(name=name, model=what)


def _try(session: Session, choice: Choice) -> Asked:
    """Send the test call. Raises `ModelNotWritten` with what went wrong."""
    from loomwork.cli.asking import ask_once
    from loomwork.models.catalog import Catalog
    from loomwork.models.settings import read_settings

    name = "test"
    settings = read_settings(name, {**choice.table, "retries": 0, "timeout": 120})
    catalog = Catalog({name: settings}, env=os.environ, root=session.folder)
    try:
        asked = asyncio.run(ask_once(catalog, name))
    except ModelError as error:
        raise ModelNotWritten(failure=error) from None
    show_answer(session, choice.title, asked)
    return asked


def _write(session: Session, names: list[str], choice: Choice) -> str:
    """Write the settings through a file beside them, once they are known to be good."""
    from loomwork.cli.settings_file import with_model
    from loomwork.prompts.locating import PROJECT_FILE
    from loomwork.workspace.scaffold import double_comments
    from loomwork.workspace.settings import read_settings

    path = session.folder / PROJECT_FILE
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for name in names:
        text = with_model(text, name, choice.table, stale=double_comments())
    read_settings(text, [])
    part = path.with_name(f"{PROJECT_FILE}.part")
    part.write_text(text, encoding="utf-8")
    if path.exists():
        part.chmod(path.stat().st_mode & 0o777)
    part.replace(path)
    return str(path)
