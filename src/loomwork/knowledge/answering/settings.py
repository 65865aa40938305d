"""How a knowledge base answers. Values only."""

from typing import Literal

from msgspec import Struct


class AnswerSettings(Struct, frozen=True, kw_only=True):
    """What a person may say about answers; the defaults are what the documentation's figures were measured with."""

    model: str = ""
    """The alias of the model that writes answers where a question names none; empty: sentences are quoted."""
    k: int = 8
    """Passages that are searched for."""
    retrieve: Literal["plain", "rewrite", "multi_query", "hyde", "multi_step", "recursive", "translate", "order"] = (
        "plain"
    )
    """How passages are looked for where a model answers: see `loomwork.knowledge.techniques`."""
    budget: int = 3000
    """Tokens of passages that a model is shown, by a count that errs on the side of too many."""
    compress: Literal["none", "sentences"] = "none"
    """`sentences`: fill the budget with the best sentences of all passages instead of with whole passages."""
    order: Literal["ends", "rank"] = "ends"
    """`ends`: the best passages first and last, the weakest in the middle, where models read least."""
    how: Literal["direct", "extract"] = "direct"
    """`extract`: let the model copy the sentences that bear on the question first, then answer from them alone."""
    sentences: int = 3
    """Sentences that are quoted, or that a model's answer may have."""
    unsupported: Literal["mark", "drop"] = "mark"
    """What becomes of a generated sentence that no passage supports."""
    check: Literal["words", "model"] = "words"
    """`model`: beside the check by words, let the model judge which passages matter and whether its answer holds."""
    threshold: float | None = None
    """Below how much evidence nothing is quoted, 0 to 1; None: as chosen on the demo's `dev` questions."""


__all__ = ["AnswerSettings"]
