"""Read recorded answers with nothing but json and string methods: what the drivers are compared with."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.wire.cassettes import Recorded


@dataclass
class Plain:
    """What a recording says."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    calls: dict[Any, list[str]] = field(default_factory=dict)
    """By block: id, name, arguments."""
    finish: str = ""
    model: str = ""
    id: str = ""
    usage: dict[str, Any] | None = None
    kinds: list[str] = field(default_factory=list)
    """Types of the content blocks (messages API)."""

    @property
    def tokens(self) -> tuple[int, int] | None:
        """What went in and what came out."""
        used = self.usage
        if not used:
            return None
        if "prompt_tokens" in used:
            return used["prompt_tokens"], used["completion_tokens"]
        cached = (used.get("cache_read_input_tokens") or 0) + (used.get("cache_creation_input_tokens") or 0)
        return used["input_tokens"] + cached, used["output_tokens"]

    @property
    def parts(self) -> tuple[int, int]:
        """Of what went in: read from a cache; of what came out: reasoning."""
        used = self.usage or {}
        asked, said = used.get("prompt_tokens_details") or {}, used.get("completion_tokens_details") or {}
        cached = [asked.get("cached_tokens"), used.get("prompt_cache_hit_tokens"), used.get("cached_tokens")]
        cached.append(used.get("cache_read_input_tokens"))
        thought = [said.get("reasoning_tokens"), (used.get("output_tokens_details") or {}).get("thinking_tokens")]
        return max(n or 0 for n in cached), max(n or 0 for n in thought)


def events(recorded: Recorded) -> list[dict[str, Any]]:
    """The JSON of every data line but `[DONE]`."""
    lines = (line.strip() for line in recorded.body.decode().split("\n"))
    datas = (line[5:].strip() for line in lines if line.startswith("data:"))
    return [json.loads(data) for data in datas if data and data != "[DONE]"]


def chat(recorded: Recorded) -> Plain:
    """A chat completion."""
    out = Plain()
    chunks = events(recorded) if recorded.streamed else [json.loads(recorded.body)]
    for chunk in chunks:
        out.model = out.model or chunk.get("model") or ""
        out.id = out.id or chunk.get("id") or ""
        out.usage = chunk.get("usage") or (chunk.get("x_groq") or {}).get("usage") or out.usage
        for choice in chunk.get("choices") or []:
            out.finish = choice.get("finish_reason") or out.finish
            _chat_message(choice.get("message") or choice.get("delta") or {}, out)
    return out


def _chat_message(said: dict[str, Any], out: Plain) -> None:
    content = said.get("content")
    if isinstance(content, list):
        for piece in content:
            if piece["type"] == "thinking":
                out.reasoning += "".join(part["text"] for part in piece["thinking"])
            else:
                out.text += piece["text"]
    elif content:
        out.text += content
    out.reasoning += said.get("reasoning_content") or said.get("reasoning") or ""
    out.refusal += said.get("refusal") or ""
    for place, call in enumerate(said.get("tool_calls") or []):
        mine = out.calls.setdefault(call.get("index", place), ["", "", ""])
        mine[0] = call.get("id") or mine[0]
        mine[1] = call["function"].get("name") or mine[1]
        mine[2] += call["function"].get("arguments") or ""


def message(recorded: Recorded) -> Plain:
    """A message of the messages API."""
    out = Plain()
    if not recorded.streamed:
        said = json.loads(recorded.body)
        blocks = said["content"]
        out.finish, out.usage = said["stop_reason"], said["usage"]
        out.model, out.id = said["model"], said["id"]
    else:
        blocks = _blocks(events(recorded), out)
    for place, block in enumerate(blocks):
        out.kinds.append(block["type"])
        if block["type"] == "text":
            out.text += block["text"]
        elif block["type"] == "thinking":
            out.reasoning += block["thinking"]
        elif block["type"] == "tool_use":
            out.calls[place] = [block["id"], block["name"], json.dumps(block["input"])]
    return out


def _blocks(found: list[dict[str, Any]], out: Plain) -> list[dict[str, Any]]:
    blocks: dict[int, dict[str, Any]] = {}
    pieces: dict[int, str] = {}
    for event in found:
        match event["type"]:
            case "message_start":
                out.model, out.id = event["message"]["model"], event["message"]["id"]
                out.usage = dict(event["message"]["usage"])
            case "content_block_start":
                blocks[event["index"]] = dict(event["content_block"])
            case "content_block_delta":
                delta, block = event["delta"], blocks[event["index"]]
                grown = delta["type"].removesuffix("_delta")
                if grown in {"text", "thinking"}:
                    block[grown] += delta[grown]
                elif grown == "input_json":
                    pieces[event["index"]] = pieces.get(event["index"], "") + delta["partial_json"]
            case "message_delta":
                out.finish = event["delta"]["stop_reason"]
                assert out.usage is not None
                out.usage.update({k: v for k, v in event["usage"].items() if v is not None})
            case _:
                pass
    for index, text in pieces.items():
        if text:
            blocks[index]["input"] = json.loads(text)
    return [blocks[index] for index in sorted(blocks)]
