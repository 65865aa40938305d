"""The embedder `sentence-transformers`: a model in a local folder, run by that library. Knows nothing of indexes."""

import asyncio
import hashlib
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loomwork.flow.observe import own_io
from loomwork.kernel.canonical import combine
from loomwork.kernel.errors.knowledge_embedding import EmbedderBroken, EmbedderNotInstalled
from loomwork.knowledge.embedding.protocol import Progress
from loomwork.knowledge.embedding.unit import unit

if TYPE_CHECKING:
    from loomwork.knowledge.embedding.protocol import Vectors

SEMANTICS = 1
_TEXTS_AT_ONCE = 256
_BATCH = 16
_MARKS = 2


class Folder:
    """A model of the library sentence-transformers, which must be installed. Nothing is downloaded.

    Args:
        folder: Where the model is.
        languages: What it was made for; empty for any.
        device: As the library calls it: `cpu`, `cuda`.
    """

    def __init__(self, folder: Path, *, languages: frozenset[str] = frozenset(), device: str = "cpu") -> None:
        self._folder = folder
        self._device = device
        self.name = f"sentence-transformers ({folder.name})"
        self.languages = languages
        self._live: Any = None
        self._identity = ""
        self._loading = threading.Lock()

    @property
    def dimensions(self) -> int:
        """How long a vector is. Raises as `embed`."""
        model = self._model()
        ask = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
        return int(ask())

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text are looked at. Raises as `embed`."""
        return int(self._model().max_seq_length) - _MARKS

    @property
    def identity(self) -> str:
        """The digest of the names and the bytes of all files of the folder. Raises as `embed`."""
        if not self._identity:
            with own_io():
                self._identity = f"sentence-transformers:{combine(str(SEMANTICS), *_files(self._folder))}"
        return self._identity

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Where tokens begin and end, in characters. Raises as `embed`."""
        made = self._model().tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
        )
        return [(int(start), int(end)) for start, end in made["offset_mapping"]]

    async def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> "Vectors":
        """Return float32 vectors of length one.

        Raises:
            EmbedderNotInstalled: The library is not there.
            EmbedderBroken: The folder holds no model that it can load.
            WrongVectors: The model returned something else.
        """
        import numpy as np

        parts: list[Any] = []
        for begin in range(0, len(texts), _TEXTS_AT_ONCE):
            part = list(texts[begin : begin + _TEXTS_AT_ONCE])
            made = await asyncio.to_thread(self._encode, part)
            parts.append(unit(made, texts=len(part), name=self.name))
            if progress is not None:
                progress(begin + len(part), len(texts))
        return np.concatenate(parts) if parts else np.zeros((0, self.dimensions), np.float32)

    def _encode(self, texts: list[str]) -> Any:
        return self._model().encode(texts, batch_size=_BATCH, show_progress_bar=False, convert_to_numpy=True)

    def _model(self) -> Any:
        with self._loading, own_io():
            if self._live is None:
                self._live = _load(self._folder, self._device)
        return self._live


def _load(folder: Path, device: str) -> Any:
    if not folder.is_dir():
        raise EmbedderBroken(path=str(folder), detail="there is no such folder")
    try:
        library: Any = import_module("sentence_transformers")
    except ModuleNotFoundError as error:
        package = "sentence-transformers"
        raise EmbedderNotInstalled(driver=package, package=package, command=f"pip install {package}") from error
    try:
        return library.SentenceTransformer(str(folder), device=device, local_files_only=True)
    except Exception as error:
        raise EmbedderBroken(path=str(folder), detail=str(error).partition("\n")[0]) from error


def _files(folder: Path) -> list[str]:
    found: list[str] = []
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as opened:
            found += [file.relative_to(folder).as_posix(), hashlib.file_digest(opened, "sha256").hexdigest()]
    return found
