"""A run of another process is followed while it runs; a reader that returns misses nothing."""

import asyncio
import signal
import socket
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from loomwork.studio.api.grid import get_grid
from loomwork.studio.api.live import live_run
from loomwork.studio.endpoints import Event
from loomwork.studio.grid.grids import Grids
from loomwork.studio.grid.held import Mark
from loomwork.studio.live.feed import Feed
from loomwork.studio.live.reader import MOST_ROWS
from loomwork.studio.studio import Studio
from loomwork.studio.wire.runs import Batch, Ended, GridAsked, GridRow, LiveAsked, Partial
from loomwork.trace.feed import meeting_place
from tests.studio.running import loomwork, project, start

SLOW = """
import time
from pathlib import Path
from loomwork import step

@step(cache="off")
def shout(text: str) -> str:
    time.sleep(0.02)
    return text.upper()

@step(cache="off")
def main(text: str) -> str:
    while text == "wait" and not Path("go").exists():
        time.sleep(0.01)
    return shout(text)
"""


class Seen:
    """What a page knows after the messages of a stream."""

    def __init__(self) -> None:
        self.rows: dict[tuple[int, int], GridRow] = {}
        self.sent = 0
        self.steps: dict[int, str] = {}
        self.texts: list[str] = []
        self.status = ""
        self.mark = ""
        self.layout_sent = 0

    def take(self, event: Event) -> None:
        self.mark = event.id or self.mark
        match event.data:
            case Batch() as batch:
                assert len(batch.rows) <= MOST_ROWS
                self.sent += len(batch.rows)
                self.rows.update({(row.index, row.trial): row for row in batch.rows})
                if batch.columns is not None:
                    self.layout_sent += 1
                    self.steps = {column.cell: column.name for column in batch.columns}
                if batch.head is not None:
                    self.status = batch.head.status
            case Partial() as partial:
                self.texts += [f"{part[0]} {part[2]}: {part[3]}" for part in partial.parts]
            case Ended() as ended:
                self.status = ended.head.status
            case _:
                raise AssertionError(event)

    def cell(self, index: int, step: str) -> Any:
        place = next(cell for cell, name in self.steps.items() if name == step)
        cells = self.rows[index, 0].cells
        return cells[place] if place < len(cells) else None


async def follow(studio: Studio, run: str, *, last: str = "", until: Any = None, seen: Seen | None = None) -> Seen:
    """Read a stream to its end, or until a page would know enough."""
    found = seen or Seen()
    stream: AsyncIterator[Event] = live_run(studio, LiveAsked(run=run), last)
    async with aclosing(stream), asyncio.timeout(30):  # pyright: ignore[reportArgumentType]  a generator
        async for event in stream:
            found.take(event)
            if until is not None and until(found):
                break
    return found


def begun(studio: Studio) -> str:
    """Wait for the run that another process begins."""
    limit = time.monotonic() + 20
    while not (runs := studio.store.runs.list()):
        assert time.monotonic() < limit
    return runs[0].id


@pytest.fixture
def slow(studio: Studio) -> Studio:
    project(studio.folder, app=SLOW, rows=[*({"text": f"row {n}"} for n in range(20)), {"text": "wait"}])
    return studio


async def ended(studio: Studio) -> None:
    while studio.closing:
        await studio.closing.pop()()


async def test_a_run_of_another_process_fills_while_it_runs(slow: Studio) -> None:
    work = start(slow.folder, slow.store_url, "run", "app:main", "--data=data.jsonl", "--concurrency=4")
    run = begun(slow)
    seen = await follow(slow, run, until=lambda seen: sum(row.state == 2 for row in seen.rows.values()) >= 3)
    assert seen.status == "running"
    assert len(seen.rows) == 21
    waiting = seen.rows[20, 0]
    assert waiting.state in (4, 5)
    assert waiting.input_preview == "text: wait"
    (slow.folder / "go").write_text("")
    seen = await follow(slow, run, last=seen.mark, seen=seen)
    assert work.wait() == 0
    assert seen.status == "done"
    assert {row.state for row in seen.rows.values()} == {2}
    assert seen.cell(20, "shout").preview == "WAIT"
    assert seen.cell(20, "main").preview == "WAIT"
    grid = get_grid(slow, GridAsked(run=run))
    assert {(row.index, row.trial): row for row in grid.rows} == seen.rows
    assert grid.columns[-1].name == "main"
    await ended(slow)


