"""`Prompt`: a prompt file of the project, or a text, with the changes that a copy carries. Calls no model."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from loomwork.kernel.messages import Message, Part
from loomwork.prompts.examples import Example, as_examples
from loomwork.prompts.locating import calling_folder
from loomwork.prompts.origins import FileOrigin, Origin, TextOrigin
from loomwork.prompts.seam import note_use
from loomwork.prompts.source import Source


class Changes(Struct, frozen=True, kw_only=True):
    """How a copy of a prompt differs from its file."""

    examples: tuple[Example, ...] | None = None
    """In the place of the file's own."""
    defaults: dict[str, Any] = {}
    suffix: str = ""
    """Plain text behind the last user section."""


NO_CHANGES = Changes()


class Prompt:
    """One prompt. Copies (`with_...`) share the file; the object that was copied stays as it is.

    Args:
        path: The file, relative to the project folder: the nearest one with a loomwork.toml above the file that
            calls, else above the current folder, else the current folder.
    """

    __slots__ = ("_changes", "_origin")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._origin: Origin = FileOrigin(os.fspath(path), calling_folder(depth=2))
        self._changes = NO_CHANGES

    @classmethod
    def inline(cls, text: str) -> "Prompt":
        """Return a prompt whose text is given; the same sections, front matter and templates as in a file."""
        return cls._of(TextOrigin(text), NO_CHANGES)

    @property
    def name(self) -> str:
        """What it is called: its path below prompts/ without `.md`; of a text, its beginning."""
        return self._origin.name

    @property
    def path(self) -> Path | None:
        """Where the file lies; None for a text."""
        return self._origin.path

    @property
    def version(self) -> str:
        """Hash of the content: 40 hex digits (12 are enough to tell versions apart)."""
        return self.source().version

    @property
    def variables(self) -> frozenset[str]:
        """Every variable that it reads."""
        return self.source().variables

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples that it shows."""
        return self._shown(self.source())

    def with_examples(self, examples: Sequence[Example | Mapping[str, Any]]) -> "Prompt":
        """Return a copy that shows these examples in the place of the file's own."""
        return self._changed(examples=as_examples(examples, place="example"))

    def with_defaults(self, **values: Any) -> "Prompt":
        """Return a copy in which these variables need not be given."""
        return self._changed(defaults={**self._changes.defaults, **values})

    def with_suffix(self, text: str) -> "Prompt":
        """Return a copy that says this (plain text, no template) at the end of the last user turn."""
        before = self._changes.suffix
        return self._changed(suffix=f"{before}\n\n{text}" if before else text)

    def messages(self, /, **variables: object) -> tuple[Message, ...]:
        """Return the conversation with the variables filled in. Raises `PromptError`s."""
        return self.fill(self.source(), variables)

    def fill(
        self,
        source: Source,
        values: Mapping[str, object],
        *,
        media: Sequence[Part] = (),
        more: Sequence[Example] = (),
    ) -> tuple[Message, ...]:
        """Return the conversation of one version, with media behind the last user turn and more examples."""
        given = {**self._changes.defaults, **values}
        shown = (*self._shown(source), *more)
        return source.messages(given, examples=shown, suffix=self._changes.suffix, media=media)

    def source(self) -> Source:
        """Return the present version; the running step's memo then depends on the file."""
        return self._origin.source()

    def __fingerprint__(self) -> object:
        """The path in the project and the changes made to it: what the file says is observed when it is read."""
        return ("prompt", self._origin.identity(), self._changes)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Prompt)
            and (self._origin.identity(), self._origin.path) == (other._origin.identity(), other._origin.path)
            and self._changes == other._changes
        )

    def __hash__(self) -> int:
        return hash(self._origin.identity())

    def __repr__(self) -> str:
        return repr(self._origin)

    def _shown(self, source: Source) -> tuple[Example, ...]:
        return source.examples if self._changes.examples is None else self._changes.examples

    def _changed(self, **changes: Any) -> "Prompt":
        return self._of(self._origin, structs.replace(self._changes, **changes))

    @classmethod
    def _of(cls, origin: Origin, changes: Changes) -> "Prompt":
        made = cls.__new__(cls)
        made._origin = origin
        made._changes = changes
        return made


def as_prompt(prompt: object) -> Prompt:
    """Return a prompt: itself, or a text as an inline prompt."""
    if isinstance(prompt, Prompt):
        return prompt
    if isinstance(prompt, str):
        return Prompt.inline(prompt)
    raise TypeError(f"ask() takes a Prompt or a text, not a {type(prompt).__name__}")


def describe_use(prompt: Prompt) -> dict[str, str]:
    """Return the span attributes that say which version of a prompt was used."""
    return {"loomwork.prompt.name": prompt.name, "loomwork.prompt.version": prompt.version}


def record_use(prompt: Prompt, source: Source) -> None:
    """Note on the running step's span which version of the prompt it used; texts in code are versioned by the code."""
    if prompt.path is not None:
        note_use(prompt.name, source.version)
