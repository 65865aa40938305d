"""`/api/cases`: the board, one case, what people do with it. What passes and what is blamed is `evals.cases`' to say.

A case is opened by the command, which reads the project's code to name the step: none of it runs in the server.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct

from loomwork.evals.cases import assign, board, change_status, note, regression_rows, view
from loomwork.evals.cases.people import found
from loomwork.kernel.errors.studio import ParameterWrong
from loomwork.store.cases import CasedRow, CaseEvent, CaseRow
from loomwork.store.protocols import Store
from loomwork.studio.endpoints import Endpoint, File
from loomwork.studio.jobs.commands import ask
from loomwork.studio.studio import Studio
from loomwork.studio.wire.cases import (
    MOST_CARDS,
    AskCase,
    AskCases,
    AskExport,
    AskTraceCase,
    AssignCase,
    Case,
    CaseBoard,
    CaseCard,
    CaseColumn,
    CaseLine,
    CaseMoment,
    MoveCase,
    NoteCase,
    OpenCase,
    OpenTraceCase,
)

_MOST_ROWS = 200
_FAILING = "failing"


class _Told(Struct):
    case: int


class _Opened(Struct):
    """The object of `case open --json`."""

    cases: list[_Told]


def list_cases(studio: Studio, asked: AskCases) -> CaseBoard:
    """Return the board."""
    store = studio.store
    every = store.cases.list(limit=MOST_CARDS)
    told = board(store, target=asked.target, owner=asked.owner, limit=MOST_CARDS)
    return CaseBoard(
        columns=tuple(
            CaseColumn(status=status, cases=tuple(_card(each, store.cases.rows(each.n)) for each in cases))
            for status, cases in told.columns.items()
        ),
        targets=tuple(sorted({each.target for each in every})),
        owners=tuple(sorted({each.owner for each in every if each.owner})),
        complete=len(every) < MOST_CARDS,
    )


def get_case(studio: Studio, asked: AskCase) -> Case:
    """Return one case whole."""
    return _case(studio.store, asked.number)


def note_case(studio: Studio, asked: AskCase, given: NoteCase) -> Case:
    """Write a note on a case."""
    note(studio.store, asked.number, given.text, now_ns=time.time_ns())
    return _case(studio.store, asked.number)


def assign_case(studio: Studio, asked: AskCase, given: AssignCase) -> Case:
    """Give a case to somebody, or to nobody."""
    assign(studio.store, asked.number, given.owner.strip(), now_ns=time.time_ns())
    return _case(studio.store, asked.number)


def move_case(studio: Studio, asked: AskCase, given: MoveCase) -> Case:
    """Change a case's status as people may."""
    change_status(studio.store, asked.number, given.status, now_ns=time.time_ns(), text=given.text)
    return _case(studio.store, asked.number)


async def open_case(studio: Studio, asked: Struct, given: OpenCase) -> Case:
    """Make a case of a failing row."""
    del asked
    words = [f"--row={given.row}", *_option("scorer", given.passes), *_said(given.title, is_wrong=given.wrong)]
    answer = await ask(studio, ["case open", *words, "--", given.run], _Opened)
    return await asyncio.to_thread(_case, studio.store, answer.cases[0].case)


async def open_trace_case(studio: Studio, asked: AskTraceCase, given: OpenTraceCase) -> Case:
    """Make a case of a trace: of a run, or of a request, which is made once more out of its record."""
    words = [f"--trace={asked.trace}", *_said(given.title, is_wrong=given.wrong)]
    answer = await ask(studio, ["case open", *words], _Opened)
    return await asyncio.to_thread(_noted, studio.store, answer.cases[0].case, asked.trace, given.note.strip())


def _noted(store: Store, number: int, trace: str, text: str) -> Case:
    said = text or "\n".join(each.comment for each in store.feedback.of([trace]).get(trace, ()) if each.rating < 0)
    if said.strip():
        note(store, number, said.strip(), now_ns=time.time_ns())
    return _case(store, number)


def export_cases(studio: Studio, asked: AskExport) -> File:
    """Return the rows of cases as a dataset, each with the case as its origin."""
    store = studio.store
    numbers = _numbers(asked.numbers)
    listed = [case for case in store.cases.list(target=asked.target) if case.status != "wontfix"]
    cases = [found(store, each) for each in numbers] if numbers else sorted(listed, key=lambda case: case.n)
    rows = regression_rows(store, cases)
    name = f"case-{numbers[0]}.jsonl" if len(numbers) == 1 else "cases.jsonl"
    content = b"".join(msgspec.json.encode(row, enc_hook=str) + b"\n" for row in rows)
    return File(name=name, media="application/x-ndjson", content=content)


