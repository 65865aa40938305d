"""Two caches whose behaviour is known beforehand, to test the bench with: none at all, and one by arguments only.

With `--record` it writes every call of a run without a cache: what `ideal.py` derives the ideal counts from.
"""

import argparse
import asyncio
import contextvars
import functools
import hashlib
import importlib
import inspect
import json
import os
import pickle
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import standin

parent: contextvars.ContextVar[int] = contextvars.ContextVar("parent", default=-1)


def short(value: object) -> str:
    """A digest that is the same in every process."""
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


class Reference:
    """Steps and model calls, counted, recorded, and kept by their arguments where asked to."""

    def __init__(self, mode: str, store: Path) -> None:
        self.mode = mode
        self.store = store
        self.kept: dict[str, bytes] = pickle.loads(store.read_bytes()) if store.exists() else {}
        self.calls: Counter[str] = Counter()
        self.ran: Counter[str] = Counter()
        self.sent = 0
        self.row = ""
        self.record: list[dict[str, Any]] = []

    def save(self) -> None:
        """Keep what was learned."""
        if self.mode == "args":
            self.store.parent.mkdir(exist_ok=True)
            self.store.write_bytes(pickle.dumps(self.kept))

    def note(self, step: str, args: object) -> dict[str, Any]:
        """One line of the record."""
        line = {"id": len(self.record), "parent": parent.get(), "row": self.row, "step": step, "args": short(args)}
        self.record.append(line)
        return line

    async def complete(self, request: standin.Request) -> str:
        """A model call, kept by its alias and messages."""
        self.note("model", (request.settings["base_url"], standin.body_of(request)))
        key = "model" + short((request.alias, request.messages))
        if self.mode == "args" and key in self.kept:
            return pickle.loads(self.kept[key])
        self.sent += 1
        reply = await standin.post(request)
        self.kept[key] = pickle.dumps(reply)
        return reply

    def wrap(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """What `@step` does here."""
        name = function.__name__
        signature = inspect.signature(function)

        def bound(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
            whole = signature.bind(*args, **kwargs)
            whole.apply_defaults()
            return whole.arguments

        def begin(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, bool]:
            self.calls[name] += 1
            key = name + short(bound(args, kwargs))
            hit = self.mode == "args" and key in self.kept
            self.ran[name] += not hit
            return key, hit

        def end(key: str, line: dict[str, Any], result: object) -> object:
            line["result"] = short(result)
            if self.mode == "args":
                self.kept[key] = pickle.dumps(result)
            return result

        @functools.wraps(function)
        async def later(*args: Any, **kwargs: Any) -> Any:
            key, hit = begin(args, kwargs)
            if hit:
                return pickle.loads(self.kept[key])
            line = self.note(name, bound(args, kwargs))
            token = parent.set(line["id"])
            try:
                return end(key, line, await function(*args, **kwargs))
            finally:
                parent.reset(token)

        @functools.wraps(function)
        def now(*args: Any, **kwargs: Any) -> Any:
            key, hit = begin(args, kwargs)
            if hit:
                return pickle.loads(self.kept[key])
            line = self.note(name, bound(args, kwargs))
            token = parent.set(line["id"])
            try:
                return end(key, line, function(*args, **kwargs))
            finally:
                parent.reset(token)

        return later if inspect.iscoroutinefunction(function) else now


async def run(reference: Reference, target: str, data: str) -> list[dict[str, Any]]:
    """All rows, one after the other."""
    module, _, name = target.partition(":")
    pipeline = getattr(importlib.import_module(module), name)
    out: list[dict[str, Any]] = []
    for index, row in enumerate(standin.rows(data)):
        reference.row = row["id"]
        out.append({"index": index, "input": row, "output": await pipeline(**row), "error": None})
    return out


def main() -> None:
    """The part of the `loomwork run` command line that the bench uses."""
    parser = argparse.ArgumentParser()
    parser.add_argument("target")
    parser.add_argument("--mode", choices=("none", "args"), required=True)
    parser.add_argument("--project", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--record")
    options = parser.parse_args()
    os.chdir(options.project)
    reference = Reference(options.mode, Path(".loomwork/kept.pickle"))
    standin.install(complete=reference.complete, wrap=reference.wrap)
    out = asyncio.run(run(reference, options.target, options.data))
    reference.save()
    Path(options.out).write_text("".join(json.dumps(line) + "\n" for line in out), encoding="utf-8")
    if options.record:
        Path(options.record).write_text(json.dumps(reference.record), encoding="utf-8")
    steps = [{"name": n, "kind": "step", "calls": c, "ran": reference.ran[n]} for n, c in reference.calls.items()]
    print(json.dumps({"items": len(out), "failed": 0, "steps": steps, "model_calls": reference.sent}))


if __name__ == "__main__":
    main()
