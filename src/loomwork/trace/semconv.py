"""OpenTelemetry's GenAI attribute names as data, current and older. Knows no wire and no file.

Names as of semantic conventions 1.37 and later (development status): https://opentelemetry.io/docs/specs/semconv/gen-ai/
Read on import besides those: the names up to 1.36, OpenLLMetry, OpenInference, the Vercel AI SDK and Logfire.
"""

from collections.abc import Mapping, MutableMapping
from typing import Final, TypeGuard

import msgspec

from loomwork.kernel.usage import Cost, Money, Usage

OPERATION: Final = "gen_ai.operation.name"
PROVIDER: Final = "gen_ai.provider.name"
REQUEST_MODEL: Final = "gen_ai.request.model"
RESPONSE_MODEL: Final = "gen_ai.response.model"
RESPONSE_ID: Final = "gen_ai.response.id"
FINISH_REASONS: Final = "gen_ai.response.finish_reasons"
FIRST_CHUNK: Final = "gen_ai.response.time_to_first_chunk"
INPUT_TOKENS: Final = "gen_ai.usage.input_tokens"
OUTPUT_TOKENS: Final = "gen_ai.usage.output_tokens"
CACHE_READ: Final = "gen_ai.usage.cache_read.input_tokens"
CACHE_CREATION: Final = "gen_ai.usage.cache_creation.input_tokens"
REASONING: Final = "gen_ai.usage.reasoning.output_tokens"
AUDIO_INPUT: Final = "gen_ai.usage.audio.input_tokens"
AUDIO_OUTPUT: Final = "gen_ai.usage.audio.output_tokens"
INPUT_MESSAGES: Final = "gen_ai.input.messages"
OUTPUT_MESSAGES: Final = "gen_ai.output.messages"
TOOL_NAME: Final = "gen_ai.tool.name"
TOOL_CALL_ID: Final = "gen_ai.tool.call.id"
TOOL_ARGUMENTS: Final = "gen_ai.tool.call.arguments"
TOOL_RESULT: Final = "gen_ai.tool.call.result"
CONVERSATION: Final = "gen_ai.conversation.id"

REQUESTS: Final = "loomwork.requests"
MIXED_COST: Final = "loomwork.cost.parts"
"""What a span cost where one amount cannot say it: `{"amounts": {currency: micros}, "unpriced": calls}`."""

OPERATIONS: Final[Mapping[str, str]] = {
    "model": "chat",
    "embed": "embeddings",
    "tool": "execute_tool",
    "search": "retrieval",
    "agent": "invoke_agent",
}
"""Our kinds, and the operation that OpenTelemetry calls them."""

KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    "loomwork.kind": {},
    "openinference.span.kind": {
        "llm": "model",
        "embedding": "embed",
        "tool": "tool",
        "retriever": "search",
        "reranker": "rerank",
        "agent": "agent",
        "chain": "step",
        "guardrail": "guard",
        "evaluator": "score",
    },
    "gen_ai.operation.name": {
        "chat": "model",
        "generate_content": "model",
        "text_completion": "model",
        "embeddings": "embed",
        "execute_tool": "tool",
        "retrieval": "search",
        "invoke_agent": "agent",
        "create_agent": "agent",
        "invoke_workflow": "step",
    },
    "langsmith.span.kind": {"llm": "model", "tool": "tool", "retriever": "search", "chain": "step"},
    "traceloop.span.kind": {"workflow": "step", "task": "step", "agent": "agent", "tool": "tool"},
    "ai.operationId": {
        "ai.generateText.doGenerate": "model",
        "ai.streamText.doStream": "model",
        "ai.generateObject.doGenerate": "model",
        "ai.streamObject.doStream": "model",
        "ai.embed.doEmbed": "embed",
        "ai.toolCall": "tool",
        "ai.generateText": "agent",
        "ai.streamText": "agent",
    },
}
"""Attributes that say what a span is about, best first, and what their values mean here."""

