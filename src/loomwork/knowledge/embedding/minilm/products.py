"""Run MiniLM with its products in bfloat16, where the processor has hardware for them (AMX). Knows no text.

Both factors are rounded to 8 bits of mantissa, their products are added in float32, and everything between products is
float32: vectors have a cosine above 0.9999 with those of float32 products, at a quarter of the time of a product. A
row's product is the same, to the last bit, whatever rows are beside it. Without the hardware the same products are
slower than in float32, so they are not used.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from loomwork.knowledge.embedding.minilm.graph import LAYERS, WIDTH, Network
from loomwork.knowledge.embedding.minilm.stages import WIDE, layers

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float32]]

_HARDWARE = "sapphireamx"
_PRODUCTS = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip
_WIDTHS = {
    "rows": WIDTH, "next": WIDTH, "query": WIDTH, "key": WIDTH, "value": WIDTH, "context": WIDTH, "product": WIDTH,
    "wide": WIDE, "active": WIDE,
}  # fmt: skip
Session = Callable[[Network], Any]


def has_hardware() -> bool:
    """Say whether this processor multiplies matrices of bfloat16 in hardware."""
    try:
        import numkong
    except ImportError:
        return False
    return bool(numkong.get_capabilities().get(_HARDWARE))


class _Room:
    """Where the values of one batch are, used again by the next one: fresh memory would cost as much as a product."""

    def __init__(self) -> None:
        self._held: dict[str, Any] = {}
        self._most = 0
        self.values: dict[str, Any] = {}
        """By name, float32, a row a token."""
        self.seen: dict[str, Any] = {}
        """The same, as the products see them."""
        self.rounded: dict[int, Any] = {}
        """By width, bfloat16."""

    def fit(self, rows: int) -> None:
        """Make the arrays for a batch of so many tokens."""
        import numkong
        import numpy as np

        if rows > self._most:
            self._most = rows
            self._held = {name: np.empty(rows * width, np.float32) for name, width in _WIDTHS.items()}
            self._held |= {f"rounded {width}": np.empty(rows * width, np.uint16) for width in (WIDTH, WIDE)}
        self.values = {name: self._held[name][: rows * width].reshape(rows, width) for name, width in _WIDTHS.items()}
        view = numkong.from_pointer
        self.seen = {
            name: view(array.ctypes.data, array.shape, "float32", owner=array) for name, array in self.values.items()
        }
        self.rounded = {
            width: view(held.ctypes.data, (rows, width), "bf16", owner=held)
            for width, held in ((width, self._held[f"rounded {width}"]) for width in (WIDTH, WIDE))
        }

    def swap(self) -> None:
        """Make what came out of a norm the rows."""
        for each in (self.values, self.seen):
            each["rows"], each["next"] = each["next"], each["rows"]


class _Part(NamedTuple):
    """Texts of one length, and where their tokens are among the rows."""

    ids: Any
    rows: slice


def _parts(texts: Sequence[list[int]]) -> list[_Part]:
    import numpy as np

    parts: list[_Part] = []
    start = 0
    for tokens, same in groupby(texts, key=len):
        ids = np.array(list(same), np.int32)
        parts.append(_Part(ids, slice(start, start + len(ids) * tokens)))
        start += len(ids) * tokens
    return parts


class Products:
    """The network. Safe to share between threads, each of which runs a batch.

    Args:
        stages: What lies between the products.
        weights: Names as in the file of the model.
        session: Makes a stage ready to be run.
    """

    def __init__(self, stages: Mapping[str, Network], weights: "Mapping[str, Array]", session: Session) -> None:
        import numkong

        def packed(name: str) -> Any:
            return numkong.dots_pack(numkong.astype(weights[f"{name}.weight"], "bf16"), dtype="bf16")

        self._sessions = {name: session(stage) for name, stage in stages.items()}
        self._layers = layers(weights)
        self._matrices = [[packed(f"encoder.layer.{number}.{name}") for name in _PRODUCTS] for number in range(LAYERS)]
        self._rooms: list[_Room] = []
        self._lock = threading.Lock()

    def run(self, output: str, texts: Sequence[list[int]]) -> list[Any]:
        """Return for each text, given as its ids, its vector (384) or its `tokens` (tokens, 384).

        Products take the rows of all texts at once; texts of one length that stand together share their other stages.
        """
        import numpy as np

        with self._lock:
            room = self._rooms.pop() if self._rooms else _Room()
        try:
            room.fit(sum(map(len, texts)))
            parts = _parts(texts)
            self._fill(room, parts)
            made: list[Any] = []
            for part in parts:
                rows = room.values["rows"][part.rows].reshape(*part.ids.shape, WIDTH)
                if output == "tokens":
                    made.extend(rows.copy())
                    continue
                sums = np.add.reduce(rows, axis=1)
                made.extend(sums / np.linalg.norm(sums, axis=1, keepdims=True))
            return made
        finally:
            with self._lock:
                self._rooms.append(room)

    def _fill(self, room: _Room, parts: Sequence[_Part]) -> None:
        values = room.values
        for part in parts:
            self._stage("embed", {"ids": part.ids}, values["rows"][part.rows])
        for layer, matrices in zip(self._layers, self._matrices, strict=True):
            query, key, value, attended, wide, narrow = matrices
            self._product(room, "rows", (query, "query"), (key, "key"), (value, "value"))
            for part in parts:
                shape = (*part.ids.shape, WIDTH)
                heads = {name: values[name][part.rows].reshape(shape) for name in ("query", "key", "value")}
                self._stage("attend", heads | {"bias": layer.heads}, values["context"][part.rows], shape)
            self._product(room, "context", (attended, "product"))
            self._norm(room, layer.attended)
            self._product(room, "rows", (wide, "wide"))
            self._stage("gelu", {"wide": values["wide"], "bias": layer.wide}, values["active"])
            self._product(room, "active", (narrow, "product"))
            self._norm(room, layer.narrow)

    def _product(self, room: _Room, rows: str, *factors: tuple[Any, str]) -> None:
        import numkong

        rounded = room.rounded[_WIDTHS[rows]]
        numkong.astype(room.values[rows], "bf16", out=rounded)
        for matrix, out in factors:
            numkong.dots_packed(rounded, matrix, out=room.seen[out])

    def _norm(self, room: _Room, vectors: "tuple[Array, Array]") -> None:
        values = room.values
        given = {"product": values["product"], "residual": values["rows"], "scale": vectors[0], "offset": vectors[1]}
        self._stage("norm", given, values["next"])
        room.swap()

    def _stage(self, name: str, inputs: Mapping[str, Any], out: Any, shape: tuple[int, ...] = ()) -> None:
        session = self._sessions[name]
        bound = session.io_binding()
        for each, array in inputs.items():
            bound.bind_cpu_input(each, array)
        to = session.get_outputs()[0].name
        bound.bind_output(to, "cpu", 0, out.dtype, shape or out.shape, out.ctypes.data)
        session.run_with_iobinding(bound)
