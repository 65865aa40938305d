"""The embedder `minilm`: all-MiniLM-L6-v2 on ONNX Runtime. Knows nothing of indexes or documents."""

import asyncio
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
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
_TOKENS_AT_ONCE = 768
"""What lies between two products then stays in the processor's cache; more take a sixth longer."""
_TEXTS_AT_ONCE = 8192


class _Loaded(Struct, frozen=True):
    run: Callable[[str, Any], Any]
    """(`vectors` or `tokens`, ids of texts of one length) -> that output."""
    tokenizer: Any
    identity: str
    end: int


class _Batch(Struct, frozen=True):
    """Texts of the same number of tokens."""

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
                    made = await asyncio.to_thread(self._run, "vectors", batch.ids)
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

        made = self._run("tokens", [self._ids(text)])[0, 1:-1]
        return made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), np.float32(1e-12))

    def _batches(self, texts: Sequence[str]) -> list[_Batch]:
        """Group texts by their number of tokens, so that nothing is padded."""
        by_length: dict[int, list[tuple[int, list[int]]]] = {}
        for row, text in enumerate(texts):
            ids = self._ids(text)
            by_length.setdefault(len(ids), []).append((row, ids))
        batches: list[_Batch] = []
        for length in sorted(by_length, reverse=True):  # long ones first: the threads end together
            same = by_length[length]
            size = max(1, _TOKENS_AT_ONCE // length)
            for begin in range(0, len(same), size):
                part = same[begin : begin + size]
                batches.append(_Batch([row for row, _ in part], [ids for _, ids in part]))
        return batches

    def _ids(self, text: str) -> list[int]:
        model = self._model()
        ids: list[int] = model.tokenizer.encode(_SURROGATES.sub("\ufffd", text)).ids
        return ids if len(ids) <= POSITIONS else [*ids[: POSITIONS - 1], model.end]

    def _run(self, output: str, ids: list[list[int]]) -> Any:
        import numpy as np

        return self._model().run(output, np.array(ids, np.int32))

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


def _exactly(kept: Kept, weights: Path) -> Callable[[str, Any], Any]:
    session = _session(kept.network, tensors(weights))
    return lambda output, ids: session.run([output], {"ids": ids})[0]


def _rounded(kept: Kept, weights: Path) -> Callable[[str, Any], Any]:
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
