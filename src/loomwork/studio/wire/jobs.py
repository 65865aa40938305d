"""Work that the studio starts in processes of its own, and what the whole project tells. Values only."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from loomwork.studio.wire.problem import Problem
from loomwork.studio.wire.runs import RunHead

JobStatus = Literal["starting", "running", "done", "failed", "stopped"]


class RunBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run to make, or to plan."""

    target: str
    """`module:step`, seen from the project folder."""
    data: str
    """A dataset of the project, or an absolute path."""
    limit: int | None = None
    trials: int = 1
    refresh: tuple[str, ...] = ()
    concurrency: int | None = None
    max_cost: str = ""
    """As `5USD`."""
    allow_unknown_price: bool = False


class Target(Struct, frozen=True, kw_only=True):
    """A step of the project."""

    name: str
    """`module:step`."""
    file: str
    line: int


class TargetList(Struct, frozen=True, kw_only=True):
    """The steps of the project's sources, by file and place."""

    targets: tuple[Target, ...]
    more: bool


class Job(Struct, frozen=True, kw_only=True):
    """A command at work, or ended."""

    id: str
    kind: str
    """`run`, `build`, ..."""
    status: JobStatus
    run: str
    """The run's id, as soon as there is one."""
    started_ms: float
    ended_ms: float | None
    exit_code: int | None
    problem: Problem | None
    """What was wrong, where the command could not be carried out."""
    tail: str
    """The last of what it wrote for people."""


class JobAsked(Struct, frozen=True, kw_only=True):
    """One job."""

    job: str


class RunsChanged(Struct, frozen=True, kw_only=True, tag="runs", tag_field="event"):
    """Runs that are new or changed."""

    runs: tuple[RunHead, ...]


class JobsChanged(Struct, frozen=True, kw_only=True, tag="jobs", tag_field="event"):
    """Jobs that are new or changed."""

    jobs: tuple[Job, ...]


class CasesChanged(Struct, frozen=True, kw_only=True, tag="cases", tag_field="event"):
    """Something became of a case, whoever did it."""

    newest: int
    """Grows with all that becomes of cases."""


class ChangedFile(Struct, frozen=True, kw_only=True):
    """A prompt, dataset or other file of the project that was written, or removed."""

    path: str
    digest: str
    """Of its content, as files are sent with; empty for a very large one."""
    gone: bool


class FilesChanged(Struct, frozen=True, kw_only=True, tag="files", tag_field="event"):
    """Files that changed on disk, whoever wrote them."""

    files: tuple[ChangedFile, ...]
