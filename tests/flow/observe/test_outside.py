"""Rule 7: what cannot be verified."""

import socket
import sys
import threading
from concurrent.futures import ProcessPoolExecutor

import pytest

from loomwork.flow.observe import original, outside_names, outside_types
from tests.flow.observe.conftest import App

TOUCHES = {
    "time.time": ("import time; return time.time()", "clock: time.time"),
    "time.time_ns": ("import time; return time.time_ns()", "clock: time.time_ns"),
    "localtime": ("import time; return time.localtime()", "clock: time.localtime"),
    "gmtime of None": ("import time; return time.gmtime(None)", "clock: time.gmtime"),
    "strftime": ("import time; return time.strftime('%Y')", "clock: time.strftime"),
    "uuid1": ("import uuid; return uuid.uuid1()", "clock: uuid.uuid1"),
    "uuid4": ("import uuid; return uuid.uuid4()", "random: os.urandom"),
    "urandom": ("import os; return os.urandom(4)", "random: os.urandom"),
    "secrets": ("import secrets; return secrets.token_hex()", "random: random._urandom"),
    "random": ("import random; return random.random()", "random: random.random"),
    "choice": ("import random; return random.choice([1, 2])", "random: random.choice"),
    "shuffle": ("import random; random.shuffle([1, 2])", "random: random.shuffle"),
    "Random()": ("import random; return random.Random().random()", "random: random.Random()"),
    "SystemRandom": ("import random; return random.SystemRandom().random()", "random: random._urandom"),
    "seed()": ("import random; random.seed()", "random: random.seed"),
    "np.random.rand": ("import numpy as np; return np.random.rand(2)", "random: numpy.random.rand"),
    "np.random.shuffle": ("import numpy as np; np.random.shuffle([1, 2])", "random: numpy.random.shuffle"),
    "default_rng()": ("import numpy as np; return np.random.default_rng().random()", "random: random._urandom"),
    "RandomState()": ("import numpy as np; return np.random.RandomState().rand()", "random: random._urandom"),
    "subprocess": ("import subprocess; return subprocess.run(['true'])", "subprocess: true"),
    "os.system": ("import os; return os.system('true')", "subprocess: true"),
    "fork": ("import os\n    pid = os.fork()\n    if not pid: os._exit(0)\n    os.waitpid(pid, 0)", "subprocess: fork"),
    "bind": (
        "import socket\n    with socket.socket() as s: s.bind(('127.0.0.1', 0))",
        "network: bind 127.0.0.1:0",
    ),
    "getaddrinfo": ("import socket; return socket.getaddrinfo('127.0.0.1', 80)", "network: resolve 127.0.0.1"),
}


@pytest.mark.parametrize("how", TOUCHES)
def test_what_cannot_be_verified_makes_the_call_outside(app: App, how: str) -> None:
    body, reason = TOUCHES[how]
    watch = app.run(f"def f():\n    {body}\n")
    assert reason in watch.outside
    assert watch.spoiled == []


PURE = {
    "seeded": "import random; return random.Random(42).random()",
    "seeded numpy": "import numpy as np; return np.random.default_rng(42).random()",
    "seed then draw": "import random; random.seed(7); return random.sample(range(9), 3), random.random()",
    "seed then draw numpy": "import numpy as np; np.random.seed(7); return np.random.rand(2).tolist()",
    "measure": "import time; a = time.perf_counter(); time.monotonic(); time.sleep(0); return 1",
    "strftime of a time": "import time; return time.strftime('%Y', time.gmtime(0)), time.localtime(0), time.ctime(0)",
    "log": "import logging; logging.getLogger('observed.quiet').error('x'); return 1",
    "mkstemp": "import tempfile\n    with tempfile.TemporaryFile() as file: return file.name > 0",
    "thread": "import threading; t = threading.Thread(target=print, args=('',)); t.start(); t.join(); return 1",
    "pair": "import socket; a, b = socket.socketpair(); a.send(b'x'); b.recv(1); a.close(); b.close(); return 1",
}


@pytest.mark.parametrize("how", PURE)
def test_what_is_a_function_of_its_inputs_is_not_outside(app: App, how: str) -> None:
    watch = app.run(f"def f():\n    {PURE[how]}\n")
    assert watch.outside == set()
    first = app.result
    app.run(f"def f():\n    {PURE[how]}\n")
    assert app.result == first


def test_a_draw_after_somebody_else_has_drawn_is_outside(app: App) -> None:
    module = app.module("""
        import random
        def f(meanwhile):
            random.seed(7)
            random.random()
            meanwhile()
            return random.random()
    """)
    assert app.call(module.f, lambda: None).outside == set()
    other = app.module("import random\ndef f():\n    random.random()")
    assert app.call(module.f, lambda: app.call(other.f)).outside == {"random: random.random"}


def test_a_connection_and_what_is_sent_through_it_are_outside(app: App) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    module = app.module("""
        import socket
        def connect(port):
            global LINE
            LINE = socket.create_connection(("127.0.0.1", port))
        def send():
            LINE.sendall(b"x")
        def close():
            LINE.close()
    """)
    port = server.getsockname()[1]
    assert f"network: connect 127.0.0.1:{port}" in app.call(module.connect, port).outside
    assert app.call(module.send).outside == {"network: sendall"}, "the connection is older than this call"
    assert app.call(module.close).outside == set()
    server.close()


