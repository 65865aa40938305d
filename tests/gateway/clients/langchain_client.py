"""langchain-openai, with its base URL changed only. Prints what it was answered."""

import asyncio
import json
import sys

from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

URL = sys.argv[1]


class Tide(BaseModel):
    """Where and how high."""

    city: str
    height: float


@tool
def look_up(city: str) -> str:
    """Look a city up."""
    return city


async def several(model: ChatOpenAI) -> list[str]:
    answers = await model.abatch(["hello", "hello again"])
    return [str(each.content) for each in answers]


model = ChatOpenAI(model="smart", base_url=URL, api_key="any", max_retries=0)
called = model.bind_tools([look_up]).invoke("which tide")
embeddings = OpenAIEmbeddings(
    model="vectors", base_url=URL, api_key="any", check_embedding_ctx_length=False, max_retries=0
)
answer = model.invoke("hello")
found = {
    "text": answer.content,
    "tokens": answer.usage_metadata["total_tokens"],
    "streamed": "".join(str(each.content) for each in model.stream("hello")),
    "several": asyncio.run(several(model)),
    "tool": [called.tool_calls[0]["name"], called.tool_calls[0]["args"]],
    "structured": model.with_structured_output(Tide, method="json_schema").invoke("as json").model_dump(),
    "vectors": [len(each) for each in embeddings.embed_documents(["one", "two"])],
}
try:
    ChatOpenAI(model="nobody", base_url=URL, api_key="any", max_retries=0).invoke("hello")
except Exception as error:
    found["error"] = [type(error).__name__, getattr(error, "status_code", 0)]
print(json.dumps(found))