async def test_two_readers_see_the_same(slow: Studio) -> None:
    (slow.folder / "go").write_text("")
    work = start(slow.folder, slow.store_url, "run", "app:main", "--data=data.jsonl", "--concurrency=4")
    run = begun(slow)
    one, two = await asyncio.gather(follow(slow, run), follow(slow, "last"))
    assert work.wait() == 0
    assert one.rows == two.rows
    assert one.status == two.status == "done"
    await ended(slow)


async def test_a_killed_run_is_said_to_have_crashed(slow: Studio) -> None:
    work = start(slow.folder, slow.store_url, "run", "app:main", "--data=data.jsonl", "--concurrency=4")
    run = begun(slow)
    seen = await follow(slow, run, until=lambda seen: sum(row.state == 2 for row in seen.rows.values()) >= 3)
    work.send_signal(signal.SIGKILL)
    work.wait()
    seen = await follow(slow, run, last=seen.mark, seen=seen)
    assert seen.status == "crashed"
    assert not {4, 5} & {row.state for row in seen.rows.values()}
    head = get_grid(slow, GridAsked(run=run)).run
    assert (head.status, head.ended_ms) == ("crashed", None)
    assert 3 <= head.done < 21
    assert head.ran == head.calls > 0
    await ended(slow)


async def test_a_stopped_run_says_who_stopped_it(slow: Studio) -> None:
    work = start(slow.folder, slow.store_url, "run", "app:main", "--data=data.jsonl", "--concurrency=4")
    run = begun(slow)
    seen = await follow(slow, run, until=lambda seen: sum(row.state == 2 for row in seen.rows.values()) >= 3)
    (slow.folder / "go").write_text("")
    work.send_signal(signal.SIGINT)
    seen = await follow(slow, run, last=seen.mark, seen=seen)
    assert work.wait() == 130
    assert seen.status == "stopped"
    await ended(slow)


async def test_a_reader_that_returns_gets_what_is_new_alone(studio: Studio) -> None:
    project(studio.folder)
    run = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]
    whole = await follow(studio, run)
    assert (whole.sent, whole.layout_sent) == (4, 1)
    again = await follow(studio, run, last=whole.mark)
    assert (again.sent, again.status) == (0, "done")
    late = Mark.of(whole.mark)
    part = await follow(studio, run, last=str(late._replace(spans=late.spans - 1)))
    assert part.sent == 1
    await ended(studio)


@pytest.mark.parametrize("mark", ["", "nonsense", "1.2", "99999.99999.7-00000000", "1.x.y", "\ud800"])
async def test_a_mark_that_fits_nothing_gets_everything(studio: Studio, mark: str) -> None:
    project(studio.folder)
    run = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]
    assert (await follow(studio, run, last=mark)).sent == 4
    await ended(studio)


async def test_a_long_run_comes_in_pieces_and_its_mark_waits_for_the_last(studio: Studio) -> None:
    project(studio.folder, rows=[{"text": f"row {n}"} for n in range(MOST_ROWS + 20)])
    run = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]
    first = await follow(studio, run, until=lambda seen: seen.sent >= MOST_ROWS)
    assert first.sent == MOST_ROWS
    rest = await follow(studio, run, last=first.mark)
    assert rest.sent >= 20
    assert {**first.rows, **rest.rows}.keys() == {(n, 0) for n in range(MOST_ROWS + 20)}
    await ended(studio)


