"""The name of a snapshot as somebody sees it: a digest over what is seen. Knows no row and no file."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.canonical import combine
from loomwork.knowledge.index.rows import IndexSettings


def name_of(versions: Iterable[NDArray[np.uint8]], settings: IndexSettings, *, graphs: Iterable[int] = ()) -> str:
    """Return the name of a set of documents, given their versions."""
    joined = np.concatenate([np.empty((0, 20), np.uint8), *versions])
    ordered = np.sort(np.ascontiguousarray(joined).view("S20").reshape(-1))
    return combine(settings.embedder, ordered.tobytes(), " ".join(map(str, sorted(graphs))))
