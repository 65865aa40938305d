"""Rule 3: observations attach to the running step, whatever carries it; what outlives it forbids the memo."""

import asyncio
import os
import threading
from collections.abc import Callable
from typing import Any

import pytest

from loomwork.flow.observe import observe, stack
from tests.flow.observe.conftest import App, _current, quiet

CARRIERS = {
    "task": "await asyncio.create_task(aread())",
    "gather": "await asyncio.gather(aread(), asyncio.sleep(0))",
    "group": "async with asyncio.TaskGroup() as group: group.create_task(aread())",
    "to_thread": "await asyncio.to_thread(read)",
    "run_in_executor": "await asyncio.get_running_loop().run_in_executor(None, read)",
    "own executor": "await asyncio.get_running_loop().run_in_executor(POOL, read)",
    "submit": "POOL.submit(read).result()",
    "map": "list(POOL.map(lambda _: read(), [1]))",
    "wait_for": "await asyncio.wait_for(aread(), 5)",
    "call_soon": "asyncio.get_running_loop().call_soon(read); await asyncio.sleep(0)",
    "thread": "t = threading.Thread(target=read); t.start(); t.join()",
    "thread class": "t = Reader(); t.start(); t.join()",
    "timer": "t = threading.Timer(0, read); t.start(); t.join()",
    "thread in thread": "t = threading.Thread(target=within); t.start(); t.join()",
    "coroutine from a thread": "await asyncio.to_thread(back, asyncio.get_running_loop())",
    "generator": "list(rows())",
    "async generator": "[row async for row in arows()]",
}

SOURCE = """
    import asyncio, threading
    from concurrent.futures import ThreadPoolExecutor
    POOL = ThreadPoolExecutor(1)
    POOL.submit(len, "").result()
    def read():
        return open("rows.txt").read()
    async def aread():
        await asyncio.sleep(0)
        return read()
    def rows():
        yield read()
    async def arows():
        yield await aread()
    def within():
        t = threading.Thread(target=read); t.start(); t.join()
    def back(loop):
        asyncio.run_coroutine_threadsafe(aread(), loop).result()
    class Reader(threading.Thread):
        def run(self):
            read()
    async def f():
        BODY
"""


@pytest.fixture
def data(app: App) -> App:
    app.write("rows.txt", "1")
    return app


@pytest.mark.parametrize("how", CARRIERS)
def test_the_step_is_carried_into(data: App, how: str) -> None:
    module = data.module(SOURCE.replace("BODY", CARRIERS[how]))

    async def beside() -> None:
        other = data.observer.watch()  # another step is active all the while and must not be told
        try:
            watch = await data.acall(module.f)
        finally:
            other.finish()
        assert data.paths(watch) == ["rows.txt"]
        assert watch.spoiled == []
        assert other.observations == []

    asyncio.run(beside())
    module.POOL.shutdown()


def test_a_pool_that_a_step_made_does_not_carry_it_into_other_steps_work(data: App) -> None:
    module = data.module("""
        from concurrent.futures import ThreadPoolExecutor
        POOL = ThreadPoolExecutor(1)
        def first():
            POOL.submit(len, "").result()
        def read():
            open("rows.txt").close()
    """)
    first = data.observer.watch()
    token = _current.set(first)
    module.first()
    _current.reset(token)
    second = data.observer.watch()
    module.POOL.submit(module.read).result()
    assert [data.paths(watch) for watch in (first, second)] == [["rows.txt"]] * 2, "no step: every active one"
    third = data.call(lambda: module.POOL.submit(len, "").result())
    assert third.spoiled == [] == third.observations
    first.finish()
    second.finish()
    module.POOL.shutdown()


def test_an_event_without_a_step_belongs_to_every_active_step(data: App) -> None:
    module = data.module("""
        import _thread, threading
        def read(done):
            open("rows.txt").close()
            done.release()
        def bare():
            done = threading.Lock(); done.acquire()
            _thread.start_new_thread(read, (done,))
            done.acquire()
    """)
    watches = [data.observer.watch() for _ in range(2)]
    module.bare()
    for watch in watches:
        watch.finish()
    assert [data.paths(watch) for watch in watches] == [["rows.txt"]] * 2


def test_an_event_on_our_own_thread_belongs_to_nobody(data: App) -> None:
    module = data.module("def read():\n    open('rows.txt').close()")
    watch = data.observer.watch()
    thread = threading.Thread(target=module.read, name="loomwork-writer")
    thread.start()
    thread.join()
    watch.finish()
    assert watch.observations == []


def as_module(name: str) -> Callable[..., Any]:
    """Return a function that calls another one, as if it stood in a module of loomwork."""
    names: dict[str, Any] = {"__name__": name}
    exec(compile("def call(function):\n    return function()", stack.__file__, "exec"), names)
    return names["call"]


def open_rows() -> None:
    import json  # a library's code opens, on behalf of whoever called it

    with quiet():
        exec(compile("open('rows.txt').close()", json.__file__, "exec"), {"__name__": "json"})


@pytest.mark.parametrize(
    ("module", "paths"),
    [
        ("loomwork.flow.running.dataset", []),
        ("loomwork.flow.behaviour.source", []),
        ("loomwork.models.wire", []),
        ("loomwork.store.sqlite", []),
        ("loomwork.flow.engine", ["rows.txt"]),
        ("loomwork.prompts.images", ["rows.txt"]),
    ],
)
def test_what_loomwork_reads_for_itself_belongs_to_nobody(data: App, module: str, paths: list[str]) -> None:
    ours = as_module(module)
    assert data.paths(data.call(lambda: ours(open_rows))) == paths
    active = data.observer.watch()
    ours(open_rows)
    active.finish()
    assert data.paths(active) == paths


