"""The `llm` package with an extra OpenAI model of its own settings, its base URL changed only. Prints the answers."""

import json
import sys
from pathlib import Path

import llm

entry = [
    {
        "model_id": "tried",
        "model_name": "smart",
        "api_base": sys.argv[1],
        "api_key_name": "tried",
        "supports_tools": True,
    },
    {"model_id": "absent", "model_name": "nobody", "api_base": sys.argv[1], "api_key_name": "tried"},
]
(Path(sys.argv[2]) / "extra-openai-models.yaml").write_text(json.dumps(entry), encoding="utf-8")


def look_up(city: str) -> str:
    """Look a city up."""
    return city


model = llm.get_model("tried")
model.key = "any"
whole = model.prompt("hello", stream=False)
called = model.prompt("which tide", stream=False, tools=[look_up])
call = called.tool_calls()[0]
found = {
    "text": whole.text(),
    "streamed": "".join(model.prompt("hello", stream=True)),
    "tool": [call.name, call.arguments],
}
absent = llm.get_model("absent")
absent.key = "any"
try:
    absent.prompt("hello", stream=False).text()
except Exception as error:
    found["error"] = [type(error).__name__, getattr(error, "status_code", 0)]
print(json.dumps(found))