OLDER: Final[Mapping[str, str]] = {
    "gen_ai.system": PROVIDER,
    "llm.provider": PROVIDER,
    "llm.system": PROVIDER,
    "llm.vendor": PROVIDER,
    "ai.model.provider": PROVIDER,
    "llm.request.model": REQUEST_MODEL,
    "llm.model_name": REQUEST_MODEL,
    "embedding.model_name": REQUEST_MODEL,
    "reranker.model_name": REQUEST_MODEL,
    "ai.model.id": REQUEST_MODEL,
    "llm.response.model": RESPONSE_MODEL,
    "ai.response.model": RESPONSE_MODEL,
    "ai.response.id": RESPONSE_ID,
    "gen_ai.usage.prompt_tokens": INPUT_TOKENS,
    "llm.usage.prompt_tokens": INPUT_TOKENS,
    "llm.token_count.prompt": INPUT_TOKENS,
    "ai.usage.promptTokens": INPUT_TOKENS,
    "ai.usage.inputTokens": INPUT_TOKENS,
    "gen_ai.usage.completion_tokens": OUTPUT_TOKENS,
    "llm.usage.completion_tokens": OUTPUT_TOKENS,
    "llm.token_count.completion": OUTPUT_TOKENS,
    "ai.usage.completionTokens": OUTPUT_TOKENS,
    "ai.usage.outputTokens": OUTPUT_TOKENS,
    "gen_ai.usage.cache_read_input_tokens": CACHE_READ,
    "llm.token_count.prompt_details.cache_read": CACHE_READ,
    "gen_ai.usage.cache_creation_input_tokens": CACHE_CREATION,
    "llm.token_count.prompt_details.cache_write": CACHE_CREATION,
    "gen_ai.usage.reasoning_tokens": REASONING,
    "llm.token_count.completion_details.reasoning": REASONING,
    "gen_ai.usage.details.thoughts_tokens": REASONING,
    "gen_ai.openai.request.seed": "gen_ai.request.seed",
    "gen_ai.openai.request.response_format": "gen_ai.output.type",
    "gen_ai.openai.request.service_tier": "openai.request.service_tier",
    "gen_ai.openai.response.service_tier": "openai.response.service_tier",
    "gen_ai.openai.response.system_fingerprint": "openai.response.system_fingerprint",
    "tool.name": TOOL_NAME,
    "ai.toolCall.name": TOOL_NAME,
    "ai.toolCall.id": TOOL_CALL_ID,
    "tool.description": "gen_ai.tool.description",
}
"""Older and foreign names, and the current one that says the same."""

DOLLARS: Final = ("operation.cost", "llm.cost.total", "gen_ai.usage.cost", "gen_ai.usage.total_cost")
"""Attributes that state a span's price in US dollars, best first."""

INPUTS: Final = (
    INPUT_MESSAGES,
    TOOL_ARGUMENTS,
    "langfuse.observation.input",
    "ai.prompt.messages",
    "ai.prompt",
    "ai.toolCall.args",
    "gen_ai.prompt",
    "gcp.vertex.agent.llm_request",
    "gcp.vertex.agent.tool_call_args",
    "traceloop.entity.input",
    "input.value",
    "tool_arguments",
    "tool.parameters",
)
"""Attributes that carry a span's input, best first."""

OUTPUTS: Final = (
    OUTPUT_MESSAGES,
    TOOL_RESULT,
    "langfuse.observation.output",
    "ai.response.toolCalls",
    "ai.response.text",
    "ai.toolCall.result",
    "gen_ai.completion",
    "gcp.vertex.agent.llm_response",
    "gcp.vertex.agent.tool_response",
    "traceloop.entity.output",
    "output.value",
    "tool_response",
    "all_messages_events",
    "pydantic_ai.all_messages",
    "final_result",
)
"""Attributes that carry a span's output, best first."""

NUMBERED: Final[Mapping[str, str]] = {
    "llm.input_messages.": "input",
    "gen_ai.prompt.": "input",
    "llm.prompts.": "input",
    "llm.output_messages.": "output",
    "gen_ai.completion.": "output",
    "llm.completions.": "output",
}
"""Beginnings of flattened lists (`llm.input_messages.0.message.role`), and whose body they make."""


