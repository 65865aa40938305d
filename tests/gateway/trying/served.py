"""Try pages over a scripted double, in a real server on a free port. The double says in each answer that it is one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field

import uvicorn
from msgspec import structs
from starlette.applications import Starlette

from loomwork.gateway.trying import secret
from loomwork.gateway.trying.cards import card_of, card_of_model
from loomwork.gateway.trying.keeping import Heard, answer_body, question_body
from loomwork.gateway.trying.owners import Owners
from loomwork.gateway.trying.routes import Trying, routes
from loomwork.gateway.trying.signing import Signing
from loomwork.gateway.trying.values import (
    ADMIN,
    Answered,
    Asked,
    Card,
    Citation,
    Passage,
    Said,
    Start,
    Text,
    Visitor,
    Wanted,
    Words,
)
from loomwork.gateway.trying.wording import FieldTable, InBoth
from loomwork.kernel.bodies import refer
from loomwork.kernel.clock import SystemClock
from loomwork.kernel.errors.admission import KeyMissing, KeyUnknown, ScopeMissing, TooBusy
from loomwork.kernel.principals import Principal
from loomwork.store.people import LinkRow
from loomwork.store.rows import SpanRow
from loomwork.store.sqlite.store import SqliteStore
from loomwork.telling.words import Words as Spoken
from tests.store.contract_of_requests import a_request

DAY_NS = 86_400_000_000_000
QUOTE = "Refunds arrive within five working days."
DOCUMENT = f"# Refunds\n\n{QUOTE} Public holidays delay them.\n"
TITLE = InBoth(en="Refund questions", zh="退款问题")
ABOUT = InBoth(en="A letter in your own tone.", zh="按您的语气写一封信。")
TOPIC = FieldTable(label=InBoth(en="Subject", zh="主题"), about=InBoth(en="What it is to say.", zh="信的内容。"))
READERS = frozenset({"staff"})


def letter(topic: str, tone: str = "kind", words: int = 80, notes: list[str] | None = None) -> str:
    """Write a letter.

    Args:
        topic: What it is about.
        tone: How it should sound.
        words: How long it may be.
        notes: One point a line.
    """
    return f"{topic} {tone} {words} {notes}"


def answer(question: str) -> str:
    """Answer questions about refunds."""
    return question


@dataclass
class Scripted:
    """Answers with what it was told to, a piece at a time."""

    store: SqliteStore
    script: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    asked: list[tuple[str, Asked, Visitor]] = field(default_factory=list[tuple[str, Asked, Visitor]])
    cancelled: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)
    traces: list[str] = field(default_factory=list[str])
    said: str = ""
    """What somebody else wrote, wherever a text can stand."""

    def card(self, name: str) -> Card | None:
        cards = {
            "answer": card_of("answer", answer, title=TITLE),
            "letter": card_of("letter", letter, about=ABOUT, fields={"topic": TOPIC}),
            "double": card_of_model("double", note="double"),
            "hostile": Card(name="hostile", title=words(self.said), kind="chat", tells=words(self.said)),
        }
        return cards.get(name)

    async def ask(self, name: str, asked: Asked, visitor: Visitor) -> AsyncGenerator[Said]:
        self.asked.append((name, asked, visitor))
        trace = f"{len(self.asked):032x}"
        self.traces.append(trace)
        heard, error = Heard(), "ClientLeft"
        try:
            yield Start(trace=trace, release="r1")
            async with aclosing(self._answer(name, asked, visitor)) as said:
                async for each in said:
                    heard.take(each)
                    yield each
            error = ""
        except TooBusy:
            error = "TooBusy"
            raise
        finally:
            self._note(trace, name, asked, visitor, heard, error)

    def _note(self, trace: str, name: str, asked: Asked, visitor: Visitor, heard: Heard, error: str) -> None:
        """Leave in the store what the gateway leaves there."""
        root, *beneath = spans(trace, self.said)
        bodies: list[bytes] = []
        given = refer(question_body(name, asked), bodies)
        gave = None if heard.answered is None else refer(answer_body(heard.answered), bodies)
        self.store.spans.write([structs.replace(root, input=given, output=gave), *beneath], bodies)
        row = a_request(
            f"{len(self.asked)}", trace=trace, at_ns=len(self.asked) * 10**9, served=name, key=visitor.id,
            user=visitor.who.id, session=asked.session, dialect="try", status=499 if error else 200, error=error,
        )  # fmt: skip
        self.store.requests.put([row])

    async def _answer(self, name: str, asked: Asked, visitor: Visitor) -> AsyncGenerator[Said]:
        del visitor
        question = asked.turns[-1].text if asked.turns else ""
        if question == "busy":
            raise TooBusy(detail="a test", retry_after=1.0)
        try:
            for piece in self.script.get(question, ["A scripted ", "**double** ", f"answers: {question}"]):
                yield Text(text=piece)
            if question == "wait":
                await asyncio.to_thread(self.goes_on.wait)
        except (asyncio.CancelledError, GeneratorExit):
            self.cancelled.set()
            raise
        if question == "refunds":
            start = DOCUMENT.index(QUOTE)
            cited = Citation(
                sentence=QUOTE, doc="refunds.md", path="refunds.md", title="Refunds", place="refunds.md > Refunds",
                start=start, end=start + len(QUOTE), quote=QUOTE,
            )  # fmt: skip
            yield Answered(text=f"{QUOTE} [1]", citations=(cited,), notes=("This is a scripted double.",))
        elif name == "hostile":
            cited = Citation(sentence=self.said, doc=self.said, path=self.said, title=self.said, place=self.said,
                             start=0, end=1, quote=self.said)  # fmt: skip
            yield Answered(text=self.said, citations=(cited,), notes=(self.said,), degraded=self.said)
        elif name == "letter":
            yield Answered(value=asked.values)
        else:
            yield Answered()

    async def passage(self, wanted: Wanted, visitor: Visitor) -> Passage | None:
        if READERS.isdisjoint(visitor.who.effective_groups) and ADMIN not in visitor.scopes:
            return None
        if self.said:
            return Passage(title=self.said, path=self.said, section=(self.said,), page=1, before=self.said,
                           quote=self.said, after=self.said, starts=False, ends=False)  # fmt: skip
        before, _, after = DOCUMENT.partition(wanted.quote)
        return Passage(
            title="Refunds", path="refunds.md", section=("Refunds",), page=0, before=before, quote=wanted.quote,
            after=after, starts=True, ends=True,
        )  # fmt: skip


def spans(trace: str, said: str = "") -> list[SpanRow]:
    root = SpanRow(
        trace=trace, span="a" * 16, name="answer", kind="request", start_ns=1_000_000, end_ns=9_000_000,
        preview_in=said or "refunds?", preview_out=said or "five days", error=said or None,
    )  # fmt: skip
    search = SpanRow(
        trace=trace, span="b" * 16, parent="a" * 16, name="loomwork:search", kind="search", start_ns=2_000_000,
        end_ns=4_000_000, cached=True,
    )  # fmt: skip
    model = SpanRow(
        trace=trace, span="c" * 16, parent="a" * 16, name="model", kind="model", start_ns=5_000_000,
        end_ns=8_000_000, model="double", input_tokens=30, output_tokens=12,
    )  # fmt: skip
    return [root, search, model]


def words(text: str) -> Words:
    return Words(en=text, zh=text)


class Keys:
    """Two keys: `good` with every scope, `small` with none."""

    def visitor(self, presented: str, scope: str) -> Visitor:
        if not presented:
            raise KeyMissing
        if presented not in ("good", "small", "other"):
            raise KeyUnknown
        if presented == "small":
            raise ScopeMissing(key="k2", scope=scope)
        scopes = frozenset({"feedback", "events"})
        return Visitor(id=f"key-{presented}", who=Principal(id="app"), scopes=scopes)


@dataclass
class Place:
    """A server with its store, its double and its keys."""

    url: str
    store: SqliteStore
    serves: Scripted
    trying: Trying

    def link(self, served: str = "answer", *, days: float = 1, groups: tuple[str, ...] = ("staff",),
             scopes: tuple[str, ...] = ("feedback", "traces:read"), name: str = "l1") -> str:  # fmt: skip
        token = secret.make()
        now = self.trying.clock.now_ns()
        row = LinkRow(
            id=name, served=served, label="Ada", owner="ada", groups=groups, scopes=scopes, made_ns=now,
            expires_ns=now + int(days * DAY_NS),
        )  # fmt: skip
        self.store.links.make(row, secret.hashed(token))
        return secret.address(self.url, served, token)


def made(store: SqliteStore, *, is_open: bool) -> Trying:
    clock = SystemClock()
    return Trying(
        store=store,
        serves=Scripted(store),
        guards=Keys(),
        signing=Signing(store.links, store.budgets, clock, is_open=lambda: is_open),
        owners=Owners(lambda _trace: None),
        clock=clock,
        speaks=lambda language: Spoken(language).failure,
    )


@contextmanager
def serving(store: SqliteStore, *, is_open: bool = True) -> Generator[Place]:
    """Serve in a thread until the block ends."""
    trying = made(store, is_open=is_open)
    assert isinstance(trying.serves, Scripted)
    config = uvicorn.Config(Starlette(routes=routes(trying)), host="127.0.0.1", port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    ready = threading.Event()
    started = server.startup

    async def startup(sockets: list[object] | None = None) -> None:
        await started(sockets)  # pyright: ignore[reportArgumentType]  uvicorn's own list of sockets
        ready.set()

    server.startup = startup  # pyright: ignore[reportAttributeAccessIssue]  to know the port when there is one
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert ready.wait(20)
        port: int = server.servers[0].sockets[0].getsockname()[1]
        yield Place(f"http://127.0.0.1:{port}", store, trying.serves, trying)
    finally:
        trying.serves.goes_on.set()
        server.should_exit = True
        thread.join(20)
