"""Read tensors out of a safetensors file through a memory map. Knows nothing of models.

The format: eight bytes little-endian length, a JSON header `{name: {"dtype", "shape", "data_offsets"}}`, the data.
Nothing is unpickled and nothing in the file can run.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from loomwork.kernel.errors.knowledge_embedding import EmbedderBroken

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[np.float32]]

_LONGEST_HEADER = 10_000_000
_PREFIX = 8


class _Entry(msgspec.Struct):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


def tensors(path: Path) -> "Mapping[str, Array]":
    """The float32 tensors in a file by name, read-only views of it. Raises `EmbedderBroken`."""
    try:
        return _tensors(path)
    except (OSError, ValueError, struct.error, msgspec.MsgspecError) as error:
        raise EmbedderBroken(path=str(path), detail=str(error)) from error


def _tensors(path: Path) -> "Mapping[str, Array]":
    import numpy as np

    whole = np.memmap(path, mode="r", dtype=np.uint8)
    (length,) = struct.unpack("<Q", whole[:_PREFIX].tobytes())
    if length > min(_LONGEST_HEADER, whole.size - _PREFIX):
        raise ValueError("the header is longer than the file")
    header = msgspec.json.decode(whole[_PREFIX : _PREFIX + length].tobytes(), type=dict[str, Any])
    header.pop("__metadata__", None)
    data = whole[_PREFIX + length :]
    found: dict[str, Array] = {}
    for name, raw in header.items():
        entry = msgspec.convert(raw, _Entry)
        if entry.dtype != "F32":
            continue
        start, end = entry.data_offsets
        if not 0 <= start <= end <= data.size:
            raise ValueError(f"{name} lies outside of the file")
        found[name] = data[start:end].view(np.float32).reshape(entry.shape)
    return found