def test_what_loomwork_declares_belongs_to_the_step(data: App) -> None:
    ours = as_module("loomwork.knowledge.snapshots")
    assert data.paths(data.call(lambda: ours(lambda: observe("rows.txt")))) == ["rows.txt"]
    models = as_module("loomwork.models.wire")
    assert data.paths(data.call(lambda: models(lambda: None))) == []
    names: dict[str, Any] = {"__name__": "loomwork.models.wire", "observe": observe}
    exec(compile("def declare():\n    observe('rows.txt')", stack.__file__, "exec"), names)
    assert data.paths(data.call(names["declare"])) == ["rows.txt"]


def test_what_others_write_is_not_the_doing_of_an_active_call(data: App) -> None:
    module = data.module("""
        import os
        def read():
            return open("rows.txt").read(), open("moved.txt").read(), os.environ.get("MOOD")
    """)
    watch = data.observer.watch()
    with open("rows.txt", "w") as file:
        file.write("by another")
    (data.root / "old.txt").write_text("2")
    os.rename("old.txt", "moved.txt")
    os.environ["MOOD"] = "merry"
    token = _current.set(watch)
    with quiet():
        module.read()
    _current.reset(token)
    del os.environ["MOOD"]
    watch.finish()
    assert data.paths(watch) == ["rows.txt", "moved.txt"]
    assert len(watch.observations) == 3


def test_what_a_nested_call_reads_stays_with_the_nested_call(data: App) -> None:
    data.write("outer.txt", "1")
    module = data.module("""
        def inner():
            open("rows.txt").close()
        def outer(call):
            open("outer.txt").close()
            call()
    """)
    watches = []
    outer = data.call(module.outer, lambda: watches.append(data.call(module.inner)))
    assert data.paths(outer) == ["outer.txt"]
    assert data.paths(watches[0]) == ["rows.txt"]


OUTLIVES = {
    "task": ("LATER.append(asyncio.create_task(forever()))", "task forever outlived the call"),
    "ensure_future": ("LATER.append(asyncio.ensure_future(forever()))", "task forever outlived the call"),
    "thread": ("t = threading.Thread(target=STOP.wait, name='mine'); t.start()", "thread mine outlived the call"),
    "job": ("POOL.submit(STOP.wait)", "executor job Event.wait outlived the call"),
    "queued job": ("POOL.submit(STOP.wait); POOL.submit(len, '')", "executor job len outlived the call"),
}


@pytest.mark.parametrize("how", OUTLIVES)
def test_work_that_outlives_its_step_forbids_the_memo(data: App, how: str) -> None:
    body, reason = OUTLIVES[how]
    module = data.module(f"""
        import asyncio, threading
        from concurrent.futures import ThreadPoolExecutor
        POOL = ThreadPoolExecutor(1)
        STOP = threading.Event()
        LATER = []
        async def forever():
            await asyncio.sleep(3600)
        async def f():
            {body}
    """)

    async def run() -> None:
        watch = await data.acall(module.f)
        assert reason in watch.spoiled
        for task in module.LATER:
            task.cancel()
        await asyncio.gather(*module.LATER, return_exceptions=True)

    try:
        asyncio.run(run())
    finally:
        module.STOP.set()
        module.POOL.shutdown()


ENDS = {
    "done task": "task = asyncio.create_task(asyncio.sleep(0)); await task",
    "cancelled task": "task = asyncio.create_task(asyncio.sleep(3600)); await asyncio.sleep(0); task.cancel()",
    "timeout": "task = asyncio.wait_for(asyncio.sleep(3600), 0)\n    try: await task\n    except TimeoutError: pass",
    "cancelled job": "POOL.submit(STOP.wait, 0); POOL.submit(len, '').cancel(); POOL.shutdown()",
    "many": "await asyncio.gather(*(asyncio.sleep(0) for _ in range(500)))",
    "to_thread": "await asyncio.to_thread(len, '')",
    "own pool": "with ThreadPoolExecutor(2) as pool: pool.submit(len, '')",
}


@pytest.mark.parametrize("how", ENDS)
def test_work_that_ends_with_its_step_is_well(data: App, how: str) -> None:
    body = ENDS[how].replace("\n    ", "\n            ")
    module = data.module(f"""
        import asyncio, threading
        from concurrent.futures import ThreadPoolExecutor
        POOL = ThreadPoolExecutor(1)
        STOP = threading.Event()
        async def f():
            {body}
    """)
    assert asyncio.run(data.acall(module.f)).spoiled == []
    module.POOL.shutdown()


def test_a_task_factory_of_the_application_is_left_alone(data: App) -> None:
    module = data.module("""
        import asyncio
        async def read():
            open("rows.txt").close()
        async def f():
            made = []
            def factory(loop, coro, **kwargs):
                made.append(coro)
                return asyncio.Task(coro, loop=loop, **kwargs)
            loop = asyncio.get_running_loop()
            loop.set_task_factory(factory)
            await asyncio.create_task(read())
            assert loop.get_task_factory() is factory
            return len(made)
    """)
    watch = asyncio.run(data.acall(module.f))
    assert data.result == 1
    assert data.paths(watch) == ["rows.txt"]


def test_reading_after_the_end_of_a_call_is_not_added_to_it(data: App) -> None:
    module = data.module("def f():\n    pass\ndef read():\n    open('rows.txt').close()")
    watch = data.observer.watch()
    token = _current.set(watch)
    watch.finish()
    module.read()
    _current.reset(token)
    assert watch.observations == []
