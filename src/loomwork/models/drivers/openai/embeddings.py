"""Embeddings of any server that speaks OpenAI's words. Knows the words, leaves the wire to `Wire`."""

from collections.abc import Sequence
from typing import Any

import msgspec

from loomwork.kernel.usage import Usage
from loomwork.models.drivers.reading import Json, Unreadable, count, decode, items, obj, text
from loomwork.models.protocols import Embedding
from loomwork.models.wire.exchange import Wire

_ENCODE = msgspec.json.Encoder()


class OpenAIEmbedder:
    """A model that turns texts into vectors.

    Args:
        wire: Where requests go.
        model: What the server calls the model.
        base_url: The address up to and including /v1.
        dimensions: How long vectors should be, where the server can shorten them.
        extra_body: Passed through into each request.
    """

    def __init__(
        self,
        wire: Wire,
        *,
        model: str,
        base_url: str,
        dimensions: int | None = None,
        extra_body: Json | None = None,
    ) -> None:
        self._wire = wire
        self._url = base_url.rstrip("/") + "/embeddings"
        self._asked: Json = {"model": model, **(extra_body or {})}
        if dimensions is not None:
            self._asked["dimensions"] = dimensions

    async def embed(self, texts: Sequence[str]) -> Embedding:
        """Return one vector a text, float32, in their order, by one request. Raises `ModelError`."""
        import numpy as np

        whole = await self._wire.whole(self._url, _ENCODE.encode({**self._asked, "input": list(texts)}))
        try:
            found = decode(whole.body)
            rows = _rows(found, len(texts))
            usage = found.get("usage")
            used = None if usage is None else Usage(input_tokens=count(obj(usage, "usage"), "prompt_tokens"))
            model = text(found.get("model"), "model")
        except Unreadable as error:
            raise self._wire.malformed(str(error)) from error
        try:
            with np.errstate(over="raise"):
                vectors = np.array(rows, dtype=np.float32).reshape(len(rows), -1)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise self._wire.malformed("the vectors differ in length or hold something else than numbers") from error
        if not np.isfinite(vectors).all():
            raise self._wire.malformed("a vector holds something else than numbers")
        return Embedding(vectors=vectors, usage=used, model=model)


def _rows(found: Json, expected: int) -> list[Any]:
    """The vectors in the order of the texts; servers may answer in another order."""
    rows: dict[int, Any] = {}
    for raw in items(found.get("data"), "data"):
        one = obj(raw, "data")
        rows[count(one, "index")] = items(one.get("embedding"), "embedding")
    if sorted(rows) != list(range(expected)):
        raise Unreadable(f"{len(rows)} vectors for {expected} texts")
    return [rows[place] for place in range(expected)]