def test_an_http_request_on_a_kept_connection_is_outside(app: App) -> None:
    server = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        line, _ = server.accept()
        for _ in range(2):
            line.recv(1000)
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        line.close()

    thread = threading.Thread(target=answer, name="loomwork-test-server")
    thread.start()
    module = app.module("""
        import http.client
        LINES = []
        def f(port):
            if not LINES:
                LINES.append(http.client.HTTPConnection("127.0.0.1", port))
            LINES[0].request("GET", "/")
            return LINES[0].getresponse().read()
    """)
    port = server.getsockname()[1]
    app.call(module.f, port)
    assert "network: http" in app.call(module.f, port).outside
    module.LINES[0].close()
    thread.join()
    server.close()


def test_project_files_on_a_command_line_are_observed(app: App) -> None:
    app.write("tool.py", "print(1)")
    app.write("rows.csv", "1")
    app.write("more.csv", "1")
    watch = app.run(f"""
        import os, subprocess
        def f():
            subprocess.run([{sys.executable!r}, "-S", "tool.py", "--rows=rows.csv", "-x"], stdout=subprocess.DEVNULL)
            os.system("cat more.csv > /dev/null")
    """)
    assert set(app.paths(watch)) == {"tool.py", "rows.csv", "more.csv"}
    assert {"subprocess: cat"} < watch.outside
    assert len(watch.outside) == 2


def test_a_shells_line_is_searched_for_files_too(app: App) -> None:
    app.write("data/rows.csv", "1")
    watch = app.run("""
        import subprocess
        def f():
            return subprocess.run("cat rows.csv | wc -l", shell=True, cwd="data", capture_output=True).stdout
    """)
    assert app.paths(watch) == ["data/rows.csv"]


def test_a_process_pool_is_outside(app: App) -> None:
    module = app.module("""
        from concurrent.futures import ProcessPoolExecutor
        POOL = []
        def f():
            return POOL[0].submit(abs, -1)
    """)

    made = ProcessPoolExecutor.__new__(ProcessPoolExecutor)  # a real one would fork this test's process
    made._shutdown_thread = True
    made._broken = False
    made._shutdown_lock = threading.Lock()
    module.POOL.append(made)

    def refused() -> None:
        with pytest.raises(RuntimeError):
            module.f()

    assert app.call(refused).outside == {"subprocess: process pool"}


def test_loomworks_own_input_and_output_is_nobodys(app: App) -> None:
    app.write("rows.txt", "1")
    watch = app.run("""
        import os, socket, time
        from loomwork.flow.observe import own_io
        def f():
            with own_io():
                open("rows.txt").close()
                time.time()
                os.environ.get("MOOD")
                os.path.exists("rows.txt")
                with socket.socket() as line:
                    line.bind(("127.0.0.1", 0))
    """)
    assert (watch.observations, watch.outside, watch.spoiled) == ([], set(), [])


def test_own_io_on_another_thread_is_nobodys(app: App) -> None:
    app.write("rows.txt", "1")
    watch = app.run("""
        import socket, threading
        from concurrent.futures import ThreadPoolExecutor
        from loomwork.flow.observe import own_io
        def look():
            open("rows.txt").close()
            socket.getaddrinfo("localhost", 80)
        def f():
            with own_io(), ThreadPoolExecutor(1) as pool:
                pool.submit(look).result()
                thread = threading.Thread(target=look)
                thread.start()
                thread.join()
    """)
    assert (watch.observations, watch.outside, watch.spoiled) == ([], set(), [])


def test_own_io_does_not_hide_the_consumer_of_an_own_stream(app: App) -> None:
    app.write("rows.txt", "1")
    app.write("own.txt", "1")
    watch = app.arun("""
        from loomwork.flow.observe import own_stream
        async def source():
            open("own.txt").close()
            yield 1
            yield 2
        async def f():
            async for _ in own_stream(source()):
                open("rows.txt").close()
    """)
    assert app.paths(watch) == ["rows.txt"]


def test_a_name_that_was_bound_before_is_told_to_the_analysis(app: App) -> None:
    import datetime
    import os
    import random
    import time

    app.observer.close()
    early, draw, stat = time.time, random.random, os.stat
    app.observer.install()
    try:
        assert app.observer.unseen_reason(early) == "clock: time.time"
        assert app.observer.unseen_reason(draw) == "random: random.random"
        assert app.observer.unseen_reason(time.time) is None, "this one is seen when it runs"
        assert app.observer.unseen_reason(datetime.datetime.now) == "clock: datetime.datetime.now"
        assert app.observer.unseen_reason(len) is None
        assert app.observer.unseen_reason(stat) == "unseen: os.stat"
    finally:
        assert time.time is not early


def test_the_original_of_a_replaced_function_is_known(app: App) -> None:
    import time

    app.observer.close()
    early = time.time
    app.observer.install()
    assert time.time is not early
    assert original(time.time) is original(early) is early
    assert original(len) is len
    bound = [].append
    assert original(bound) is bound


def test_names_for_the_analysis_carry_their_reason() -> None:
    assert outside_names()["datetime.date.today"] == "clock: datetime.date.today"
    assert outside_types()["random.Random"] == "random: random.Random"
