"""The scorers that loomwork brings along. Their modules are loaded when one is named.

`HOMES` says where each is: the name that people type -> (module, attribute).
"""

_HERE = "loomwork.evals.scorers"
_BY_MODULE: dict[str, tuple[str, ...]] = {
    "matching": ("exact", "normalised", "contains", "regex"),
    "numbers": ("numeric",),
    "formats": ("json_valid", "json_schema"),
    "words": ("squad_em", "token_f1"),
    "sequences": ("rouge_l", "edit"),
    "calls": ("tool_calls",),
    "retrieval": ("recall_at_k", "ndcg", "mrr", "context_precision"),
    "citing": ("citation_valid", "context_recall", "supported"),
    "databases": ("sql_execution",),
    "refusing": ("refusal", "refusal_right"),
    "private": ("pii",),
    "toxic": ("toxicity",),
    "meaning": ("semantic",),
    "judging": ("judge", "judge_reference", "answer_relevance", "sentiment"),
    "grounding": ("faithfulness",),
    "panels": ("panel",),
    "measured": ("latency", "input_tokens", "output_tokens", "cost", "length"),
}

HOMES: dict[str, tuple[str, str]] = {
    name: (f"{_HERE}.{module}", name) for module, names in _BY_MODULE.items() for name in names
}
