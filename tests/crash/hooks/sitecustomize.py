"""Loaded by Python itself in the children of the crash tests: notes what the store acknowledged, dies where it is told.

`LOOMWORK_ACKS=FILE`: a line for each write that returned (a write to a file survives `kill -9`).
`LOOMWORK_DIE=KIND:WORDS:TIMES`: kill this process at that moment:
    statement:COMMIT:12   as the 12th statement that begins so is about to run
    after:calls:5         as the 5th commit of a call has returned, before anybody sees its result
    event:os.rename:1     at an audit event
    log:BYTES:TIMES       inside the write that takes the write-ahead log past so many bytes more, counted from the
                          TIMES-th commit (the kernel kills at the very byte: RLIMIT_FSIZE with SIGXFSZ not ignored)
    file:BYTES:TIMES      the same for the database file, which only a checkpoint writes
    closing:BYTES:1       the same from the moment on when the store is closed: its last checkpoint
`LOOMWORK_PRAGMA=SQL;SQL`: settings of every connection, after the store's own.
"""

import os
import sys
from typing import Any


def _kill(*_ignored: object) -> None:
    os.kill(os.getpid(), 9)


def _note(file: int, kind: str, name: str) -> None:
    os.write(file, f"{kind} {name}\n".encode())


class _Countdown:
    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> bool:
        self.left -= 1
        return self.left == 0


def _watch_acks(path: str, die: tuple[str, str, int] | None) -> None:
    from loomwork.store.sqlite.calls import SqliteCalls
    from loomwork.store.sqlite.runs import SqliteRuns
    from loomwork.store.sqlite.spans import SqliteSpans

    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def wrap(owner: Any, name: str, kind: str, named: Any) -> None:
        inner = getattr(owner, name)
        down = _Countdown(die[2]) if die is not None and die[:2] == ("after", kind) else None

        def call(self: Any, row: Any, *rest: Any, **more: Any) -> Any:
            out = inner(self, row, *rest, **more)
            for each in named(row):
                _note(file, kind, each)
            if down is not None and down():
                _kill()
            return out

        setattr(owner, name, call)

    wrap(SqliteCalls, "commit", "calls", lambda row: [row.id])
    wrap(SqliteRuns, "start", "runs", lambda row: [row.id])
    wrap(SqliteRuns, "finish", "finished", lambda row: [row.id])
    wrap(SqliteRuns, "put_item", "items", lambda row: [f"{row.run} {row.index}"])
    wrap(SqliteSpans, "write", "spans", lambda rows: [f"{row.trace} {row.span}" for row in rows])


def _watch_statements(die: tuple[str, str, int] | None, pragmas: list[str]) -> None:
    from loomwork.store.sqlite import connections

    connect = connections.Connections.connect
    down = _Countdown(die[2]) if die is not None else None
    if die is not None and die[0] == "log":  # a log that is folded begins again at its start, and may never get so far
        pragmas = [*pragmas, "PRAGMA wal_autocheckpoint=0"]
        connections.Session.fold_early = lambda self: None

    def watched(self: Any) -> Any:
        connection = connect(self)
        for pragma in pragmas:
            connection.execute(pragma)

        def look(statement: str) -> None:
            if die is None or down is None:
                return
            kind, words, _ = die
            if kind == "statement" and statement.lstrip().startswith(words) and down():
                _kill()
            if kind in {"log", "file"} and statement.startswith("COMMIT") and down():
                _limit(str(self.path) + ("-wal" if kind == "log" else ""), int(words))

        connection.set_trace_callback(look)
        return connection

    connections.Connections.connect = watched


def _watch_closing(more: int) -> None:
    from loomwork.store.sqlite import connections

    close = connections.Connections.close

    def closed(self: Any) -> None:
        _limit(str(self.path), more)
        close(self)

    connections.Connections.close = closed


def _heed_the_limit() -> None:
    """Let the kernel kill at the limit. Only the main thread may say so; a commit of any thread may set the limit."""
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


def _limit(path: str, more: int) -> None:
    import resource

    size = os.stat(path).st_size
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + more, resource.RLIM_INFINITY))


def _watch_events(words: str, times: int) -> None:
    down = _Countdown(times)

    def hook(event: str, _arguments: object) -> None:
        if event == words and down():
            _kill()

    sys.addaudithook(hook)


def _begin() -> None:
    acks, told = os.environ.get("LOOMWORK_ACKS"), os.environ.get("LOOMWORK_DIE")
    pragmas = [each for each in os.environ.get("LOOMWORK_PRAGMA", "").split(";") if each]
    die = None
    if told:
        kind, words, times = told.split(":")
        die = (kind, words, int(times))
    if die is not None and die[0] == "event":
        _watch_events(die[1], die[2])
    if die is not None and die[0] in {"log", "file", "closing"}:
        _heed_the_limit()
    if die is not None and die[0] == "closing":
        _watch_closing(int(die[1]))
    if acks:
        _watch_acks(acks, die)
    if die is not None or pragmas:
        _watch_statements(die, pragmas)


_begin()
