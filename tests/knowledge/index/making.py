"""Small random documents, and what a view says about them in a form that can be compared to the last bit."""

import hashlib
import random
from pathlib import Path
from typing import Any

import numpy as np

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.knowledge.index import (
    Between,
    Condition,
    DocumentRow,
    Entry,
    Hits,
    Index,
    IndexSettings,
    OneOf,
    Prefix,
    Readers,
    View,
)
from loomwork.knowledge.values import Chunk

SIZE = 16
WORDS = [f"w{number}" for number in range(12)]
CONDITIONS: tuple[tuple[Condition, ...], ...] = (
    (OneOf(field="team", values=("red", "blue")),),
    (Between(field="year", low=2001, high=2003),),
    (Prefix(field="doc", prefix="d1"), OneOf(field="tags", values=("x",))),
)


def chance(*parts: object) -> random.Random:
    """Return the random numbers that belong to these values."""
    return random.Random(hashlib.sha256(repr(parts).encode()).digest())


def a_vector(seed: object, size: int = SIZE) -> np.ndarray:
    made = np.array([chance("vector", seed, at).gauss(0, 1) for at in range(size)], np.float32)
    return made / np.linalg.norm(made)


def an_entry(
    doc: str, content: int = 0, readers: Readers = None, *, chunks: int | None = None, path: str | None = None
) -> Entry:
    """Return a document made of its id and a number; among its vectors and chunks are equal ones.

    One numbered 5 has no vectors, of one numbered 4 every second chunk has one.
    """
    rolls = chance(doc, content)
    count = rolls.randrange(0, 4) if chunks is None else chunks
    made: list[Chunk] = []
    terms: list[tuple[str, ...]] = []
    vectors: list[np.ndarray] = []
    for number in range(count):
        words = tuple(rolls.choice(WORDS[: rolls.randrange(1, 13)]) for _ in range(rolls.randrange(0, 9)))
        text = " ".join(words)
        made.append(
            Chunk(
                doc=doc,
                start=number * 100,
                end=number * 100 + len(text),
                text=text,
                section=("top", f"s{number // 2}"),
                page=0,
                kind="paragraph",
                language="en",
                tokens=len(words),
            )
        )
        terms.append(words)
        vectors.append(a_vector(rolls.randrange(5) if rolls.random() < 0.3 else (doc, content, number)))
    row = DocumentRow(
        doc=doc, path=path or f"/{doc}.md", digest=f"{doc} {content}", title=f"title {content}", readers=readers,
        metadata={
            "team": rolls.choice(["red", "blue", "green"]), "year": 2000 + content, "tags": ["x", "y"][: content % 3],
        },
    )  # fmt: skip
    bare = content == 5
    has = [content != 4 or number % 2 == 1 for number in range(count)]
    vectors = [vector for vector, given in zip(vectors, has, strict=True) if given]
    keys = [digest_bytes(f"{doc} {content} {at}".encode()) if given else Digest("") for at, given in enumerate(has)]
    return Entry(
        document=row, chunks=tuple(made), terms=tuple(terms),
        vectors=None if bare else np.array(vectors, np.float32).reshape(-1, SIZE), keys=() if bare else tuple(keys),
    )  # fmt: skip


def vectors_of(entry: Entry) -> np.ndarray:
    assert entry.vectors is not None
    return entry.vectors


def settings(**changes: Any) -> IndexSettings:
    chosen: dict[str, Any] = {"embedder": "double", "dimensions": SIZE, **changes}
    return IndexSettings(**chosen)


def an_index(folder: Path, entries: list[Entry], **changes: Any) -> Index:
    index = Index(folder, settings(**changes))
    with index.writer() as writer:
        for entry in entries:
            writer.add(entry)
        writer.commit()
    return index


def shown(view: View, hits: Hits) -> list[tuple[str, str, bytes]]:
    """Return the hits with their scores' bits."""
    rows = view.fetch(hits.rows)
    return [
        (row.key, f"{row.document.doc}:{row.chunk.start}", score.tobytes())
        for row, score in zip(rows, hits.scores, strict=True)
    ]


def everything(view: View, queries: int = 2) -> dict[str, Any]:
    """Return all that a view tells, with every bit of every score."""
    said: dict[str, Any] = {
        "name": view.name, "chunks": view.chunks, "documents": view.documents, "vectors": view.vectors,
        "ids": list(view.ids), "df": [view.df(word) for word in WORDS],
    }  # fmt: skip
    for number in range(queries):
        vector = a_vector(number if number % 2 else ("query", number))
        terms = chance("terms", number).choices([*WORDS, "nowhere"], k=2 + number * 3)
        for k in (1, 4, 100):
            said[f"dense {number} {k}"] = shown(view, view.dense(vector, k))
            hits = view.sparse(terms, k)
            said[f"sparse {number} {k}"] = shown(view, hits)
        said[f"explain {number}"] = [view.explain(terms, int(row)) for row in hits.rows]
        for at, conditions in enumerate(CONDITIONS):
            mask = view.filter(conditions)
            said[f"filter {number} {at}"] = (
                int(mask.sum()), shown(view, view.dense(vector, 3, within=mask)),
                shown(view, view.sparse(terms, 3, within=mask)),
            )  # fmt: skip
        phrase = view.phrase(terms[:2])
        said[f"phrase {number}"] = sorted(row.key for row in view.fetch(np.flatnonzero(phrase)))
    return said
