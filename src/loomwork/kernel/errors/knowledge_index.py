"""What can go wrong where documents are kept to be found, and where they are searched.

LoomworkError
├── UsageError
│   └── BadFilter, UnknownFusion, BadWeights
└── KnowledgeIndexError
    ├── IndexMissing, IndexBusy, IndexTooNew, IndexDamaged, IndexUnwritable
    └── IndexOtherEmbedder, VectorsMissing, BadVectors, MilvusMissing, MilvusFailed
"""

from loomwork.kernel.errors.base import LoomworkError, UsageError


class KnowledgeIndexError(LoomworkError):
    """The index of a knowledge base cannot do what was asked; the last snapshot stays as it was."""

    what = "the knowledge index failed"
    exit_code = 1


class IndexMissing(KnowledgeIndexError):
    """Nothing was built yet."""

    what = "the knowledge base '{name}' has no index yet"
    todo = "run `loomwork knowledge build {name}`"
    exit_code = 2


class IndexBusy(KnowledgeIndexError):
    """One writer at a time."""

    what = "another process is building the knowledge base '{name}' (waited {seconds} s)"
    todo = "wait until it has finished, then run again: searching goes on meanwhile"
    retryable = True


class IndexTooNew(KnowledgeIndexError):
    """Written by a later version of loomwork."""

    what = "the index of '{name}' has form {found}, and this loomwork knows forms up to {known}"
    todo = "upgrade loomwork, or make it anew: `loomwork knowledge build {name} --fresh`"


class IndexDamaged(KnowledgeIndexError):
    """A file of the index is not what was written."""

    what = "the index of '{name}' is damaged ({file}: {detail})"
    todo = "make it anew from the documents: `loomwork knowledge build {name} --fresh`"


class IndexUnwritable(KnowledgeIndexError):
    """No room, no permission, or a disk that fails."""

    what = "the index of '{name}' cannot be written ({detail})"
    todo = "make room in {folder} and check that it may be written, then run again: what was committed is kept"
    retryable = True


class IndexOtherEmbedder(KnowledgeIndexError):
    """Vectors of two models cannot be compared."""

    what = "the index of '{name}' was made with the embedder '{found}', and '{wanted}' is configured"
    todo = "set the embedder back, or make the index anew: `loomwork knowledge build {name} --fresh`"
    exit_code = 2

    def __init__(self, **fields: object) -> None:
        told = {key: _embedder(value) if key in ("found", "wanted") else value for key, value in fields.items()}
        super().__init__(**told)


class VectorsMissing(KnowledgeIndexError):
    """An entry named texts whose vectors nobody stored."""

    what = "{count} chunks of '{doc}' have no vector yet"
    todo = "store them with `put_vectors` before `add`"


class BadVectors(KnowledgeIndexError):
    """Not what the index was told to expect."""

    what = "the vectors given for '{where}' cannot be stored ({detail})"
    todo = "give finite float32 vectors, one a chunk, of the embedder's size"


class MilvusMissing(KnowledgeIndexError):
    """The library is an optional extra."""

    what = "searching with Milvus needs the library pymilvus, which is not installed"
    todo = "run `pip install 'loomwork[milvus]'`, or set the index back to the built-in one"
    exit_code = 2


class MilvusFailed(KnowledgeIndexError):
    """Milvus refused or cannot be reached."""

    what = "Milvus at '{uri}' did not do what was asked ({detail})"
    todo = "check that it runs and that the address and the token are right"
    retryable = True


class BadFilter(UsageError):
    """A condition that means nothing."""

    what = "the filter on '{field}' cannot be used ({detail})"
    todo = 'write {{"field": value}}, {{"field": [values]}} or {{"field": {{"from": low, "to": high}}}}'


class UnknownFusion(UsageError):
    """No way of joining rankings has this name."""

    what = "no fusion is called '{name}'"
    todo = "choose one of {known}"


class BadWeights(UsageError):
    """Weights that give no ranking."""

    what = "the weights {weights} cannot be used"
    todo = "give a number of at least 0 for each retriever, and more than 0 for one"


def _embedder(identity: object) -> str:
    """Return an embedder as people know it, from `driver:digest dimensions`.

    >>> _embedder("minilm:0123456789abcdef 384"), _embedder(" 0")
    ('minilm 01234567 (384)', 'none')
    """
    name, _, dimensions = str(identity).partition(" ")
    driver, _, digest = name.partition(":")
    if not driver:
        return "none"
    return " ".join(part for part in (driver, digest[:8], f"({dimensions})" if dimensions else "") if part)


__all__ = [
    "BadFilter",
    "BadVectors",
    "BadWeights",
    "IndexBusy",
    "IndexDamaged",
    "IndexMissing",
    "IndexOtherEmbedder",
    "IndexTooNew",
    "IndexUnwritable",
    "KnowledgeIndexError",
    "MilvusFailed",
    "MilvusMissing",
    "UnknownFusion",
    "VectorsMissing",
]
