"""Answer requests before anybody asks them: read from a file, or the most frequent ones of the traces.

What a model says is kept for everybody who may ask it; what a step says is left to the memo, which verifies it. Nothing
of this is noted as a request: nobody asked. The spans are there, with what they cost.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from loomwork.gateway.admission.keys import ANONYMOUS
from loomwork.gateway.caching.exact import Answer
from loomwork.gateway.caching.warm import SAYS_NOTHING, key_of_arguments, key_of_requests
from loomwork.gateway.dialects.asked import Dialect
from loomwork.gateway.dialects.chat import CHAT
from loomwork.gateway.dialects.completions import COMPLETIONS
from loomwork.gateway.dialects.messages import MESSAGES
from loomwork.gateway.entering import framed
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.planning import planned
from loomwork.gateway.serving.calling import Tally
from loomwork.gateway.serving.served import Served
from loomwork.gateway.stepping import PREFIX
from loomwork.gateway.talking import CONFIDENTIAL
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.flow import NotRecorded
from loomwork.kernel.errors.gateway import NotServed
from loomwork.kernel.errors.warming import (
    WarmBroken,
    WarmCacheOff,
    WarmFileMissing,
    WarmLineWrong,
    WarmMemoOff,
    WarmNoRoom,
    WarmNotKept,
    WarmNotShared,
)
from loomwork.kernel.usage import Cost
from loomwork.store.protocols import Store
from loomwork.store.requests import Place, RequestFilter

Json = dict[str, Any]
TRACES = "traces"
MOST = 100
"""Requests that are taken from traces where no number is said."""
LOOKED_AT = 5000
"""The newest requests, among which the frequent ones are looked for."""
WARMING = "loomwork.warming"
"""The attribute of spans that nobody asked for."""
_AT_ONCE = 4
_TWICE = 2
_QUESTION = ("ask", "question")
_SENT = SAYS_NOTHING | {"stream", "stream_options"}
_ENCODE = msgspec.json.Encoder(order="deterministic").encode
_PAGE = 500
_PATHS: dict[str, Dialect] = {"/v1/chat/completions": CHAT, "/v1/messages": MESSAGES, "/v1/completions": COMPLETIONS}
_OF_DIALECT = {"chat": "/v1/chat/completions", "messages": "/v1/messages", "completions": "/v1/completions"}


class Wanted(NamedTuple):
    """A request to be answered ahead."""

    path: str
    body: Json
    where: str
    """Where it stands: a line of the file, a trace."""


class Failed(NamedTuple):
    """A request that has no answer."""

    where: str
    error: LoomworkError


class Report:
    """How far it has come."""

    def __init__(self, asked: int) -> None:
        self.asked = asked
        self.answered = 0
        self.failed: list[Failed] = []
        self.cost = Cost()

    @property
    def done(self) -> int:
        """Requests that are over."""
        return self.answered + len(self.failed)


Told = Callable[[Report], None]


def count_of(text: str) -> int | None:
    """How many requests of the traces a text wants; None where it names a file.

    >>> count_of("traces"), count_of("traces:20"), count_of("faq.jsonl")
    (100, 20, None)
    """
    name, _, number = text.partition(":")
    if name != TRACES or (number and not number.isdigit()):
        return None
    return int(number or MOST)


def read_file(path: Path) -> list[Wanted]:
    """Return the requests of a file, one a line. Raises `WarmFileMissing`, `WarmLineWrong`.

    A line is a request as a client sends it, `{"path": ..., "body": ...}`, or `{"ask": NAME, "question": TEXT}`.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise WarmFileMissing(path=path.as_posix(), problem=error.strerror or type(error).__name__) from None
    found: list[Wanted] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                found.append(_read(msgspec.json.decode(line, type=Json), str(number)))
            except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
                raise WarmLineWrong(path=path.as_posix(), line=number, problem=str(error)) from None
    return found


