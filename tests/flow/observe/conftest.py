"""A small project on disk whose functions run as step calls: what they read is what the tests look at."""

import asyncio
import importlib.util
import itertools
import os
import sys
import textwrap
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from loomwork.flow.observe import Observation, Observer, Watch

_numbers = itertools.count()
_current: ContextVar[Watch | None] = ContextVar("test_watch", default=None)


class App:
    """A project folder, its observer, and the manner in which the engine calls steps."""

    def __init__(self, root: Path, observer: Observer) -> None:
        self.root = root
        self.observer = observer
        self.result: Any = None

    @property
    def project(self) -> "App":
        return self

    def owns(self, filename: str) -> bool:
        return filename.startswith(str(self.root) + os.sep)

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def rest(self, *names: str) -> None:
        """Let files look as if they had been at rest for long, as far as their times can tell."""
        for name in names:
            os.utime(self.root / name, ns=(10**18, 10**18))

    def module(self, source: str) -> ModuleType:
        name = f"observed_app_{next(_numbers)}"
        path = self.write(f"{name}.py", textwrap.dedent(source))
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    def call(self, function: Callable[..., Any], *args: Any, inherit: tuple[Any, ...] = ()) -> Watch:
        watch = self.observer.watch()
        token = _current.set(watch)
        try:
            with quiet():
                self.result = function(*args)
        finally:
            watch.inherit([each.__code__ for each in inherit])
            watch.finish()
            _current.reset(token)
        return watch

    def run(self, source: str, *args: Any) -> Watch:
        """Call `f` of a new module."""
        return self.call(self.module(source).f, *args)

    async def acall(self, function: Callable[..., Any], *args: Any) -> Watch:
        watch = self.observer.watch()
        token = _current.set(watch)
        try:
            with quiet():
                self.result = await function(*args)
        finally:
            watch.finish()
            _current.reset(token)
        return watch

    def arun(self, source: str, *args: Any) -> Watch:
        return asyncio.run(self.acall(self.module(source).f, *args))

    def holds(self, watch: Watch) -> bool:
        return all(self.observer.holds(each) for each in watch.observations)

    def paths(self, watch: Watch) -> list[str]:
        return [path for each in watch.observations if (path := getattr(each, "path", None)) is not None]


@contextmanager
def quiet() -> Generator[None]:
    """The small functions under test leave their files to the garbage collector."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def named(watch: Watch) -> set[tuple[str, str]]:
    return {each.describe()[:2] for each in watch.observations}


def only(watch: Watch) -> Observation:
    assert len(watch.observations) == 1, watch.observations
    return watch.observations[0]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    root = tmp_path / "app"
    root.mkdir()
    monkeypatch.chdir(root)
    made = App.__new__(App)
    made.root = root
    observer = Observer(
        made,
        key=b"key of the store",
        current_watch=_current.get,
        own_files=lambda path: path.startswith(f"{root}/kept.db"),
    )
    made.__init__(root, observer)
    observer.install()
    yield made
    observer.close()
    for name in [name for name in sys.modules if name.startswith("observed_app_")]:
        del sys.modules[name]
