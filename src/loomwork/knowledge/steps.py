"""Searching and reading documents as steps: keyed by what the asking person can see, memoised, traced.

The workspace registers its `Bases` as the service "knowledge". Imports no heavy library by itself.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, cast

from msgspec import Struct, to_builtins

from loomwork.flow.builtin import Settled, builtin
from loomwork.flow.context import mark_labels, service
from loomwork.flow.observe import own_io
from loomwork.kernel.errors.base import UsageError
from loomwork.kernel.labels import Labels
from loomwork.kernel.principals import Principal
from loomwork.knowledge.noting import note_search
from loomwork.knowledge.values import Document, Passage

if TYPE_CHECKING:
    from loomwork.flow.reasons import Cause
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.parsing import Hints, Limits, Workers

_RETRIEVED = Labels(origins=frozenset({"retrieved"}))


class Options(Struct, frozen=True, kw_only=True):
    """How a question wants to be searched; what is None is as the base's settings say."""

    k: int | None = None
    mode: str | None = None
    filters: dict[str, Any] = {}
    explain: bool = False
    day: str = ""
    """ISO 8601: the day whose rules are asked for."""


class NotKept(Exception):
    """A document that another reading might find otherwise, so that no memo may hold it."""

    def __init__(self, document: Document) -> None:
        super().__init__("; ".join(problem.message for problem in document.problems))
        self.document = document


class _Bases(Protocol):
    def base(self, name: str) -> "KnowledgeBase": ...


_SNAPSHOT, _ASKER = re.compile(r"knowledge\.(.+)\.snapshot"), "knowledge.{}.asker"
_ASKED = re.compile(r"knowledge\.(.+)\.asker")
_NAMED = 5
"""Documents that are named; the others are counted."""


def who_is(who: Principal) -> str:
    """Return a principal as people are told of it; that a name counts as a group goes without saying.

    >>> who_is(Principal(id="ada", groups=frozenset({"staff"}))), who_is(Principal())
    ('ada (staff)', '')
    """
    groups = ", ".join(sorted(who.groups - {who.id}))
    return f"{who.id} ({groups})".strip() if groups else who.id


def asker(shown: Mapping[str, str], kept: Mapping[str, Any]) -> str | None:
    """Return on whose behalf a base was asked; None where a call shows and keeps nothing of that.

    >>> asker({"knowledge.notes.asker": "ada (staff)"}, {}), asker({}, {"id": "ada", "groups": ["ada"]}), asker({}, {})
    ('ada (staff)', 'ada', None)
    """
    if "id" in kept and "groups" in kept:
        return who_is(Principal(id=kept["id"], groups=frozenset(kept["groups"])))
    return next((value for name, value in shown.items() if _ASKED.fullmatch(name)), None)


def told_of_documents(services: Mapping[str, Any], causes: "list[Cause]") -> "list[Cause]":
    """Name the documents that came, went and changed instead of snapshots; or who asks, where that is another."""
    found: list[Cause] = []
    names = {cause.name for cause in causes}
    for cause in causes:
        of_snapshot = _SNAPSHOT.fullmatch(cause.name)
        if of_snapshot is None:
            found.append(cause)
        elif _ASKER.format(of_snapshot[1]) not in names:
            found += _documents(services, of_snapshot[1], cause) or [cause]
    return found


def _documents(services: Mapping[str, Any], name: str, cause: "Cause") -> "list[Cause]":
    """Return a cause for each of the first documents that differ between two snapshots of a base."""
    from loomwork.flow.reasons import Cause

    try:
        with own_io():
            changes = cast("_Bases", services["knowledge"]).base(name).history.changes(cause.before, cause.after)
    except UsageError:  # the base is not in the settings any more
        return []
    if changes is None:
        return []
    told = [
        Cause(kind=f"document {what}", name=f"knowledge.{name}/{doc}")
        for what, docs in (("changed", changes.changed), ("added", changes.added), ("removed", changes.removed))
        for doc in docs
    ]
    more = len(told) - _NAMED
    return [*told[:_NAMED], *([Cause(kind="further documents", name=f"+{more}")] if more > 0 else [])]