def where(folder: Path) -> Path:
    """Return the project's meeting place."""
    found = meeting_place(folder)
    assert found is not None
    return found


def told(folder: Path, *messages: list[object]) -> None:
    """Send what a run tells, to every studio of the project."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        for path in where(folder).glob("live-*.sock"):
            for message in messages:
                sender.sendto(msgspec.msgpack.encode([message]), str(path))


async def test_calls_under_way_and_their_text_are_shown_before_the_store_has_them(slow: Studio) -> None:
    work = start(slow.folder, slow.store_url, "run", "app:main", "--data=data.jsonl", "--concurrency=4")
    run = begun(slow)
    seen = await follow(slow, run, until=lambda seen: sum(row.state == 2 for row in seen.rows.values()) == 20)
    at = [run, 20, 0]
    told(slow.folder, ["began", *at, "app:main", "s1"], ["began", *at, "app:new", "s2"], ["began", *at, "model", "s3"])
    told(slow.folder, ["text", *at, "model", "s3", "Hel"], ["text", *at, "model", "s3", "Hello"])
    seen = await follow(slow, run, last=seen.mark, seen=seen, until=lambda seen: seen.texts)
    assert seen.texts == ["20 app:new: Hello"]
    assert seen.rows[20, 0].state == 4
    assert (seen.cell(20, "main").state, seen.cell(20, "new").state) == (4, 4)
    assert get_grid(slow, GridAsked(run=run, offset=20)).rows[0].state == 4
    told(slow.folder, ["ended", *at, "app:new", "s2"])
    seen = await follow(slow, run, last=seen.mark, seen=seen, until=lambda seen: seen.cell(20, "new") is None)
    (slow.folder / "go").write_text("")
    seen = await follow(slow, run, last=seen.mark, seen=seen)
    assert work.wait() == 0
    assert (seen.cell(20, "main").state, seen.cell(20, "shout").state) == (2, 2)
    await ended(slow)


async def test_what_is_no_message_is_dropped_and_the_socket_goes_with_the_server(studio: Studio) -> None:
    feed = studio.part(Feed)
    feed.listen()
    (path,) = where(studio.folder).glob("live-*.sock")
    told(studio.folder, ["nonsense"], ["began", 1, 2], ["text", "r1", 0, 0, "s"], ["began", "r1", 3, 0, "app:x", "s1"])
    for _ in range(10_000):
        if feed.run("r1") is not None:
            break
        await asyncio.sleep(0)
    running = feed.run("r1")
    assert running is not None
    assert running.by_item() == {(3, 0): {"app:x"}}
    await ended(studio)
    assert not path.exists()


async def test_the_socket_of_a_studio_that_is_gone_is_removed(studio: Studio) -> None:
    folder = where(studio.folder)
    folder.mkdir()
    (folder / "live-999999999.sock").write_text("")
    studio.part(Feed).listen()
    assert len(list(folder.glob("live-*.sock"))) == 1
    assert not (folder / "live-999999999.sock").exists()
    await ended(studio)


async def test_what_is_under_way_is_kept_within_bounds(studio: Studio) -> None:
    from loomwork.studio.live.running import LONGEST, SPANS, Running, Under

    running = Running()
    for number in range(SPANS * 2):
        running.wrote(f"s{number}", Under(number, 0, "app:x"), "x" * 10)
    assert len(running.by_item()) == SPANS
    running.wrote("long", Under(1, 0, "app:x"), "a" * LONGEST)
    running.wrote("long", Under(1, 0, "app:x"), "a" * LONGEST + "b")
    assert running.texts(0)[-1].text == "a" * (LONGEST - 1) + "b"
    await ended(studio)


async def test_a_run_that_is_not_there_is_said_to_be(studio: Studio) -> None:
    from loomwork.kernel.errors.flow import NoSuchRun

    with pytest.raises(NoSuchRun):
        await follow(studio, "nobody")
    assert studio.part(Grids)
    await ended(studio)
