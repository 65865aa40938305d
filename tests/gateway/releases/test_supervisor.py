"""One release takes the place of another while requests come: none fails, none is answered by the wrong one."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

from tests.gateway.releases.conftest import Asking, Served, until


def test_promote_and_rollback_drop_no_request_and_every_answer_is_of_the_right_release(served: Served):
    with Asking(served.port, 6) as asking:
        marks: list[tuple[float, float, str]] = []
        for release in ("r1", "r0", "r2", "r1"):
            began = time.monotonic()
            answer = served.promote(release)
            assert answer["ok"], answer
            marks.append((began, time.monotonic(), release))
            count = len(asking.seen)
            until(lambda count=count: len(asking.seen) > count + 60)
    assert asking.failed == []
    for at, release in asking.seen:
        before = [name for _, done, name in marks if done < at]
        going_on = [name for began, done, name in marks if began <= at <= done]
        assert release in [*(before[-1:] or ["r0"]), *going_on], (at, release, marks)


def test_going_back_to_the_release_before_takes_no_start(served: Served):
    old = served.ask(do="status")["processes"][0]
    assert served.promote("r1")["before"] == "r0"
    answer = served.promote("r0")
    assert answer["took_s"] < 1
    assert answer["processes"][0] == old
    assert served.get()[1] == "r0"


def test_a_release_that_does_not_start_changes_nothing(served: Served):
    (served.folder / "bad-r1").touch()
    answer = served.promote("r1")
    assert not answer["ok"]
    assert "7" in answer["error"]
    assert served.get()[1] == "r0"
    assert served.ask(do="status")["release"] == "r0"


def test_a_canary_gets_its_share_and_the_same_user_always_the_same_release(served: Served):
    assert served.promote("r1", 0.3)["canary"] == "r1"
    first = {user: served.get("/v1/x", b'{"user": "%d"}' % user)[1] for user in range(100)}
    assert {served.get("/v1/x", b'{"user": "%d"}' % user)[1] for user in range(100) if first[user] == "r1"} == {"r1"}
    assert 15 <= sum(release == "r1" for release in first.values()) <= 45
    by_session = {served.get("/v1/stream", b"x", x_loomwork_session="s1")[1] for _ in range(5)}
    assert len(by_session) == 1
    assert {served.get("/healthz")[1] for _ in range(20)} == {"r0"}
    body, _ = served.get("/v1/y?a=%20b", b'{"user": "7"}')
    assert (body["path"], body["body"]) == ("/v1/y", '{"user": "7"}')
    assert served.promote("r1", 0)["canary"] == ""
    assert {served.get("/v1/x", b'{"user": "%d"}' % user)[1] for user in range(50)} == {"r0"}


def test_a_canary_becomes_what_is_served_without_a_start(served: Served):
    canary = served.promote("r1", 0.1)["processes"][1]
    with Asking(served.port, 4) as asking:
        answer = served.promote("r1")
        assert answer["processes"][0] == canary
        count = len(asking.seen)
        until(lambda: len(asking.seen) > count + 40)
    assert asking.failed == []
    assert served.get()[1] == "r1"


def test_a_client_that_leaves_is_seen_by_the_release_that_answers_it(served: Served, tmp_path: Path):
    served.promote("r1", 0.999999)
    with socket.create_connection(("127.0.0.1", served.port)) as line:
        line.sendall(f"GET /v1/wait?{tmp_path}/left HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        assert b"r1" in line.recv(4096)
    until((tmp_path / "left").exists, seconds=5)


def test_a_process_that_crashes_is_started_again_and_waiting_requests_are_answered(served: Served):
    served.promote("r1")
    pid = served.ask(do="status")["processes"][0]
    os.kill(pid, signal.SIGKILL)
    assert served.get()[1] == "r1"
    assert served.ask(do="status")["processes"][0] != pid


def test_a_process_that_crashes_again_and_again_is_started_ever_later(served: Served):
    pauses: list[float] = []
    for _ in range(3):
        pid = served.ask(do="status")["processes"][0]
        began = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        until(lambda pid=pid: (found := served.ask(do="status"))["ready"] and found["processes"][0] != pid)
        pauses.append(time.monotonic() - began)
    assert pauses[2] > pauses[0]
    assert pauses[2] >= 2.0  # 0.5, 1, 2 seconds beside the start itself


def test_a_canary_that_crashes_gets_no_more_requests(served: Served):
    canary = served.promote("r1", 0.5)["processes"][1]
    os.kill(canary, signal.SIGKILL)
    until(lambda: served.ask(do="status")["canary"] == "")
    assert {served.get("/v1/x", b'{"user": "%d"}' % user)[1] for user in range(30)} == {"r0"}


def test_told_to_stop_it_ends_what_is_being_done(served: Served):
    with socket.create_connection(("127.0.0.1", served.port)) as line:
        line.sendall(b"GET /v1/stream?50 HTTP/1.1\r\nhost: x\r\n\r\n")
        data = line.recv(4096)
        served.process.send_signal(signal.SIGTERM)
        while more := line.recv(4096):
            data += more
    assert b"49\n" in data
    assert data.endswith(b"0\r\n\r\n")
    assert served.process.wait(20) == 0


def test_processes_end_with_their_supervisor(served: Served):
    pids = served.promote("r1")["processes"]
    served.process.kill()
    served.process.wait()
    for pid in pids:
        until(lambda pid=pid: not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text())
    for path in served._place.parent.iterdir():  # pyright: ignore[reportPrivateUsage] # what the killed one could not remove
        path.unlink()
