"""How close in meaning neighbouring pieces of a document are. Knows nothing of where chunks are cut."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from loomwork.knowledge.splitting.ruler import Ruler
from loomwork.knowledge.splitting.settings import Splitter, TokenCounter
from loomwork.knowledge.splitting.splitting import atoms
from loomwork.knowledge.values import Document

if TYPE_CHECKING:
    from loomwork.knowledge.embedding.protocol import Vectors

Embed = Callable[[Sequence[str]], Awaitable["Vectors"]]
_AROUND = 3


async def meanings(document: Document, splitter: Splitter, count: TokenCounter, embed: Embed) -> dict[int, float]:
    """By where an atom starts: the cosine of the three atoms before it and the three from it on.

    What `split` takes as `closeness`. Every atom is embedded once: about as much work again as embedding the chunks.
    """
    import numpy as np

    text = document.text
    found = atoms(document, Ruler(count.offsets(text)), splitter.max_tokens)
    if not found:
        return {}
    vectors = await embed([text[atom.start : atom.end] for atom in found])
    near: dict[int, float] = {}
    for place in range(1, len(found)):
        before = vectors[max(0, place - _AROUND) : place].sum(axis=0)
        behind = vectors[place : place + _AROUND].sum(axis=0)
        length = float(np.linalg.norm(before) * np.linalg.norm(behind))
        near[found[place].start] = float(before @ behind) / length if length else 0.0
    return near
