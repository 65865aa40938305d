"""What is being done is told to those who watch a project, and costs nothing where nobody does."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import msgpack

from loomwork.trace.feed import TEXT_CHARS, Feed, meeting_place, opened

PLACE = ("r1", 3, 0, "app:draft", "00aa")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    found = meeting_place(tmp_path)
    assert found is not None
    assert opened(found)
    return found


@pytest.fixture
def watcher(folder: Path) -> Iterator[socket.socket]:
    path = folder / "live-1.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(path))
        made.settimeout(5)
        yield made
    path.unlink()
    folder.rmdir()


def until(watcher: socket.socket, kind: str, count: int = 1) -> list[Any]:
    """Receive until so many events of a kind have come; return all."""
    found: list[Any] = []
    while sum(event[0] == kind for event in found) < count:
        found += msgpack.decode(watcher.recv(1 << 16))
    return found


def watched(feed: Feed) -> Feed:
    while not feed.is_watched:
        assert feed._thread.is_alive()
    return feed


def test_a_watcher_is_told_of_calls_and_of_text_as_it_comes(folder: Path, watcher: socket.socket) -> None:
    feed = watched(Feed(folder))
    feed.began(PLACE)
    feed.text(PLACE, "Dear ")
    came = until(watcher, "text")
    if ["began", *PLACE] not in came:  # the two may come in one datagram or in two
        came += until(watcher, "began")
    assert sorted(came) == [["began", *PLACE], ["text", *PLACE, "Dear "]]
    feed.text(PLACE, "customer")
    assert until(watcher, "text")[-1] == ["text", *PLACE, "Dear customer"]
    feed.ended(PLACE)
    assert until(watcher, "ended")[-1] == ["ended", *PLACE]
    feed.close()


def test_only_the_end_of_a_long_text_is_sent_and_secrets_in_it_are_hidden(folder: Path, watcher: socket.socket) -> None:
    feed = watched(Feed(folder, redact=lambda text: text.replace("sesame", "***")))
    feed.text(PLACE, "x" * 5000 + "open sesame now")
    sent = until(watcher, "text")[-1][-1]
    assert len(sent) == TEXT_CHARS
    assert sent.endswith("xopen *** now")
    feed.close()


def test_without_a_watcher_nothing_is_collected(folder: Path) -> None:
    feed = Feed(folder)
    feed.began(PLACE)
    feed.text(PLACE, "unseen")
    assert not feed.is_watched
    assert not feed._events
    assert not feed._texts
    feed.close()
    folder.rmdir()


def test_a_watcher_that_does_not_read_holds_nobody_up(folder: Path, watcher: socket.socket) -> None:
    feed = watched(Feed(folder))
    for number in range(30_000):
        feed.began(("r1", number, 0, "app:draft", ""))
    feed.close()
    assert not feed._thread.is_alive()


def test_a_watcher_that_has_gone_is_forgotten(folder: Path) -> None:
    path = folder / "live-2.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(path))
        feed = watched(Feed(folder))
    path.unlink()
    feed.began(PLACE)
    while feed.is_watched:
        assert feed._thread.is_alive()
    assert not feed._events
    feed.close()
    folder.rmdir()


def test_a_folder_of_somebody_else_is_no_meeting_place(folder: Path, watcher: socket.socket, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert not opened(link)
    feed = Feed(link)
    feed.close()
    assert not feed.is_watched


def test_the_socket_of_a_watcher_that_was_killed_is_removed(folder: Path) -> None:
    path = folder / "live-3.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as made:
        made.bind(str(path))
    feed = watched(Feed(folder))
    feed.began(PLACE)
    while feed.is_watched:
        assert feed._thread.is_alive()
    assert not path.exists()
    feed.close()
    folder.rmdir()