def _keep(arguments: Mapping[str, Any]) -> dict[str, Any]:
    options: Options = arguments["options"]
    who: Principal = arguments["who"]
    return {"base": arguments["base"], "mode": options.mode, "id": who.id, "groups": sorted(who.groups)}


def _keep_text(arguments: Mapping[str, Any]) -> dict[str, Any]:
    who: Principal = arguments["who"]
    return {"base": arguments["base"], "mode": None, "id": who.id, "groups": sorted(who.groups)}


def _settle(services: Mapping[str, Any], kept: Mapping[str, Any]) -> Settled:
    base = cast("_Bases", services["knowledge"]).base(kept["base"])
    who = Principal(id=kept["id"], groups=frozenset(kept["groups"]))
    with own_io():
        return base.settled(kept["mode"], who)


@builtin(
    name="search", kind="search", semantics=4, keep=_keep, settle=_settle, ignore=("base", "who"), labels=_RETRIEVED,
    tell=told_of_documents, asker=asker,
)  # fmt: skip
async def search(base: str, query: str, options: Options, who: Principal) -> list[Passage]:
    """Search a knowledge base.

    Args:
        base: Its name in the settings; what it holds for `who` is part of the key, the name itself is not.
        query: What is asked.
        options: How.
        who: On whose behalf. What they can see, and who else can, is part of the key.
    """
    live = cast("_Bases", service("knowledge")).base(base)
    found = await live.find(
        query, k=options.k, mode=options.mode, filters=options.filters, principal=who, explain=options.explain,
        day=options.day, note=note_search,
    )  # fmt: skip
    with own_io():
        mark_labels(Labels(readers=live.readers_of(found.passages, who)))
    return live.told(found)


@builtin(
    name="text", kind="search", semantics=1, keep=_keep_text, settle=_settle, ignore=("base", "who"), labels=_RETRIEVED,
    tell=told_of_documents, asker=asker,
)  # fmt: skip
async def text(base: str, doc: str, who: Principal) -> str:
    """Read the parsed text of a document; empty if it may not be seen.

    Args:
        base: The knowledge base's name in the settings, as of `search`.
        doc: The document's id.
        who: On whose behalf.
    """
    live = cast("_Bases", service("knowledge")).base(base)
    with own_io():
        mark_labels(Labels(readers=live.allowed([doc], who)))
        return live.text(doc, who)


def _keep_nothing(arguments: Mapping[str, Any]) -> dict[str, Any]:
    del arguments
    return {}


def _settle_parser(services: Mapping[str, Any], kept: Mapping[str, Any]) -> Settled:
    del services, kept
    from loomwork.knowledge.parsing import PARSER_SEMANTICS
    from loomwork.knowledge.parsing.programs import program

    with own_io():
        programs = {name: bool(program(name)) for name in ("tesseract", "soffice")}
    identity = {"semantics": PARSER_SEMANTICS, "programs": programs}
    return Settled(identity=identity, shown={"parser": str(to_builtins(identity))})


@builtin(name="parse", kind="parse", semantics=1, keep=_keep_nothing, settle=_settle_parser, ignore=("data", "workers"))
def parse_file(digest: str, name: str, hints: "Hints", limits: "Limits", data: bytes, workers: "Workers") -> Document:
    """Read a document in a process of its own.

    Args:
        digest: Of its bytes: they are kept out of the key and of the trace.
        name: What it is called.
        hints: What its source says of it.
        limits: What it may cost.
        data: Its bytes.
        workers: Who reads it.

    Raises:
        NotKept: It could not be read, or not wholly: with what is known of it, and to be tried again whenever asked.
    """
    from loomwork.knowledge.parsing.problems import is_final

    del digest, limits
    with own_io():
        document = workers.parse(data, name=name, hints=hints)
    if not is_final(document):
        raise NotKept(document)
    return document