def current(attributes: Mapping[str, object]) -> dict[str, object]:
    """Return the attributes under their current names; where both are set and differ, both stay.

    >>> current({"gen_ai.system": "openai", "gen_ai.usage.prompt_tokens": 3})
    {'gen_ai.provider.name': 'openai', 'gen_ai.usage.input_tokens': 3}
    """
    renamed: dict[str, object] = {key: value for key, value in attributes.items() if key not in OLDER}
    for key, value in attributes.items():
        name = OLDER.get(key)
        if name is None:
            continue
        if renamed.setdefault(name, value) != value:
            renamed[key] = value
    return renamed


def kind_of(attributes: Mapping[str, object]) -> str:
    """Say what a foreign span is about: our kind, or "span" where nothing tells.

    >>> kind_of({"openinference.span.kind": "LLM"}), kind_of({"gen_ai.operation.name": "execute_tool"}), kind_of({})
    ('model', 'tool', 'span')
    """
    for name, meanings in KINDS.items():
        value = attributes.get(name)
        if not isinstance(value, str) or not value:
            continue
        kind = meanings.get(value, meanings.get(value.lower())) if meanings else value
        if kind is not None:
            return kind
    return "span"


def drop_redundant(kind: str, attributes: dict[str, object]) -> dict[str, object]:
    """Leave out the operation's name where the kind says it already; export adds it again."""
    if kind in OPERATIONS and attributes.get(OPERATION) == OPERATIONS[kind]:
        del attributes[OPERATION]
    return attributes


def take_model(attributes: MutableMapping[str, object]) -> str:
    """Remove the requested model from `attributes` and return it; without one, the model that answered."""
    requested = attributes.pop(REQUEST_MODEL, None)
    model = requested or attributes.get(RESPONSE_MODEL)
    return model if isinstance(model, str) else ""


def take_tokens(attributes: MutableMapping[str, object], name: str) -> int:
    """Remove a token count and return it; one that is no count at all stays where it is and reads as 0."""
    value = attributes.get(name)
    count = int(value) if isinstance(value, str) and value.isdecimal() else value
    if not _is_count(count):
        return 0
    del attributes[name]
    return int(count)


def _is_count(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**63 and value == int(value)


def take_dollars(attributes: Mapping[str, object]) -> int | None:
    """Return the price in millionths of a dollar, if an attribute states one."""
    for name in DOLLARS:
        value = attributes.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**40:
            return round(value * 1_000_000)
    return None


_DETAILS = (CACHE_READ, CACHE_CREATION, REASONING, AUDIO_INPUT, AUDIO_OUTPUT)


def usage_details(usage: Usage) -> dict[str, object]:
    """Name what a usage says beyond the two totals; what is zero is left out."""
    counts = (
        usage.cached_input_tokens,
        usage.cache_write_tokens,
        usage.reasoning_tokens,
        usage.audio_input_tokens,
        usage.audio_output_tokens,
    )
    return {name: count for name, count in zip(_DETAILS, counts, strict=True) if count} if any(counts) else {}


def single_amount(cost: Cost | None) -> Money | None:
    """Return the one amount that says all of a cost; None where there are several, or where part of it is unknown."""
    if cost is None or cost.unpriced or len(cost.amounts) != 1:
        return None
    return cost.amounts[0]


def mixed_cost(cost: Cost) -> dict[str, object]:
    """Return a cost of several currencies, or known in part only, as an attribute's value.

    >>> mixed_cost(Cost(amounts=(Money(3, "CNY"),), unpriced=1))
    {'amounts': {'CNY': 3}, 'unpriced': 1}
    """
    return {"amounts": {money.currency: money.micros for money in cost.amounts}, "unpriced": cost.unpriced}


def read_mixed_cost(value: object) -> Cost | None:
    """Return the cost that `mixed_cost` wrote; None for anything else."""
    try:
        parts = msgspec.convert(value, _Parts)
    except msgspec.ValidationError:
        return None
    amounts = (Money(micros, currency) for currency, micros in sorted(parts.amounts.items()))
    return Cost(amounts=tuple(amounts), unpriced=parts.unpriced)


class _Parts(msgspec.Struct, frozen=True):
    amounts: dict[str, int]
    unpriced: int
