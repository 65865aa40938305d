"""The application's own logic without loomwork: `step`, `Prompt` and `model` as plain functions. Caches nothing.

The reference caches and the peers' adapters run the same application through this; each brings its own way to wrap a
step and to complete a request. It knows nothing of what they do with it.
"""

import asyncio
import json
import os
import sys
import tomllib
import types
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import minijinja


class Request(NamedTuple):
    """What one model call asks for: the settings of its alias, and the messages."""

    alias: str
    settings: dict[str, Any]
    messages: list[dict[str, str]]


Complete = Callable[[Request], Awaitable[str]]
Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]


class Prompt:
    """A prompt file with `## system` and `## user` sections."""

    def __init__(self, path: str) -> None:
        self.path = path

    def sections(self) -> list[tuple[str, str]]:
        """Role and template, read anew at each call."""
        found: list[tuple[str, str]] = []
        for part in Path(self.path).read_text(encoding="utf-8").split("## ")[1:]:
            role, _, text = part.partition("\n")
            found.append((role.strip(), text.strip()))
        return found


def render(prompt: "Prompt | str", values: dict[str, object]) -> list[dict[str, str]]:
    """The messages of a prompt."""
    sections = [("user", prompt)] if isinstance(prompt, str) else prompt.sections()
    engine = minijinja.Environment(undefined_behavior="strict", auto_escape_callback=lambda _: False)
    return [{"role": role, "content": engine.render_str(text, **values)} for role, text in sections]


def settings_of(alias: str) -> dict[str, Any]:
    """The alias's table in loomwork.toml."""
    return tomllib.loads(Path("loomwork.toml").read_text(encoding="utf-8"))["models"][alias]


def body_of(request: Request) -> dict[str, Any]:
    """The request as it goes over the wire."""
    fixed = {"driver", "base_url", "api_key_env"}
    return {"messages": request.messages, **{k: v for k, v in request.settings.items() if k not in fixed}}


async def post(request: Request) -> str:
    """Send it, off the loop."""
    return await asyncio.to_thread(send, request)


def send(request: Request) -> str:
    """Send it, with the standard library."""
    call = urllib.request.Request(
        f"{request.settings['base_url']}/chat/completions",
        data=json.dumps(body_of(request)).encode(),
        headers={
            "Authorization": f"Bearer {os.environ[request.settings['api_key_env']]}",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(call) as reply:
        return json.load(reply)["choices"][0]["message"]["content"]


class Model:
    """An alias that can be asked."""

    def __init__(self, alias: str, complete: Complete) -> None:
        self.alias = alias
        self.complete = complete

    async def ask(self, prompt: "Prompt | str", **values: object) -> str:
        """The model's answer."""
        return await self.complete(Request(self.alias, settings_of(self.alias), render(prompt, values)))


def install(*, complete: Complete = post, wrap: Wrap = lambda function: function) -> None:
    """Put the stand-in where the application imports `loomwork` from; the project is the working folder."""
    module = types.ModuleType("loomwork")
    module.__dict__.update(step=wrap, Prompt=Prompt, model=lambda alias: Model(alias, complete))
    sys.modules["loomwork"] = module
    sys.path.insert(0, os.getcwd())


def rows(path: str) -> list[dict[str, str]]:
    """The rows of a dataset, without what the pipeline has no parameter for."""
    wanted = ("id", "subject", "body", "channel")
    with open(path, encoding="utf-8") as lines:
        return [{name: row[name] for name in wanted} for row in map(json.loads, lines)]
