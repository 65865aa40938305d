"""Errors of turning texts into vectors.

LoomworkError
├── UsageError
│   ├── UnknownEmbedder        the settings name a driver that does not exist
│   ├── EmbedderNotInstalled   the library or the model that the driver needs is not there
│   └── EmbedderNotConfigured  the driver needs a setting that is missing
└── EmbeddingFailed
    ├── EmbedderBroken         the model's files cannot be read
    └── WrongVectors           what came back are not the vectors that were asked for
"""

from loomwork.kernel.errors.base import LoomworkError, UsageError


class UnknownEmbedder(UsageError):
    """The settings name a driver that does not exist."""

    what = "no embedder is called '{name}'{near}"
    todo = "choose one of: {known}"

    def __init__(self, **fields: object) -> None:
        super().__init__(**{"near": "", **fields})


class EmbedderNotInstalled(UsageError):
    """The library or the model that the driver needs is not there."""

    what = "the embedder '{driver}' needs '{package}', which is not installed"
    todo = "install it (`{command}`), choose another embedder, or search by keywords only"


class EmbedderNotConfigured(UsageError):
    """The driver needs a setting that is missing."""

    what = "the embedder '{driver}' needs the setting '{setting}'"
    todo = "add it to the index's settings in loomwork.toml"


class EmbeddingFailed(LoomworkError):
    """Texts could not be turned into vectors."""

    what = "texts could not be embedded"
    exit_code = 1


class EmbedderBroken(EmbeddingFailed):
    """The model's files cannot be read."""

    what = "the embedding model in '{path}' cannot be read ({detail})"
    todo = "install it again, or choose another embedder"


class WrongVectors(EmbeddingFailed):
    """What came back are not the vectors that were asked for."""

    what = "the embedder '{name}' was given {texts} texts and returned {found}"
    todo = "check the model's name and address: it may not be an embedding model"


__all__ = [
    "EmbedderBroken",
    "EmbedderNotConfigured",
    "EmbedderNotInstalled",
    "EmbeddingFailed",
    "UnknownEmbedder",
    "WrongVectors",
]
