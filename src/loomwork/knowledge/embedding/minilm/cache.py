"""Keep the built graph between processes. Knows nothing of what a graph computes.

The file is half a megabyte: a digest of the rest, a line of facts, the graph. It is written beside and moved into
place; what does not match its digest, or cannot be read, is built again; where nothing can be written, nothing is kept.
Its name holds the hash of which weights these are (path, size and time of change) and of the graph's semantics.
"""

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec

from loomwork.kernel.canonical import combine, digest_bytes
from loomwork.kernel.errors.knowledge_embedding import EmbedderBroken
from loomwork.knowledge.embedding.minilm.graph import SEMANTICS, Network, network
from loomwork.knowledge.embedding.minilm.safetensors import tensors
from loomwork.knowledge.embedding.minilm.stages import stages

_DIGEST = 40


class Kept(msgspec.Struct, frozen=True):
    """A graph, and the digest of the weights that it was built from."""

    network: Network
    stages: dict[str, Network]
    """The same in pieces, for products elsewhere."""
    weights: str


def cache_folder() -> Path:
    """Where derived data of this user is kept: `$XDG_CACHE_HOME/loomwork`, or `~/.cache/loomwork`."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base else Path.home() / ".cache") / "loomwork"


def kept_or_built(weights: Path, folder: Path) -> Kept:
    """The graph for `weights`: as kept in `folder`, or built now and kept. Raises `EmbedderBroken`."""
    seen = weights.stat()
    name = combine("minilm", str(SEMANTICS), str(weights), str(seen.st_size), str(seen.st_mtime_ns))
    file = folder / f"minilm-{name}.graph"
    found = _read(file)
    if found is None:
        with weights.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
        found = Kept(*_built(weights), digest)
        _write(file, found)
    return found


def _built(weights: Path) -> tuple[Network, dict[str, Network]]:
    try:
        found = tensors(weights)
        return network(found), stages(found)
    except (KeyError, ValueError) as error:  # another model's names or shapes
        raise EmbedderBroken(path=str(weights.parent), detail=f"not the weights of MiniLM: {error}") from error


def _read(file: Path) -> Kept | None:
    try:
        raw = file.read_bytes()
        if digest_bytes(raw[_DIGEST:]) != raw[:_DIGEST].decode("ascii"):
            return None
        return msgspec.msgpack.decode(raw[_DIGEST:], type=Kept)
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError):
        return None


def _write(file: Path, kept: Kept) -> None:
    raw = msgspec.msgpack.encode(kept)
    with suppress(OSError):  # a cache: a read-only home costs time, not results
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as beside:
            beside.write(digest_bytes(raw).encode("ascii") + raw)
        Path(beside.name).replace(file)
