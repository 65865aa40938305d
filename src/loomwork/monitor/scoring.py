"""Score a share of the answers that are served: scorers as evaluations have them, over a request's own trace.

A scorer is given what it asks for by name: `text` and `output` (the answer), `question` and `input` (what was asked),
`passages`, `tool_calls` and `facts` (from the trace). Its calls are made in a run of their own, `score-served`.
Knows no gateway: it reads the bodies that a request's root span keeps, in the forms of the two chat APIs.
"""

import logging
from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

import msgspec

from loomwork.evals.scoring.chosen import Chosen
from loomwork.evals.scoring.score import Score, as_score
from loomwork.evals.scoring.scorer import Scorer
from loomwork.evals.scoring.subject import Subject
from loomwork.flow.context import Frame, Scope, entered
from loomwork.flow.running.runner import call_step
from loomwork.flow.runtime import Runtime
from loomwork.kernel.errors.store import StoreError
from loomwork.monitor.sampling import is_drawn
from loomwork.store.requests import RequestFilter, RequestScore
from loomwork.store.rows import ItemRow, RequestRow, SpanRow

log = logging.getLogger("loomwork.monitor")
RUN = "score-served"
MARK = "scored"
_SETTLED_NS = 15_000_000_000
"""A trace is whole that long after its request came to its end."""
_AT_ONCE = 200
_BAD = 400
_REASON = 500


class Served(Subject):
    """A served answer as scorers see it."""

    def __init__(self, runtime: Runtime, row: RequestRow, root: SpanRow) -> None:
        item = ItemRow(run=RUN, index=0, trial=0, status="ok", input=root.input or "", trace=row.trace)  # pyright: ignore[reportArgumentType] # never read as an item's
        super().__init__(runtime.store, item)
        self._runtime = runtime
        self._root = root

    @cached_property
    def row(self) -> dict[str, Any]:
        """What was asked: the request's body, with the last message's words as `question`."""
        body = self._body(self._root.input)
        found = cast("dict[str, Any]", body) if isinstance(body, dict) else {}
        return {**found, "question": question_of(found) or self._root.preview_in}

    @cached_property
    def output(self) -> Any:
        """The answer's words, or all of it where it has no words of its own."""
        return answer_of(self._body(self._root.output))

    def _body(self, reference: Any) -> Any:
        if reference is None:
            return None
        body = self._runtime.store.blobs.get(reference)
        try:
            return msgspec.json.decode(body)
        except msgspec.DecodeError:
            return body.decode("utf-8", "replace")


def question_of(body: dict[str, Any]) -> str:
    """Return the words of a chat request's last message.

    >>> question_of({"messages": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}]})
    'Why?'
    """
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        return ""
    last: Any = cast("list[Any]", messages)[-1]
    return _words(last.get("content")) if isinstance(last, dict) else ""  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] # any JSON


def answer_of(body: Any) -> Any:
    """Return the words of a chat answer; what is none as it is.

    >>> answer_of({"choices": [{"message": {"content": "So."}}]}), answer_of({"content": [{"text": "No."}]})
    ('So.', 'No.')
    """
    if not isinstance(body, dict):
        return body
    found = cast("dict[str, Any]", body)
    choices = found.get("choices")
    if isinstance(choices, list) and choices:
        return _words(cast("list[Any]", choices)[0].get("message", {}).get("content"))
    content = found.get("content")
    return _words(cast("Any", content)) if isinstance(content, list) else found


def _words(content: Any) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [cast("dict[str, Any]", each) for each in cast("list[Any]", content) if isinstance(each, dict)]
    return "\n".join(str(each["text"]) for each in parts if "text" in each)


class Scoring:
    """Scores what was answered since the last time.

    Args:
        runtime: Where the scorers' calls are made.
        chosen: The scorers.
        share: Which part of the answers; drawn by a trace's id.
    """

    def __init__(self, runtime: Runtime, chosen: Sequence[Chosen], *, share: float) -> None:
        self._runtime = runtime
        self._chosen = chosen
        self._share = share

    async def once(self) -> int:
        """Score what came since the last time and is whole; return how many answers were scored."""
        store = self._runtime.store
        until_ns = self._settled_at()
        since_ns = store.watched.mark(MARK) or until_ns - _SETTLED_NS
        rows = store.requests.list(RequestFilter(since_ns=since_ns, until_ns=until_ns, status="2xx"), limit=10_000)
        drawn = [row for row in rows if not row.cached and is_drawn(row.trace, self._share)][:_AT_ONCE]
        for row in reversed(drawn):
            await self._answer(row)
        store.watched.set_mark(MARK, max(since_ns, until_ns))
        return len(drawn)

    def _settled_at(self) -> int:
        """Return up to when traces are whole."""
        return self._runtime.clock.now_ns() - _SETTLED_NS

    async def _answer(self, row: RequestRow) -> None:
        runtime = self._runtime
        root = next((span for span in runtime.store.traces.spans(row.trace, limit=1) if not span.parent), None)
        if root is None or root.output is None:
            return
        frame = Frame(runtime, Scope(run=RUN, subject=root.subject))
        frame.trace = runtime.ids.trace_id()
        frame.span = runtime.recorder.start("score", kind="scoring", trace=frame.trace, run=RUN, subject=root.subject)
        subject = Served(runtime, row, root)
        try:
            with entered(frame):
                scores = [await self._one(each, subject, row) for each in self._chosen]
        finally:
            frame.span.end()
        runtime.store.watched.score([score for score in scores if score is not None])

    async def _one(self, chosen: Chosen, subject: Served, row: RequestRow) -> RequestScore | None:
        scorer = cast("Scorer[..., Any]", chosen.scorer)
        try:
            given = subject.of(scorer, expected=chosen.expected, output=chosen.output)
            if not isinstance(given, Score):
                given = as_score(await call_step(scorer, given | chosen.settings), chosen.scale, scorer=chosen.label)
        except StoreError:
            raise
        except Exception as error:  # a scorer's failure is the scorer's
            log.warning("%s of %s: %s", chosen.label, row.trace, error)
            return None
        return RequestScore(
            trace=row.trace,
            scorer=chosen.label,
            at_ns=row.at_ns,
            value=given.value,
            label=given.label,
            reason=given.reason[:_REASON],
        )
