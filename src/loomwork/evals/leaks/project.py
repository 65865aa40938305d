"""What of a project may know its test rows: put together from its pieces by whoever evaluates. Opens nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from loomwork.evals.data.writing import SUFFIX
from loomwork.evals.leaks.sources import Chunks, Examples, Memos, Rows, Texts
from loomwork.evals.leaks.values import Source
from loomwork.kernel.errors.base import LoomworkError
from loomwork.prompts.library import prompt_files
from loomwork.prompts.origins import name_of
from loomwork.prompts.prompt import Prompt

if TYPE_CHECKING:
    from loomwork.knowledge.index import View
    from loomwork.store.protocols import Store

_LEARNT = re.compile(
    r"(?:^|[._-])(?:train(?:ing)?|dev|optimi[sz]e[rd]?|few[_-]?shot|fewshot|examples?|demos?)(?:[._-]|$)"
)
"""Names of files that something is learnt from."""
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "env"})


def project_sources(
    folder: Path,
    *,
    test: Path | None = None,
    against: Sequence[Path] = (),
    views: Mapping[str, View] | None = None,
    store: Store | None = None,
) -> list[Source]:
    """Return everything of a project that its test rows should not be known to.

    Args:
        folder: The project.
        test: The file of the test rows, which is no source.
        against: Further files of rows.
        views: Knowledge bases by name, as the asking person sees them.
        store: For what steps were given.
    """
    own = None if test is None else test.resolve()
    files = dict.fromkeys([*(path.resolve() for path in against), *learnt_from(folder)])
    sources: list[Source] = [Rows(_label(folder, path), path) for path in files if path != own]
    sources += prompt_examples(folder)
    sources += [Chunks(name, view) for name, view in (views or {}).items()]
    return [*sources, Memos(store)] if store is not None else sources


def learnt_from(folder: Path) -> Iterator[Path]:
    """Yield the datasets whose names say that something is learnt from them: `support.train.jsonl`, `few_shot.jsonl`.

    Files beside a prompt are examples of it, and read with it.
    """
    for path in sorted(folder.resolve().rglob(f"*{SUFFIX}")):
        parts = path.relative_to(folder.resolve()).parts
        if any(part.startswith(".") or part in _SKIPPED for part in parts) or parts[0] == "prompts":
            continue
        if _LEARNT.search(path.name.removesuffix(SUFFIX).lower()):
            yield path


def prompt_examples(folder: Path) -> Iterator[Source]:
    """Yield the few-shot examples of each prompt, those in files beside it too, and its own text."""
    for path in prompt_files(folder):
        name = f"prompt {name_of(path.relative_to(folder).as_posix())}"
        try:
            source = Prompt(path).source()
        except LoomworkError:
            continue
        if source.examples:
            yield Examples(name, source.examples)
        texts = [(block.section.role, block.section.text) for block in source.blocks]
        yield Texts(f"{name} (text)", lambda texts=texts: texts)


def _label(folder: Path, path: Path) -> str:
    root = folder.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