def _option(name: str, value: str) -> list[str]:
    return [f"--{name}={value}"] if value else []


def _said(title: str, *, is_wrong: bool) -> list[str]:
    return [*_option("title", title), *(["--wrong"] if is_wrong else [])]


def _numbers(text: str) -> list[int]:
    pieces = [each.strip() for each in text.split(",") if each.strip()]
    if not all(each.isdecimal() for each in pieces):
        raise ParameterWrong(detail=f"numbers: '{text}' are no numbers of cases")
    return [int(each) for each in pieces]


def _case(store: Store, number: int) -> Case:
    told = view(store, number)
    events = told.history
    return Case(
        case=_card(told.case, told.rows),
        rows=tuple(_line(each) for each in told.rows[:_MOST_ROWS]),
        rows_more=len(told.rows) > _MOST_ROWS,
        history=tuple(_moment(each) for each in events),
        runs=tuple(dict.fromkeys(_runs(told.case, told.rows, events))),
    )


def _runs(case: CaseRow, rows: Sequence[CasedRow], events: Sequence[CaseEvent]) -> Iterable[str]:
    yield from (each.run for each in reversed(events) if each.run)
    yield from (each.run for each in rows if each.run)
    yield case.run


def _card(case: CaseRow, rows: Sequence[CasedRow]) -> CaseCard:
    why = case.why if case.why in ("error", "near") else ""
    return CaseCard(
        number=case.n,
        target=case.target,
        status=case.status,
        title=case.title,
        owner=case.owner,
        note=case.note,
        run=case.run,
        scorer=case.scorer,
        passes="" if case.threshold is None else f"{case.threshold[0]} {case.threshold[1]:g}",
        judged=case.is_judged,
        error=case.error,
        step=case.step,
        change=case.change,
        why=why,
        likeness=case.likeness,
        rows=len(rows),
        failing=sum(each.state == _FAILING for each in rows),
        opened_ms=case.opened_ns / 1e6,
        changed_ms=case.changed_ns / 1e6,
    )


def _line(row: CasedRow) -> CaseLine:
    return CaseLine(
        index=row.index,
        trial=row.trial,
        state=row.state,
        run=row.run,
        trace=row.trace,
        dataset=row.dataset,
        row=_opened(row.row),
        output=_opened(row.output),
        error=row.error,
        value=row.value,
    )


def _opened(text: str) -> object:
    try:
        return msgspec.json.decode(text) if text else None
    except msgspec.DecodeError:
        return text


def _moment(event: CaseEvent) -> CaseMoment:
    return CaseMoment(
        at_ms=event.at_ns / 1e6,
        status=event.status,
        what=event.what,
        run=event.run,
        text=event.text,
        changes=event.changes,
    )


ENDPOINTS = (
    Endpoint(
        name="list_cases",
        method="GET",
        path="/api/cases",
        tells="The board: cases by status.",
        call=list_cases,
        gives=CaseBoard,
        asked=AskCases,
    ),
    Endpoint(
        name="open_case",
        method="POST",
        path="/api/cases",
        tells="Make a case of a failing row.",
        call=open_case,
        gives=Case,
        body=OpenCase,
    ),
    Endpoint(
        name="open_trace_case",
        method="POST",
        path="/api/traces/{trace}/case",
        tells="Make a case of a trace.",
        call=open_trace_case,
        gives=Case,
        asked=AskTraceCase,
        body=OpenTraceCase,
    ),
    Endpoint(
        name="get_case",
        method="GET",
        path="/api/cases/{number}",
        tells="One case whole: rows and history.",
        call=get_case,
        gives=Case,
        asked=AskCase,
    ),
    Endpoint(
        name="note_case",
        method="POST",
        path="/api/cases/{number}/note",
        tells="Write a note on a case.",
        call=note_case,
        gives=Case,
        asked=AskCase,
        body=NoteCase,
    ),
    Endpoint(
        name="assign_case",
        method="POST",
        path="/api/cases/{number}/owner",
        tells="Give a case to somebody, or to nobody.",
        call=assign_case,
        gives=Case,
        asked=AskCase,
        body=AssignCase,
    ),
    Endpoint(
        name="move_case",
        method="POST",
        path="/api/cases/{number}/status",
        tells="Triage a case, close it, open it again.",
        call=move_case,
        gives=Case,
        asked=AskCase,
        body=MoveCase,
    ),
    Endpoint(
        name="export_cases",
        method="GET",
        path="/api/case-rows",
        tells="Cases as rows of a regression test.",
        call=export_cases,
        asked=AskExport,
        form="file",
    ),
)
