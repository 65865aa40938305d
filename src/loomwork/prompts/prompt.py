"""`Prompt`: a prompt file of the project (or a text), read when used and read again when it changed. Calls no model."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors.prompts import PromptNotFound, PromptUnreadable
from loomwork.kernel.messages import Message, Part
from loomwork.prompts.examples import Example, as_examples
from loomwork.prompts.locating import calling_folder, nearest_project
from loomwork.prompts.seam import note_use, observe_file, overridden
from loomwork.prompts.source import Source, parse_source

FOLDER = "prompts"
SHOWN = 40
"""Characters by which a text in code is called."""


class Changes(Struct, frozen=True, kw_only=True):
    """How a copy of a prompt differs from its file."""

    examples: tuple[Example, ...] | None = None
    """In the place of the file's own."""
    defaults: dict[str, Any] | None = None
    suffix: str = ""
    """Plain text behind the last user section."""

    def __fingerprint__(self) -> object:
        """The values themselves."""
        return (self.examples, self.defaults, self.suffix)


NO_CHANGES = Changes()
_Stamp = tuple[tuple[str, int, int, int], ...]


class Prompt:
    """One prompt. Copies (`with_...`) share the file; the object that was copied stays as it is.

    Args:
        path: The file, relative to the project folder: the nearest one with a loomwork.toml above the file that
            calls, else above the current folder, else the current folder.
    """

    __slots__ = ("_beside", "_changes", "_path", "_root", "_seen", "_source", "_start", "_text")

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = os.fspath(path)
        self._text: str | None = None
        self._start = calling_folder(depth=2)
        self._root: Path | None = None
        self._changes = NO_CHANGES
        self._source: Source | None = None
        self._seen: _Stamp = ()
        self._beside: tuple[Path, ...] = ()

    @classmethod
    def inline(cls, text: str) -> "Prompt":
        """Return a prompt whose text is given; the same sections, front matter and templates as in a file."""
        prompt = cls("")
        prompt._text = text
        return prompt

    @property
    def name(self) -> str:
        """What it is called: its path below prompts/ without `.md`; of a text, its beginning."""
        if self._text is not None:
            return _beginning(self._text)
        return name_of(self._relative())

    @property
    def path(self) -> Path | None:
        """Where the file lies; None for a text."""
        return None if self._text is not None else self._resolved()

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
        return self._changes.examples if self._changes.examples is not None else self.source().examples

    def with_examples(self, examples: Sequence[Example | Mapping[str, Any]]) -> "Prompt":
        """Return a copy that shows these examples in the place of the file's own."""
        given = as_examples(examples, place="example")
        return self._copy(examples=given)

    def with_defaults(self, **values: Any) -> "Prompt":
        """Return a copy in which these variables need not be given."""
        return self._copy(defaults={**(self._changes.defaults or {}), **values})

    def with_suffix(self, text: str) -> "Prompt":
        """Return a copy that says this (plain text, no template) at the end of the last user turn."""
        before = self._changes.suffix
        return self._copy(suffix=f"{before}\n\n{text}" if before else text)

    def messages(self, /, **variables: object) -> tuple[Message, ...]:
        """Return the conversation with the variables filled in. Raises `PromptError`s."""
        return self.filled(variables)

    def filled(
        self,
        values: Mapping[str, object],
        *,
        media: Sequence[Part] = (),
        suffix: str = "",
        more: Sequence[Example] = (),
    ) -> tuple[Message, ...]:
        """Return the conversation, with media, a plain text and more examples added to it."""
        ends = "\n\n".join(part for part in (self._changes.suffix, suffix) if part)
        source = self.source()
        given = {**(self._changes.defaults or {}), **values}
        return source.messages(given, examples=(*self.examples, *more), suffix=ends, media=media)

    def source(self) -> Source:
        """Return the present version; the running step's memo then depends on the file."""
        if self._text is not None:
            if self._source is None:
                self._source = parse_source(self._text, label=f"the prompt '{_beginning(self._text)}'")
            return self._source
        path = overridden(self.name) or self._resolved()
        observe_file(path)
        stamp = _stamps((path, *self._beside))
        if self._source is None or stamp != self._seen:
            self._source = self._read(path)
            self._seen = _stamps((path, *self._beside))
        for beside in self._beside:
            observe_file(beside)
        return self._source

    def __fingerprint__(self) -> object:
        """The path in the project and the changes made to it: what the file says is observed when it is read."""
        where = digest_bytes(self._text.encode()) if self._text is not None else self._relative()
        return ("prompt", self._text is not None, where, self._changes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prompt) and self._same() == other._same()

    def __hash__(self) -> int:
        return hash((self._text, self._path))

    def __repr__(self) -> str:
        return f"Prompt.inline({self._text!r})" if self._text is not None else f"Prompt({self._path!r})"

    def _same(self) -> tuple[object, ...]:
        return (self._text, None if self._text is not None else self._resolved(), self._changes)

    def _copy(self, **changed: Any) -> "Prompt":
        made = Prompt.inline(self._text or "")
        made._text = self._text
        made._path, made._start, made._root = self._path, self._start, self._root
        made._source, made._seen, made._beside = self._source, self._seen, self._beside
        now = {name: getattr(self._changes, name) for name in Changes.__struct_fields__}
        made._changes = Changes(**{**now, **changed})
        return made

    def _project(self) -> Path:
        if self._root is None:
            above = nearest_project(self._start) if self._start is not None else None
            self._root = above or nearest_project(Path.cwd()) or Path.cwd()
        return self._root

    def _resolved(self) -> Path:
        return self._project() / self._path

    def _relative(self) -> str:
        path = self._resolved()
        return path.relative_to(self._project()).as_posix() if path.is_relative_to(self._project()) else path.as_posix()

    def _read(self, path: Path) -> Source:
        beside: list[Path] = []

        def read_beside(name: str) -> str:
            beside.append(path.parent / name)
            return read_text(beside[-1], self._project())

        label = path.relative_to(self._project()).as_posix() if path.is_relative_to(self._project()) else str(path)
        source = parse_source(read_text(path, self._project()), label=label, read_beside=read_beside)
        self._beside = tuple(beside)
        return source


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