def _read(said: Json, where: str) -> Wanted:
    if "question" in said:
        if not isinstance(said.get("ask"), str) or not isinstance(said["question"], str) or len(said) > len(_QUESTION):
            raise ValueError('a question is {"ask": NAME, "question": TEXT}')
        body: Json = {"model": said["ask"], "messages": [{"role": "user", "content": said["question"]}]}
        return Wanted("/v1/chat/completions", body, where)
    path = said.get("path", said.get("url"))
    if path is not None:
        if not isinstance(path, str) or not (path in _PATHS or path.startswith(PREFIX)):
            raise ValueError(f"answers are made ahead at {', '.join(_PATHS)} and {PREFIX}NAME")
        if not isinstance(said.get("body"), dict):
            raise ValueError("`body` must be an object")
        return Wanted(path, said["body"], where)
    if "messages" in said:
        return Wanted("/v1/chat/completions", said, where)
    if "prompt" in said:
        return Wanted("/v1/completions", said, where)
    raise ValueError("it has neither `messages` nor `prompt` nor `question` nor `path`")


def frequent(store: Store, most: int) -> list[Wanted]:
    """Return the most frequent requests among the newest, the most frequent first.

    Only what was asked twice at least, and, where users are known, by two of them: what one person asks is theirs.
    What was marked confidential, failed or was made ahead itself does not count.
    """
    counts: Counter[tuple[str, bytes]] = Counter()
    users: dict[tuple[str, bytes], set[str]] = {}
    wheres: dict[tuple[str, bytes], str] = {}
    for path, user, trace in _asked(store):
        span = next(iter(store.traces.spans(trace, limit=1)), None)
        if span is None or span.input is None or CONFIDENTIAL in span.attributes:
            continue
        try:
            said = msgspec.json.decode(store.blobs.get(span.input), type=Json)
        except (LoomworkError, msgspec.DecodeError):  # its body is gone
            continue
        name = (path, _ENCODE({key: value for key, value in said.items() if key not in _SENT}))
        counts[name] += 1
        users.setdefault(name, set()).add(user)
        wheres.setdefault(name, trace)
    found: list[Wanted] = []
    for name, count in counts.most_common():
        if len(found) == most or count < _TWICE:
            break
        if users[name] == {""} or len(users[name]) > 1:
            found.append(Wanted(name[0], msgspec.json.decode(name[1], type=Json), wheres[name]))
    return found


def _asked(store: Store) -> Iterator[tuple[str, str, str]]:
    seen, place = 0, None
    while seen < LOOKED_AT:
        page = store.requests.list(RequestFilter(status="2xx"), limit=_PAGE, before=place)
        for row in page:
            path = f"{PREFIX}{row.served}" if row.dialect == "step" else _OF_DIALECT.get(row.dialect, "")
            if path:
                yield path, row.user, row.trace
        if len(page) < _PAGE:
            return
        seen += len(page)
        place = Place(page[-1].at_ns, page[-1].trace)


class _Only:
    """Lets nothing run (`flow.context.Source`): to see whether the memo has it all."""

    def given(self, step: Any, keyed: Any, draw: int | None) -> None:
        """The store may answer."""
        del step, keyed, draw

    def may_run(self, step: Any, keyed: Any) -> bool:
        """Nothing may run."""
        del step, keyed
        return False


_ONLY = _Only()


class Warming:
    """Makes answers ahead while the server runs.

    Args:
        wanted: What is to be answered; called once, in a thread, when the server begins.
        told: Told how far it has come, after every request; at the start with none done.
    """

    def __init__(self, wanted: Callable[[], Sequence[Wanted]], told: Told = lambda _report: None) -> None:
        self._wanted = wanted
        self._told = told

    @asynccontextmanager
    async def running(self, gateway: Gateway) -> AsyncGenerator[None]:
        """Work as long as the server does."""
        task = asyncio.create_task(self.work(gateway))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def work(self, gateway: Gateway) -> Report:
        """Answer everything, a few at once."""
        try:
            wanted = await asyncio.to_thread(self._wanted)
        except LoomworkError as error:  # the file was changed since: what is served is served without it
            report = Report(0)
            report.failed.append(Failed("", error))
            self._told(report)
            return report
        report = Report(len(wanted))
        self._told(report)
        waiting = iter(wanted)

        async def some() -> None:
            for each in waiting:
                try:
                    report.cost += await _make(gateway, each)
                    report.answered += 1
                except LoomworkError as error:
                    report.failed.append(Failed(each.where, error))
                self._told(report)

        await asyncio.gather(*(some() for _ in range(_AT_ONCE)))
        return report


