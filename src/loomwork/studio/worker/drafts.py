"""Texts in the place of prompt files, written outside the project for a while. Knows no replay and no model.

A draft lies as its prompt does below the project, with the files beside it that it names: so it finds them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from loomwork.kernel.errors.studio import OutsideProject
from loomwork.prompts.origins import label_of, read_text
from loomwork.prompts.source import parse_source
from loomwork.studio import files
from loomwork.studio.prompting.reading import path_of
from loomwork.studio.studio import Studio


class Drafts:
    """A folder of drafts."""

    def __init__(self, studio: Studio, folder: Path) -> None:
        self._studio = studio
        self._folder = folder

    def prompt(self, name: str, text: str) -> tuple[str, Path]:
        """Write a prompt's draft; return the prompt's path in the project and the draft's.

        Raises `NoSuchPrompt`, `OutsideProject`, `PromptError`s.
        """
        path = path_of(self._studio, name)
        label = label_of(path, self._studio.folder)

        def beside(given: str) -> str:
            place = os.path.normpath(os.path.join(os.path.dirname(label), given))
            said = read_text(files.inside(self._studio.folder, place), self._studio.folder)
            self._write(place, said)
            return said

        parse_source(text, label=label, read_beside=beside)
        return label, self._write(label, text)

    def value(self, number: int, data: bytes) -> Path:
        """Write JSON to a file."""
        file = self._folder / f"value-{number}.json"
        file.write_bytes(data)
        return file

    def _write(self, place: str, text: str) -> Path:
        file = self._folder / "project" / place
        if not file.resolve().is_relative_to(self._folder.resolve()):
            raise OutsideProject(path=place)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file


@contextmanager
def drafts(studio: Studio) -> Generator[Drafts]:
    """Give a folder of drafts that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="loomwork-drafts-") as folder:
        yield Drafts(studio, Path(folder))
