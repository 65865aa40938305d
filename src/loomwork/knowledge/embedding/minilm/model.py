"""The embedder `minilm`: all-MiniLM-L6-v2 on ONNX Runtime. Knows nothing of indexes or documents."""

import asyncio
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from loomwork.flow.observe import own_io
from loomwork.kernel.canonical import combine
from loomwork.kernel.errors.knowledge_embedding import EmbedderBroken
from loomwork.knowledge.embedding.minilm.cache import Kept, cache_folder, kept_or_built
from loomwork.knowledge.embedding.minilm.graph import POSITIONS, SEMANTICS, WIDTH, Network
from loomwork.knowledge.embedding.minilm.package import ModelFiles, model_files
from loomwork.knowledge.embedding.minilm.products import Products, has_hardware
from loomwork.knowledge.embedding.minilm.safetensors import tensors
from loomwork.knowledge.embedding.protocol import Progress

if TYPE_CHECKING:
    from loomwork.knowledge.embedding.protocol import Vectors

_MARKS = 2
_SURROGATES = re.compile("[\ud800-\udfff]")
"""Halves of characters, as a broken file or command line may hold: the tokenizer refuses them."""
_TOKENS_AT_ONCE = 512
"""What lies between two products then stays in the processor's cache; more take longer."""
_TEXTS_AT_ONCE = 8192


Run = Callable[[str, Sequence[list[int]]], Sequence[Any]]
"""(`vectors` or `tokens`, texts as their ids) -> that of each text. Texts of one length stand together."""


class _Loaded(Struct, frozen=True):
    run: Run
    tokenizer: Any
    identity: str
    end: int


class _Batch(Struct, frozen=True):
    """Texts that are run together, long ones first."""

    rows: list[int]
    ids: list[list[int]]


class MiniLm:
    """All-MiniLM-L6-v2, from the weights in an installed package, without torch.

    A text's vector depends on the text alone, to the last bit: not on the texts beside it, nor on the threads.
    The model is loaded when it is first needed; that takes about half a second and 130 MB.

    Args:
        threads: How many batches are worked on at a time; 0 for one a core that this process may use.
        folder: Where `model.safetensors` and `tokenizer.json` are; None for the installed package.
        cache: Where the built graph is kept; None for the user's cache folder.
        exact: Multiply in float32, also where the processor has hardware for bfloat16 (AMX). That takes twice as long;
            the vectors' cosines with the others are above 0.9999.
    """

    def __init__(
        self, *, threads: int = 0, folder: Path | None = None, cache: Path | None = None, exact: bool = False
    ) -> None:
        self._exact = exact
        self._threads = threads or _cores()
        self._folder = folder
        self._cache = cache
        self._loaded: _Loaded | None = None
        self._loading = threading.Lock()

    name = "minilm (all-MiniLM-L6-v2)"
    dimensions = WIDTH
    max_tokens = POSITIONS - _MARKS
    languages = frozenset({"en"})

    @property
    def identity(self) -> str:
        """The digest of weights, tokenizer and graph. Raises as `embed`."""
        return self._model().identity

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Where the tokens of `text` begin and end, in characters. Raises as `embed`."""
        return self._model().tokenizer.encode(_SURROGATES.sub("\ufffd", text), add_special_tokens=False).offsets

    async def embed(self, texts: Sequence[str], *, progress: Progress | None = None) -> "Vectors":
        """Return float32 vectors of length one, shape `(len(texts), 384)`.

        Raises:
            EmbedderNotInstalled: The model's package is not there.
            EmbedderBroken: Its files cannot be read.
        """
        import numpy as np

        out = np.zeros((len(texts), WIDTH), np.float32)
        done = 0
        for begin in range(0, len(texts), _TEXTS_AT_ONCE):
            batches = iter(await asyncio.to_thread(self._batches, texts[begin : begin + _TEXTS_AT_ONCE]))

            async def work(batches: Iterator[_Batch] = batches, begin: int = begin) -> None:
                nonlocal done
                for batch in batches:
                    made = await asyncio.to_thread(self._model().run, "vectors", batch.ids)
                    out[[begin + row for row in batch.rows]] = made
                    done += len(batch.rows)
                    if progress is not None:
                        progress(done, len(texts))

            async with asyncio.TaskGroup() as group:
                for _ in range(self._threads):
                    group.create_task(work())
        return out

    def token_vectors(self, text: str) -> "Vectors":
        """Return a vector of length one for each token of the text: shape `(tokens, 384)`, the marks left out.

        For late interaction. Raises as `embed`.
        """
        import numpy as np

        made = self._model().run("tokens", [self._ids(text)])[0][1:-1]
        return made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), np.float32(1e-12))

    def _batches(self, texts: Sequence[str]) -> list[_Batch]:
        """Put texts of about one length together: long ones first, so that the threads end together."""
        ids = [self._ids(text) for text in texts]
        batches: list[_Batch] = []
        tokens = _TOKENS_AT_ONCE
        for row in sorted(range(len(ids)), key=lambda row: -len(ids[row])):
            if tokens + len(ids[row]) > _TOKENS_AT_ONCE:
                batches.append(_Batch([], []))
                tokens = 0
            tokens += len(ids[row])
            batches[-1].rows.append(row)
            batches[-1].ids.append(ids[row])
        return batches

    def _ids(self, text: str) -> list[int]:
        model = self._model()
        ids: list[int] = model.tokenizer.encode(_SURROGATES.sub("\ufffd", text)).ids
        return ids if len(ids) <= POSITIONS else [*ids[: POSITIONS - 1], model.end]

    def _model(self) -> _Loaded:
        if self._loaded is None:
            with self._loading, own_io():
                if self._loaded is None:
                    kept = self._cache or cache_folder()
                    self._loaded = _load(model_files(self._folder), kept, exact=self._exact)
        return self._loaded


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _load(files: ModelFiles, cache: Path, *, exact: bool) -> _Loaded:
    from tokenizers import Tokenizer

    kept = kept_or_built(files.weights, cache)
    raw = files.tokenizer.read_bytes()
    try:
        tokenizer: Any = Tokenizer.from_buffer(raw)  # pyright: ignore[reportUnknownMemberType]  # its stubs are bare
        run = _exactly(kept, files.weights) if exact or not has_hardware() else _rounded(kept, files.weights)
    except Exception as error:
        raise EmbedderBroken(path=str(files.weights.parent), detail=str(error)) from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    identity = combine("minilm", str(SEMANTICS), kept.weights, raw)
    return _Loaded(run, tokenizer, f"minilm:{identity}", tokenizer.token_to_id("[SEP]"))


def _exactly(kept: Kept, weights: Path) -> Run:
    import numpy as np

    session = _session(kept.network, tensors(weights))

    def run(output: str, texts: Sequence[list[int]]) -> list[Any]:
        parts = [np.array(list(same), np.int32) for _, same in groupby(texts, key=len)]
        return [each for part in parts for each in session.run([output], {"ids": part})[0]]

    return run


def _rounded(kept: Kept, weights: Path) -> Run:
    found = tensors(weights)
    return Products(kept.stages, found, lambda stage: _session(stage, found)).run


def _session(network: Network, weights: Mapping[str, Any]) -> Any:
    """One thread a run: two batches on two cores cost less than one batch on both, and a query gains nothing."""
    import onnxruntime as ort

    runtime: Any = ort
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    if network.matrices:
        values = [runtime.OrtValue.ortvalue_from_numpy(weights[tensor]) for tensor in network.matrices.values()]
        options.add_external_initializers(list(network.matrices), values)
    return runtime.InferenceSession(network.graph, options, providers=["CPUExecutionProvider"])