async def _make(gateway: Gateway, wanted: Wanted) -> Cost:
    """Answer one request, and return what it cost. Raises what the request does, and `NotWarm`."""
    exchange = Exchange(gateway, "chat", {"headers": ()}, _nothing, _nowhere)
    exchange.key = ANONYMOUS
    exchange.span.attributes[WARMING] = True
    try:
        if gateway.settings.cache == "off":
            raise WarmCacheOff(name=str(wanted.body.get("model", "")))
        if wanted.path.startswith(PREFIX):
            return await _call(gateway, exchange, wanted)
        return await _talk(gateway, exchange, wanted)
    except LoomworkError as error:
        exchange.error = type(error).__name__
        raise
    finally:
        exchange.span.end(status="error" if exchange.error else "ok", error=exchange.error or None)


async def _talk(gateway: Gateway, exchange: Exchange, wanted: Wanted) -> Cost:
    dialect = _PATHS[wanted.path]
    exchange.dialect = dialect.name
    plan = planned(gateway, dialect, exchange, wanted.body)
    served = plan.served
    exchange.span.body_in(msgspec.json.encode(wanted.body), plan.shown)
    key = key_of_requests(exchange.release, served.name, dialect.name, plan.requests)
    if served.step is not None:
        _check_step(gateway, served)
        arguments = [served.function[1].talk(request) for request in plan.requests]
        cost = await _remembered(gateway, exchange, served, arguments)
        gateway.warm.mark(key)
        return cost
    tally = Tally()
    frame = framed(gateway, exchange, served, "all", tally)  # its draws are remembered: the next start need not ask
    responses = [await gateway.calling.complete(frame, served, request, "all") for request in plan.requests]
    if any(response.finish_reason in ("error", "other") for response in responses):
        raise WarmBroken(name=served.name)
    exchange.usage, exchange.cost = tally.usage, tally.cost
    answer = Answer(responses, model=responses[0].model or plan.head.model, **exchange.price())
    if not gateway.warm.put(key, answer):
        raise WarmNoRoom(name=served.name)
    return tally.cost or Cost()


async def _call(gateway: Gateway, exchange: Exchange, wanted: Wanted) -> Cost:
    served = gateway.serving.find(wanted.path.removeprefix(PREFIX))
    exchange.of(served)
    if served.taking is None:
        raise NotServed(name=served.name, near="", known=", ".join(e.name for e in gateway.serving.all if e.step))
    _check_step(gateway, served)
    cost = await _remembered(gateway, exchange, served, [served.taking.given(wanted.body)])
    gateway.warm.mark(key_of_arguments(exchange.release, served.name, wanted.body))
    return cost


def _check_step(gateway: Gateway, served: Served) -> None:
    """Raise where nobody could be given what a step says now."""
    if served.memo is False:
        raise WarmMemoOff(name=served.name)
    if not served.share and not _is_open(gateway):
        raise WarmNotShared(name=served.name)


def _is_open(gateway: Gateway) -> bool:
    try:
        return gateway.admission.identify("") is ANONYMOUS
    except LoomworkError:
        return False


async def _remembered(gateway: Gateway, exchange: Exchange, served: Served, arguments: Sequence[Json]) -> Cost:
    """Call a step, and see that the memo has its answers. Raises `NotWarm` where it does not."""
    use = "all" if gateway.settings.cache == "all" else "draw"
    tally = Tally()
    for each in arguments:
        await gateway.calling.call(framed(gateway, exchange, served, use, tally), served, each)
    for each in arguments:
        frame = framed(gateway, exchange, served, use, Tally())
        frame.scope.source = _ONLY
        try:
            await gateway.calling.call(frame, served, each)
        except NotRecorded:
            raise WarmNotKept(name=served.name) from None
    return tally.cost or Cost()


async def _nothing() -> Any:
    raise AssertionError("nobody sends this request")


async def _nowhere(_message: Json) -> None:
    raise AssertionError("nobody waits for this answer")
