"""The same measurements on LangChain (LCEL, abatch, its in-memory model cache); prints one JSON object.

Differs in the work done: its cache lives in memory and holds model calls alone, keyed by prompt and parameters; there
is no trace unless a callback handler is added (none is here).
"""

import asyncio
import json
import sys
import time
from typing import Any

from langchain_core.caches import InMemoryCache
from langchain_core.globals import set_llm_cache
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.prompts import ChatPromptTemplate

ITEMS = 1000


class Waiting(BaseChatModel):
    """A model that waits and answers with the end of its prompt."""

    delay: float = 0.0

    @property
    def _llm_type(self) -> str:
        return "waiting"

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        raise NotImplementedError

    async def _agenerate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        await asyncio.sleep(self.delay)
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=messages[-1].content[-40:]))])


def chain(delay: float) -> Any:
    """Three prompts and models in a row."""
    made: Any = None
    for name in ("one", "two", "three"):
        part = ChatPromptTemplate.from_messages([("user", name + " {text}")]) | Waiting(delay=delay) | StrOutputParser()
        made = part if made is None else made | (lambda text: {"text": text}) | part
    return made


def throughput() -> dict[str, Any]:
    """Abatch at concurrency 64, cold and with the cache filled."""
    set_llm_cache(InMemoryCache())
    built = chain(0.05)
    inputs = [{"text": f"question {n}"} for n in range(ITEMS)]
    found: dict[str, Any] = {}
    for name in ("cold", "warm"):
        began, cpu = time.perf_counter(), time.process_time()
        asyncio.run(built.abatch(inputs, config={"max_concurrency": 64}))
        found[name] = {"wall_s": time.perf_counter() - began, "cpu_s": time.process_time() - cpu}
    return found


def cpu() -> dict[str, Any]:
    """CPU a model call in the chain, when it misses and when it hits."""
    set_llm_cache(InMemoryCache())
    built = chain(0)
    found: dict[str, Any] = {}

    async def go() -> None:
        for n in range(ITEMS):
            await built.ainvoke({"text": f"question {n}"})

    for name in ("miss", "hit"):
        began = time.process_time()
        asyncio.run(go())
        found[f"{name}_us"] = (time.process_time() - began) / (3 * ITEMS) * 1e6
    return found


if __name__ == "__main__":
    print(json.dumps({"throughput": throughput, "cpu": cpu}[sys.argv[1]]()))
