"""Read a request for embeddings and write its answer. Pure.

>>> read({"model": "m", "input": "a"}).texts
('a',)
"""

import base64
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Struct

from loomwork.gateway.dialects.fields import Json, items, member, one_of, text, whole
from loomwork.kernel.errors.gateway import FieldWrong
from loomwork.kernel.usage import Usage

if TYPE_CHECKING:
    import numpy as np

MOST = 2048
"""Texts in one request."""
_ENCODE = msgspec.json.Encoder().encode


class Asked(Struct, frozen=True, kw_only=True):
    """A request for vectors."""

    served: str
    texts: tuple[str, ...]
    form: Literal["float", "base64"] = "float"
    dimensions: int | None = None
    user: str = ""


def read(body: Json) -> Asked:
    """Read a request. Raises `FieldWrong`."""
    user = body.get("user")
    return Asked(
        served=member(body, "model", ""),
        texts=_texts(body.get("input")),
        form=one_of(body.get("encoding_format") or "float", frozenset({"float", "base64"}), "encoding_format"),
        dimensions=whole(body, "dimensions", least=1),
        user="" if user is None else text(user, "user"),
    )


def _texts(found: Any) -> tuple[str, ...]:
    if isinstance(found, str):
        return (found,)
    if found is None:
        raise FieldWrong(field="input", detail="it is missing")
    texts = items(found, "input")
    if not texts or len(texts) > MOST:
        raise FieldWrong(field="input", detail=f"from 1 to {MOST} texts")
    if not all(isinstance(each, str) for each in texts):
        raise FieldWrong(field="input", detail="it must be text or an array of texts; token numbers are not taken")
    return tuple(texts)


def write(asked: Asked, vectors: "np.ndarray[Any, Any]", *, model: str, usage: Usage | None) -> bytes:
    """Write an answer: vectors as numbers, or as their bytes (float32, little end first) in base64."""
    import numpy as np

    rows: list[Any]
    if asked.form == "base64":
        rows = [base64.b64encode(row.tobytes()).decode("ascii") for row in np.ascontiguousarray(vectors, "<f4")]
    else:
        rows = vectors.tolist()
    tokens = 0 if usage is None else usage.input_tokens
    return _ENCODE(
        {
            "object": "list",
            "data": [{"object": "embedding", "index": place, "embedding": row} for place, row in enumerate(rows)],
            "model": model,
            "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
        }
    )
