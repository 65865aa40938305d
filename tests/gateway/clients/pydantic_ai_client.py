"""pydantic-ai, with its base URL changed only: an agent with a tool and a typed output. Prints what it was answered."""

import asyncio
import json
import sys

from anthropic import AsyncAnthropic
from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.output import NativeOutput
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

URL = sys.argv[1]
asked: list[str] = []


class Tide(BaseModel):
    """Where and how high."""

    city: str
    height: float


def model(name: str) -> OpenAIChatModel:
    return OpenAIChatModel(name, provider=OpenAIProvider(base_url=URL, api_key="any"))


def look_up(city: str) -> str:
    """Look a city up."""
    asked.append(city)
    return "high at noon"


async def streamed() -> str:
    async with Agent(model("smart")).run_stream("hello") as result:
        return "".join([piece async for piece in result.stream_text(delta=True)])


anthropic = AsyncAnthropic(base_url=URL.removesuffix("/v1"), api_key="any")
claude = AnthropicModel("claude", provider=AnthropicProvider(anthropic_client=anthropic))
plain = Agent(model("smart")).run_sync("hello")
with_tool = Agent(model("smart"), tools=[look_up]).run_sync("which tide")
found = {
    "text": plain.output,
    "tokens": plain.usage().total_tokens if callable(plain.usage) else plain.usage.total_tokens,
    "streamed": asyncio.run(streamed()),
    "after_tool": with_tool.output,
    "asked": asked,
    "structured": Agent(model("smart"), output_type=NativeOutput(Tide)).run_sync("as json").output.model_dump(),
    "claude": Agent(claude).run_sync("hello").output,
}
try:
    Agent(model("nobody")).run_sync("hello")
except ModelHTTPError as error:
    found["error"] = ["ModelHTTPError", error.status_code]
print(json.dumps(found))
