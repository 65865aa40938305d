"""LlamaIndex's OpenAI components, with their base URL changed only. Prints what they answered."""

import asyncio
import json
import sys

from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai import OpenAIEmbedding
from llama_index.llms.openai import OpenAI
from pydantic import BaseModel

URL = sys.argv[1]
NAME = "gpt-4o-mini"
"""The component knows windows by the providers' names; the gateway serves a model under this one."""


class Tide(BaseModel):
    """Where and how high."""

    city: str
    height: float


def look_up(city: str) -> str:
    """Look a city up."""
    return city


model = OpenAI(model=NAME, api_base=URL, api_key="any", max_retries=0)
called = model.chat_with_tools([FunctionTool.from_defaults(look_up)], user_msg="which tide")
chosen = model.get_tool_calls_from_response(called)[0]
vectors = OpenAIEmbedding(model_name="vectors", api_base=URL, api_key="any", max_retries=0)
found = {
    "text": model.complete("hello").text,
    "streamed": "".join(each.delta or "" for each in model.stream_chat([ChatMessage(role="user", content="hello")])),
    "later": asyncio.run(model.acomplete("hello")).text,
    "tool": [chosen.tool_name, chosen.tool_kwargs],
    "vectors": [len(each) for each in vectors.get_text_embedding_batch(["one", "two"])],
}
try:
    OpenAI(model="gpt-4o", api_base=URL, api_key="any", max_retries=0).complete("hello")
except Exception as error:
    found["error"] = [type(error).__name__, getattr(error, "status_code", 0)]
print(json.dumps(found))
