"""`loomwork replay`: a recorded trace again, from a change on, without side effects."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from loomwork.cli.commands.run import readable
from loomwork.cli.differences import STYLES, differences
from loomwork.cli.session import Session, command
from loomwork.cli.tracing import SCORING, find_trace
from loomwork.kernel.errors.cli import ScoreNotReplayed, SetForm, SetKind, SetValue, TraceNotReplayed
from loomwork.kernel.errors.flow import NoSuchTrace
from loomwork.telling.bodies import reach_project
from loomwork.telling.jsonable import jsonable


@command
def replay(
    session: Session,
    trace: Annotated[str, typer.Argument(help="option.trace")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="option.set", metavar="KIND:NAME=VALUE")] = None,
) -> int:
    """Replay one recorded trace."""
    from loomwork.flow.replaying import replay as replay_trace

    steps, prompts, models = sets_of(session, set_ or [])
    with session.open(prompts=prompts, models=models) as workspace:
        name = find_trace(workspace.store, trace)
        root = workspace.store.spans.trace(name)[0]
        if root.kind == SCORING:
            raise ScoreNotReplayed(trace=name)
        reach_project(workspace.runtime.project)
        try:
            found = asyncio.run(replay_trace(workspace.runtime, name, overrides=steps))
        except NoSuchTrace:  # it is there, but no recorded call of a step began it
            raise TraceNotReplayed(trace=name, name=root.name) from None
    result = jsonable(found.as_json())
    if session.as_json:
        session.give(result)
    else:
        session.page.print(session.words(f"replay.{found.status}", trace=found.trace, replay=found.new_trace))
        if found.error:
            session.page.print(f"  {found.error}")
        if found.status == "changed":
            for line in differences(result["before"], result["after"]):
                session.page.print(f"  {line}", style=STYLES[line[0]])
    return 0 if found.status in ("same", "changed") else 1


def sets_of(session: Session, texts: list[str]) -> tuple[dict[str, Any], dict[str, Path], dict[str, str]]:
    """Read the --set options: results of steps, files of prompts, aliases of models.

    Raises:
        BadSetOption: One that has not this form.
        NoSuchPrompt: One that names no prompt of the project.
        NoSuchFile: One whose file is not there.
    """
    from loomwork.prompts.library import find_prompt

    steps: dict[str, Any] = {}
    prompts: dict[str, Path] = {}
    models: dict[str, str] = {}
    for text in texts:
        kind, colon, rest = text.partition(":")
        name, equals, value = rest.rpartition("=")
        if not colon or not equals or not name:
            raise SetForm(text=text)
        match kind:
            case "step":
                steps[name] = _value(text, value)
            case "prompt":
                find_prompt(session.folder, name)
                readable(Path(value))
                prompts[name] = Path(value)
            case "model":
                models[name] = value
            case _:
                raise SetKind(text=text, kind=kind)
    return steps, prompts, models


def _value(text: str, value: str) -> Any:
    try:
        return json.loads(Path(value[1:]).read_text(encoding="utf-8") if value.startswith("@") else value)
    except (OSError, ValueError) as error:
        raise SetValue(text=text, detail=str(error)) from None
