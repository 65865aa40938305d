"""What the adapters share: the command line, the application through the stand-in, counts, and a wall to loopback.

Every adapter runs the application's own step functions. What they add is only the peer's way to keep results.
"""

import argparse
import asyncio
import functools
import inspect
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

for switch in ("HAMILTON_TELEMETRY_ENABLED", "LANGCHAIN_TRACING_V2", "LANGSMITH_TRACING"):
    os.environ[switch] = "false"
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import standin  # noqa: E402 - the path is set above

LOOPBACK = ("127.0.0.1", "::1", "localhost")
FILES = {
    "classify": "prompts/classify_shots.jsonl",
    "retrieve": "data/articles.json",
    "draft": "prompts/draft.md",
    "format_reply": "data/signature.txt",
}
"""The files that each step opens, for tools whose documentation asks for them to be declared."""

Row = dict[str, str]
ran: Counter[str] = Counter()
steps: dict[str, Callable[..., Any]] = {}
_lock = threading.Lock()


def stay_home(event: str, args: tuple[Any, ...]) -> None:
    """Refuse every connection that leaves this machine."""
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] not in LOOPBACK:
        raise ConnectionRefusedError(f"a bench speaks to loopback only, not to {args[1]}")
    if event == "socket.getaddrinfo" and args[0] not in (*LOOPBACK, None):
        raise ConnectionRefusedError(f"a bench looks up loopback only, not {args[0]}")


def collect(function: Callable[..., Any]) -> Callable[..., Any]:
    """`@step`: remember the function by its name and leave it as it is."""
    steps[function.__name__] = function
    return function


def counting(function: Callable[..., Any]) -> Callable[..., Any]:
    """`@step`: count each time that the body runs."""
    steps[function.__name__] = function
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def later(*args: Any, **kwargs: Any) -> Any:
            count(function.__name__)
            return await function(*args, **kwargs)

        return later

    @functools.wraps(function)
    def now(*args: Any, **kwargs: Any) -> Any:
        count(function.__name__)
        return function(*args, **kwargs)

    return now


def count(name: str) -> None:
    """One body ran."""
    with _lock:
        ran[name] += 1


async def call(name: str, *args: Any, **named: Any) -> Any:
    """Run a step's body."""
    count(name)
    value = steps[name](*args, **named)
    return await value if inspect.isawaitable(value) else value


def call_now(name: str, *args: Any, **named: Any) -> Any:
    """Run a step's body in a tool that is not asynchronous."""
    return asyncio.run(call(name, *args, **named))


def main(begin: Callable[[], Callable[[Row], Awaitable[Any]]], **install: Any) -> None:
    """Run an adapter; `begin` is called once the application can be imported, and gives what runs one row."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--project", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    os.chdir(options.project)
    Path(".loomwork").mkdir(exist_ok=True)
    sys.addaudithook(stay_home)
    standin.install(**{"wrap": collect, **install})

    async def rows() -> list[dict[str, Any]]:
        one = begin()
        found = enumerate(standin.rows(options.data))
        return [{"index": index, "output": await one(row), "error": None} for index, row in found]

    lines = asyncio.run(rows())
    Path(options.out).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    counted = [{"name": name, "kind": "step", "ran": number} for name, number in ran.items()]
    print(json.dumps({"items": len(lines), "steps": counted}))
