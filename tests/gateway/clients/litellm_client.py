"""litellm as a client, with its base URL changed only. Prints what it was answered."""

import asyncio
import json
import sys

import litellm

URL = sys.argv[1]
HELLO = [{"role": "user", "content": "hello"}]
OPENAI = {"api_base": URL, "api_key": "any", "num_retries": 0}


async def later() -> str:
    answer = await litellm.acompletion(model="openai/smart", messages=HELLO, **OPENAI)
    return answer.choices[0].message.content


tool = {
    "type": "function",
    "function": {
        "name": "look_up",
        "description": "Look a city up.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
    },
}
answer = litellm.completion(model="openai/smart", messages=HELLO, **OPENAI)
pieces = litellm.completion(model="openai/smart", messages=HELLO, stream=True, **OPENAI)
called = litellm.completion(
    model="openai/smart", messages=[{"role": "user", "content": "which tide"}], tools=[tool], **OPENAI
)
claude = litellm.completion(
    model="anthropic/claude", messages=HELLO, api_base=URL.removesuffix("/v1"), api_key="any", max_tokens=100
)
vectors = litellm.embedding(model="openai/vectors", input=["one", "two"], **OPENAI)
call = called.choices[0].message.tool_calls[0].function
found = {
    "text": answer.choices[0].message.content,
    "tokens": answer.usage.total_tokens,
    "streamed": "".join(each.choices[0].delta.content or "" for each in pieces if each.choices),
    "later": asyncio.run(later()),
    "tool": [call.name, json.loads(call.arguments)],
    "claude": claude.choices[0].message.content,
    "vectors": [len(each["embedding"]) for each in vectors.data],
}
try:
    litellm.completion(model="openai/nobody", messages=HELLO, **OPENAI)
except litellm.exceptions.APIError as error:
    found["error"] = [type(error).__name__, error.status_code]
except Exception as error:
    found["error"] = [type(error).__name__, getattr(error, "status_code", 0)]
print(json.dumps(found))
