"""LangGraph: a node a step, each with `CachePolicy()`, kept by `SqliteCache`. The key is the node's input (default)."""

from typing import Any, TypedDict

import common
from langgraph.cache.sqlite import SqliteCache
from langgraph.graph import END, START, StateGraph
from langgraph.types import CachePolicy


def schema(name: str, *keys: str) -> type:
    """A node's input: only what it reads, so that only this is in its key."""
    return TypedDict(name, dict.fromkeys(keys, Any))


ROW = ("id", "subject", "body", "channel")
STATE = schema("State", *ROW, "ticket", "text", "source", "label", "tag", "urgency", "passages", "reply", "verdict", "sent")


async def normalise(state: dict[str, Any]) -> dict[str, Any]:
    ticket = await common.call("normalise", *(state[key] for key in ROW))
    return {"ticket": ticket, "text": ticket.text, "source": ticket.source}


async def classify(state: dict[str, Any]) -> dict[str, Any]:
    label = await common.call("classify", state["text"], state["source"])
    return {"label": label, "tag": label.tag}


async def priority(state: dict[str, Any]) -> dict[str, Any]:
    return {"urgency": await common.call("priority", state["text"], state["source"])}


async def retrieve(state: dict[str, Any]) -> dict[str, Any]:
    return {"passages": await common.call("retrieve", state["text"])}


async def draft(state: dict[str, Any]) -> dict[str, Any]:
    return {"reply": await common.call("draft", state["ticket"], state["tag"], state["passages"])}


async def check(state: dict[str, Any]) -> dict[str, Any]:
    return {"verdict": await common.call("check", state["reply"])}


async def format_reply(state: dict[str, Any]) -> dict[str, Any]:
    from app.shapes import Answer

    answer = Answer(text=state["reply"], sources=tuple(passage.id for passage in state["passages"]))
    inputs = (state["id"], state["source"], state["label"], state["urgency"], answer, state["verdict"])
    return {"sent": await common.call("format_reply", *inputs)}


NODES = {
    normalise: (ROW, ()),
    classify: (("text", "source"), ("normalise",)),
    priority: (("text", "source"), ("normalise",)),
    retrieve: (("text",), ("normalise",)),
    draft: (("ticket", "tag", "passages"), ("classify", "retrieve")),
    check: (("reply",), ("draft",)),
    format_reply: (("id", "source", "label", "urgency", "reply", "passages", "verdict"), ("check", "priority")),
}


def begin() -> Any:
    import app.main  # noqa: F401 - enters the steps

    graph = StateGraph(STATE)
    for node, (keys, _) in NODES.items():
        graph.add_node(node.__name__, node, input_schema=schema(node.__name__, *keys), cache_policy=CachePolicy())
    for node, (_, before) in NODES.items():
        graph.add_edge(list(before) or START, node.__name__)
    graph.add_edge("format_reply", END)
    desk = graph.compile(cache=SqliteCache(path=".loomwork/langgraph.db"))

    async def one(row: common.Row) -> Any:
        return (await desk.ainvoke(row))["sent"]

    return one


if __name__ == "__main__":
    common.main(begin)