def record_use(prompt: Prompt) -> None:
    """Note on the running step's span which version of the prompt it used; texts in code are versioned by the code."""
    if prompt.path is not None:
        note_use(prompt.name, prompt.version)


def name_of(relative: str) -> str:
    """Return what a prompt file is called.

    >>> name_of("prompts/mail/reply.md"), name_of("reply.md")
    ('mail/reply', 'reply.md')
    """
    below = relative.removeprefix(f"{FOLDER}/")
    return below.removesuffix(".md") if below != relative else relative


def read_text(path: Path, project: Path) -> str:
    """Return a file's text. Raises `PromptNotFound`, `PromptUnreadable`."""
    label = path.relative_to(project).as_posix() if path.is_relative_to(project) else str(path)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PromptNotFound(path=label, near=_near(path), project=str(project)) from None
    except (OSError, UnicodeDecodeError) as bad:
        raise PromptUnreadable(path=label, reason=str(bad)) from None


def _near(path: Path) -> str:
    from difflib import get_close_matches

    names = [each.name for each in path.parent.glob("*.md")] if path.parent.is_dir() else []
    near = get_close_matches(path.name, names, n=1)
    return f" (there is {near[0]})" if near else ""


def _beginning(text: str) -> str:
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _stamps(paths: Sequence[Path]) -> _Stamp:
    found: list[tuple[str, int, int, int]] = []
    for path in paths:
        try:
            stat = path.stat()
        except OSError:
            found.append((str(path), 0, 0, 0))
        else:
            found.append((str(path), stat.st_mtime_ns, stat.st_size, stat.st_ino))
    return tuple(found)
