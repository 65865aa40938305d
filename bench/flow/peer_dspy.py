"""The same measurements on DSPy (a module of three Predict calls, its cache in memory); prints one JSON object.

Differs in the work done: DSPy's cache holds model calls alone; the model is a class of our own that waits, wrapped in
DSPy's own request cache, so that LiteLLM's cost is left out; prompts are longer, since DSPy writes its field markers.
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from typing import Any

os.environ.setdefault("DSPY_CACHEDIR", tempfile.mkdtemp())

import dspy
from dspy.clients.cache import request_cache

ITEMS = 1000


class Waiting(dspy.BaseLM):
    """A model that waits and answers in DSPy's own form."""

    def __init__(self, delay: float) -> None:
        super().__init__(model="waiting", temperature=0.0, max_tokens=100)
        self.delay = delay

    async def aforward(self, prompt: Any = None, messages: Any = None, **kwargs: Any) -> Any:
        return await _complete(delay=self.delay, request=json.dumps(messages or prompt))


@request_cache(cache_arg_name=None)
async def _complete(delay: float, request: str) -> Any:
    await asyncio.sleep(delay)
    from types import SimpleNamespace as Is

    text = "[[ ## answer ## ]]\n" + request[-40:-20] + "\n\n[[ ## completed ## ]]"
    message = Is(content=text, tool_calls=None, reasoning_content=None)
    choice = Is(message=message, finish_reason="stop", logprobs=None)
    return Is(choices=[choice], usage={"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}, model="waiting")


class Chain(dspy.Module):
    """Three predictions in a row."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = [dspy.Predict("question -> answer") for _ in range(3)]

    async def aforward(self, question: str) -> str:
        for part in self.parts:
            question = (await part.acall(question=question)).answer
        return question


async def batch(module: Chain, concurrency: int) -> None:
    gate = asyncio.Semaphore(concurrency)

    async def one(n: int) -> None:
        async with gate:
            await module.acall(question=f"question {n}")

    await asyncio.gather(*(one(n) for n in range(ITEMS)))


def throughput() -> dict[str, Any]:
    dspy.configure(lm=Waiting(0.05))
    module = Chain()
    found: dict[str, Any] = {}
    for name in ("cold", "warm"):
        began, cpu = time.perf_counter(), time.process_time()
        asyncio.run(batch(module, 64))
        found[name] = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}
    return found


def cpu() -> dict[str, Any]:
    dspy.configure(lm=Waiting(0))
    module = Chain()
    found: dict[str, Any] = {}
    for name in ("miss", "hit"):
        began = time.process_time()
        asyncio.run(batch(module, 1))
        found[f"{name}_us"] = (time.process_time() - began) / (3 * ITEMS) * 1e6
    return found


if __name__ == "__main__":
    print(json.dumps({"throughput": throughput, "cpu": cpu}[sys.argv[1]]()))
