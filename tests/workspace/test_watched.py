"""An open workspace tells who watches its project of a model's answer while it is written."""

import socket
import time
from pathlib import Path

from msgspec import msgpack

from loomwork import Workspace
from loomwork.flow.targets import load_target
from loomwork.testing.double import Double
from loomwork.testing.replies import Fault, Rule, Script
from loomwork.trace.feed import meeting_place, opened

APP = """
from loomwork import model, step

@step
async def draft(question: str) -> str:
    return await model("fast").ask("{{ question }}", question=question)
"""
STORY = "once upon a time there was a model that spoke very slowly"


def until_watched(workspace: Workspace) -> None:
    """Wait for the thread that looks for watchers."""
    while not workspace.runtime.live.is_watched:
        time.sleep(0.01)


async def test_an_answer_that_is_asked_for_as_a_whole_is_told_piece_by_piece(tmp_path: Path) -> None:
    place = meeting_place(tmp_path)
    assert place is not None
    assert opened(place)
    watcher = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    watcher.bind(str(place / "live-1.sock"))
    watcher.setblocking(False)
    told: list[list[object]] = []
    script = Script(rules=(Rule(text=STORY),), faults=(Fault(kind="drip", seconds=0.1),))
    try:
        async with Double(script) as double:
            settings = f'[models.fast]\ndriver = "openai"\nmodel = "m"\nbase_url = "{double.url}"\ntemperature = 0\n'
            (tmp_path / "loomwork.toml").write_text(settings)
            (tmp_path / "app.py").write_text(APP)
            with Workspace.open(tmp_path) as workspace:
                until_watched(workspace)
                draft = load_target("app:draft", workspace.runtime.project)
                assert await draft("hello") == STORY
            while not any(event[0] == "ended" and event[4] == "app:draft" for event in told):
                told += msgpack.decode(watcher.recv(65_536))
    finally:
        watcher.close()
        (place / "live-1.sock").unlink()
        place.rmdir()
    texts = [str(event[-1]) for event in told if event[0] == "text" and event[4] == "app:draft"]
    assert len(texts) > 1
    assert all(STORY.startswith(text) for text in texts)
