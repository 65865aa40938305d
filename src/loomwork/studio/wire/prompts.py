"""Prompts on the wire: files, versions, uses, renderings. Values only."""

from typing import Any, Literal

from msgspec import Struct

from loomwork.studio.wire.problem import Problem


class PromptHead(Struct, frozen=True, kw_only=True):
    """One prompt file."""

    name: str
    path: str
    version: str = ""
    """Hash of what it says; empty where it cannot be used."""
    variables: tuple[str, ...] = ()
    description: str = ""
    examples: int = 0
    changed_ms: float = 0
    runs: int = 0
    """That asked with it, at any version; of the newest runs."""
    calls: int = 0
    failed: int = 0
    """Of the calls."""
    problem: Problem | None = None


class PromptList(Struct, frozen=True, kw_only=True):
    """The project's prompts, by name."""

    prompts: tuple[PromptHead, ...]
    total: int
    more: bool


class PromptCommit(Struct, frozen=True, kw_only=True):
    """A commit whose file says this version."""

    revision: str
    at_ms: float
    author: str
    subject: str


class PromptUse(Struct, frozen=True, kw_only=True):
    """What one run did with one version."""

    run: str
    target: str
    started_ms: float
    status: str
    calls: int
    """Step calls that asked with this version, reused ones too."""
    reused: int
    failed: int
    ok_items: int
    failed_items: int
    """Of the run, over all its prompts."""
    cost: dict[str, float]


class PromptVersion(Struct, frozen=True, kw_only=True):
    """One version."""

    version: str
    is_current: bool
    commits: tuple[PromptCommit, ...]
    uses: tuple[PromptUse, ...]


class PromptSection(Struct, frozen=True, kw_only=True):
    """One section, and where its text begins."""

    role: str
    text: str
    line: int


class PromptParts(Struct, frozen=True, kw_only=True):
    """A prompt, taken apart."""

    version: str
    description: str
    variables: tuple[str, ...]
    needed: tuple[str, ...]
    """Variables that a call must give."""
    defaults: dict[str, Any]
    params: dict[str, Any]
    schema: dict[str, Any] | None
    examples: tuple[dict[str, Any], ...]
    sections: tuple[PromptSection, ...]


class PromptDetail(Struct, frozen=True, kw_only=True):
    """One prompt: the text that was asked for, its parts and its versions."""

    name: str
    path: str
    digest: str
    """Of the file as it is now: to be sent back with a change."""
    changed_ms: float
    text: str
    """Of the version asked for; of the file where none was."""
    version: str
    is_current: bool
    parts: PromptParts | None
    """None where the text cannot be used: then `problem` says why."""
    problem: Problem | None
    line: int
    """Where the problem is; 0 where there is none, or no one place."""
    versions: tuple[PromptVersion, ...]


class PutPrompt(Struct, frozen=True, kw_only=True):
    """Another text for a prompt."""

    text: str
    digest: str
    """Of the file as it was seen; empty: there is none yet."""


class PromptWritten(Struct, frozen=True, kw_only=True):
    """A prompt after a change."""

    name: str
    path: str
    digest: str
    version: str
    changed_ms: float


class CheckPrompt(Struct, frozen=True, kw_only=True):
    """A text that is being written."""

    name: str
    """Whose text it is to be: the files that it names lie beside it."""
    text: str


class PromptChecked(Struct, frozen=True, kw_only=True):
    """Whether a text can be used."""

    parts: PromptParts | None
    problem: Problem | None
    line: int


class RenderPrompt(Struct, frozen=True, kw_only=True):
    """A prompt with values for its variables."""

    name: str
    inputs: dict[str, Any]
    text: str | None = None
    """In the place of the file's."""
    version: str = ""
    """The version, where no text is given; empty: the file's."""


class RenderedMessage(Struct, frozen=True, kw_only=True):
    """One message as a model would get it."""

    role: str
    text: str


class Rendered(Struct, frozen=True, kw_only=True):
    """What a model would get."""

    version: str
    messages: tuple[RenderedMessage, ...]
    missing: tuple[str, ...]
    """Variables that were not given and are needed."""
    problem: Problem | None
    line: int


class PromptChange(Struct, frozen=True, kw_only=True):
    """A stretch of text and what became of it."""

    op: Literal["same", "removed", "added"]
    text: str


class PromptDiff(Struct, frozen=True, kw_only=True):
    """Two versions, word by word."""

    before: str
    after: str
    changes: tuple[PromptChange, ...]


class PromptAsking(Struct, frozen=True, kw_only=True):
    """One step call that asked with a prompt."""

    run: str
    item: int
    trial: int
    trace: str
    span: str
    name: str
    version: str
    cached: bool
    state: Literal["ok", "failed"]
    started_ms: float
    ms: float
    preview: str


class PromptAskings(Struct, frozen=True, kw_only=True):
    """Calls that asked with a prompt, newest run first."""

    calls: tuple[PromptAsking, ...]
    more: bool


class AskPrompt(Struct, frozen=True, kw_only=True):
    """Which prompt, at which version."""

    name: str
    version: str = ""


class AskPromptDiff(Struct, frozen=True, kw_only=True):
    """Which two versions of a prompt; empty: the file's."""

    name: str
    before: str
    after: str = ""


class AskAskings(Struct, frozen=True, kw_only=True):
    """Whose calls."""

    name: str
    version: str = ""
    """Empty: of all."""
    only: Literal["", "failed"] = ""
    limit: int = 100


__all__ = [
    "AskAskings",
    "AskPrompt",
    "AskPromptDiff",
    "CheckPrompt",
    "PromptAsking",
    "PromptAskings",
    "PromptChange",
    "PromptChecked",
    "PromptCommit",
    "PromptDetail",
    "PromptDiff",
    "PromptHead",
    "PromptList",
    "PromptParts",
    "PromptSection",
    "PromptUse",
    "PromptVersion",
    "PromptWritten",
    "PutPrompt",
    "RenderPrompt",
    "Rendered",
    "RenderedMessage",
]
