"""The prompts of a project: list, show, compare. Reads files and git; calls no model."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.phrases import Nothing, NotKept, Phrase, nearest
from loomwork.kernel.errors.workspace import NoSuchPrompt
from loomwork.prompts.git import commits, text_at
from loomwork.prompts.origins import FOLDER, name_of, read_text
from loomwork.prompts.prompt import Prompt
from loomwork.prompts.source import parse_source
from loomwork.prompts.words import Change, word_diff

ReadBeside = Callable[[str], str]
Kept = Callable[[Path], Iterable[tuple[str, str]]]
"""What else remembers the texts of a prompt file, by version."""
MOST_SHOWN = 20
AT = "@"
"""`reply@1a2b3c`: the prompt at a version or a git revision."""


def _nothing(_path: Path) -> Iterable[tuple[str, str]]:
    return ()


class Listed(Struct, frozen=True, kw_only=True):
    """One prompt of the project; `error` says why it cannot be used."""

    name: str
    path: str
    version: str = ""
    variables: tuple[str, ...] = ()
    description: str = ""
    examples: int = 0
    error: str | None = None


class Shown(Struct, frozen=True, kw_only=True):
    """One prompt, taken apart."""

    name: str
    path: str
    version: str
    description: str
    variables: tuple[str, ...]
    needed: tuple[str, ...]
    defaults: dict[str, Any]
    params: dict[str, Any]
    schema: dict[str, Any] | None
    examples: tuple[dict[str, Any], ...]
    sections: tuple[tuple[str, str], ...]
    text: str


def prompt_files(project: Path) -> list[Path]:
    """Return the prompt files of a project: every Markdown file below prompts/, by name."""
    return sorted((project / FOLDER).rglob("*.md"))


def list_prompts(project: Path) -> list[Listed]:
    """Return every prompt of the project; those that cannot be read say why."""
    return [_listed(project, path) for path in prompt_files(project)]


def find_prompt(project: Path, name: str) -> Path:
    """Return the file of a prompt by its name or its path. Raises `NoSuchPrompt` with the nearest name."""
    known = {name_of(path.relative_to(project).as_posix()): path for path in prompt_files(project)}
    if name in known:
        return known[name]
    direct = project / name
    if direct.is_file():
        return direct
    raise NoSuchPrompt(name=name, near=nearest(name, known), known=_shown(known))


def show(project: Path, name: str, *, kept: Kept = _nothing) -> Shown:
    """Return a prompt, taken apart; `name` may carry `@version`. Raises `NoSuchPrompt`, `PromptError`."""
    path, text = text_of_version(project, name, kept=kept)
    relative = path.relative_to(project).as_posix() if path.is_relative_to(project) else str(path)
    source = parse_source(text, label=relative, read_beside=lambda beside: read_text(path.parent / beside, project))
    return Shown(
        name=name_of(relative),
        path=relative,
        version=source.version,
        description=source.fields.description,
        variables=tuple(sorted(source.variables)),
        needed=tuple(sorted(source.needed)),
        defaults=source.fields.defaults,
        params=source.fields.params,
        schema=source.fields.schema,
        examples=tuple({**example.variables, "output": example.output} for example in source.examples),
        sections=tuple((block.section.role, block.section.text) for block in source.blocks),
        text=text,
    )


def diff(project: Path, before: str, after: str, *, kept: Kept = _nothing) -> list[Change]:
    """Compare two prompts, or two versions of one, word by word. Raises `NoSuchPrompt`."""
    old, new = (text_of_version(project, name, kept=kept)[1] for name in (before, after))
    return word_diff(old, new)


def text_of_version(project: Path, name: str, *, kept: Kept = _nothing) -> tuple[Path, str]:
    """Return the file and the text of `name` or `name@version`: a git revision, or the beginning of a content hash.

    Git is asked first, then `kept`. Raises `NoSuchPrompt`.
    """
    bare, _, version = name.partition(AT)
    path = find_prompt(project, bare)
    now = read_text(path, project)
    if not version:
        return path, now
    for text, read_beside in versions(project, path):
        if version_of(text, read_beside).startswith(version):
            return path, text
    text = text_at(path, version)
    if text is None:
        text = next((text for known, text in kept(path) if known.startswith(version)), None)
    if text is None:
        raise NoSuchPrompt(name=name, near=NotKept(name=bare), known=_shown([bare]))
    return path, text


def versions(project: Path, path: Path) -> Iterator[tuple[str, ReadBeside]]:
    """Yield the texts that a prompt has had, newest first, each with a reader of what lay beside it then."""
    yield read_text(path, project), lambda name: read_text(path.parent / name, project)
    for commit in commits(path):
        text = text_at(path, commit.revision)
        if text is not None:
            yield text, beside_at(path, commit.revision)


def beside_at(path: Path, revision: str) -> ReadBeside:
    """Return a reader of the files beside a prompt at a revision."""
    return lambda name: text_at(path.parent / name, revision) or ""


def version_of(text: str, read_beside: ReadBeside) -> str:
    """Return the version that a text is; nothing where it does not parse."""
    try:
        return parse_source(text, label="", read_beside=read_beside).version
    except LoomworkError:
        return ""


def _shown(names: Iterable[str]) -> str | Phrase:
    """Return names for a message, not too many of them."""
    found = list(names)
    more = ", …" if len(found) > MOST_SHOWN else ""
    return ", ".join(found[:MOST_SHOWN]) + more if found else Nothing()


def _listed(project: Path, path: Path) -> Listed:
    relative = path.relative_to(project).as_posix()
    name = name_of(relative)
    prompt = Prompt(path)
    try:
        source = prompt.source()
    except LoomworkError as bad:
        return Listed(name=name, path=relative, error=str(bad))
    return Listed(
        name=name,
        path=relative,
        version=source.version,
        variables=tuple(sorted(source.variables)),
        description=source.fields.description,
        examples=len(source.examples),
    )
