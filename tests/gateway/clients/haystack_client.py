"""Haystack's OpenAI components, with their base URL changed only. Prints what they answered."""

import json
import sys

from haystack import Document
from haystack.components.embedders import OpenAIDocumentEmbedder, OpenAITextEmbedder
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.tools import Tool
from haystack.utils import Secret

URL = sys.argv[1]
WAY = {"api_base_url": URL, "api_key": Secret.from_token("any"), "max_retries": 0}
tool = Tool(
    name="look_up",
    description="Look a city up.",
    parameters={"type": "object", "properties": {"city": {"type": "string"}}},
    function=str,
)
pieces: list[str] = []
plain = OpenAIChatGenerator(model="smart", **WAY)
streaming = OpenAIChatGenerator(model="smart", streaming_callback=lambda each: pieces.append(each.content or ""), **WAY)
answer = plain.run([ChatMessage.from_user("hello")])["replies"][0]
streaming.run([ChatMessage.from_user("hello")])
called = plain.run([ChatMessage.from_user("which tide")], tools=[tool])["replies"][0].tool_calls[0]
documents = OpenAIDocumentEmbedder(model="vectors", progress_bar=False, **WAY).run([Document(content="one")])
found = {
    "text": answer.text,
    "tokens": answer.meta["usage"]["total_tokens"],
    "streamed": "".join(pieces),
    "tool": [called.tool_name, called.arguments],
    "vectors": [
        len(OpenAITextEmbedder(model="vectors", **WAY).run("two")["embedding"]),
        len(documents["documents"][0].embedding),
    ],
}
try:
    OpenAIChatGenerator(model="nobody", **WAY).run([ChatMessage.from_user("hello")])
except Exception as error:
    found["error"] = [type(error).__name__, getattr(error, "status_code", 0)]
print(json.dumps(found))
