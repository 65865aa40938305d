"""`Workspace.open`: settings become live objects, put together in one place. Knows no command and no transport."""

import logging
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, cast

from loomwork.flow.behaviour import Project
from loomwork.flow.context import Frame, current_frame, enter
from loomwork.flow.runtime import Runtime
from loomwork.kernel.clock import Clock, SystemClock
from loomwork.kernel.errors.models import UnknownModel
from loomwork.kernel.ids import Ids
from loomwork.models.catalog import Catalog
from loomwork.models.metering import book
from loomwork.prompts.origins import name_of
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.trace.feed import Feed, meeting_place
from loomwork.trace.recorder import Recorder
from loomwork.workspace.bound import BUILTINS, BoundModels
from loomwork.workspace.finding import find_project, home_of
from loomwork.workspace.folder import environment_key, make_folder, stored_key
from loomwork.workspace.knowing import BUILTINS as SEARCHES
from loomwork.workspace.knowing import SERVICE, Knowing
from loomwork.workspace.model_tables import model_settings, with_routes
from loomwork.workspace.replaced import ReplacingObserver
from loomwork.workspace.resolving import HANDLES
from loomwork.workspace.settings import Settings, load_settings

Writing = Literal["all", "nothing"]
Entering = Literal["now", "never"]
_SQLITE = "sqlite:///"
_MEMORY = "sqlite:///:memory:"
log = logging.getLogger("loomwork")


class Workspace:
    """An open project. Close it when done, or use it in a `with` block.

    While it is open, step calls made in this context are keyed, memoised and traced.
    """

    def __init__(
        self,
        *,
        project: Path,
        settings: Settings,
        runtime: Runtime,
        catalog: Catalog,
        knowledge: Knowing,
        root: Frame,
    ) -> None:
        self.project = project
        self.settings = settings
        self.runtime = runtime
        self.models = catalog
        self.knowledge = knowledge
        self.root = root
        self._before: Frame | None = None
        self._open = True
        self._entered = False

    @classmethod
    def open(
        cls,
        project: Path | str | None = None,
        *,
        store_url: str | None = None,
        writing: Writing = "all",
        entering: Entering = "now",
        prompts: Mapping[str, Path] | None = None,
        models: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        ids: Ids | None = None,
    ) -> "Workspace":
        """Open a project.

        Args:
            project: Its folder, or one below it; the default is the current folder.
            store_url: In the place of the settings' [store] url.
            writing: "nothing" makes no folder and no store where there are none (`plan`).
            entering: "now" makes the calls of this context steps of the workspace; "never" leaves that to the caller.
            prompts: Files in the place of prompts, by their names (`replay --set prompt:...`).
            models: Aliases in the place of aliases (`replay --set model:...`).
            environ: In the place of the process's environment.
            clock: In the place of the machine's.
            ids: In the place of random ones.

        Raises:
            WrongSettings: with every problem of loomwork.toml at once.
            UnknownModel: `models` names what is not there.
        """
        folder = find_project(Path(project) if project is not None else None)
        env = os.environ if environ is None else environ
        settings = load_settings(folder, env)
        clock = clock or SystemClock()
        store = _store(store_url or settings.store.url, folder, writing, clock)
        try:
            made = _assemble(
                folder,
                settings,
                store,
                writing=writing,
                clock=clock,
                ids=ids or Ids(clock=clock),
                environ=env,
                prompts=prompts or {},
                models=models or {},
            )
        except BaseException:
            store.close()
            raise
        if entering == "now":
            made._enter()
        return made

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return self.runtime.store

    def close(self) -> None:
        """Write what is left to write and let go of everything. A second call does nothing.

        Connections to models are closed by the event loop that opened them, when it ends.
        """
        if not self._open:
            return
        self._open = False
        if self._entered:
            enter(self._before)
        self.runtime.live.close()
        self.runtime.observer.close()
        self.runtime.recorder.close()
        self.store.close()

    def __enter__(self) -> "Workspace":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _enter(self) -> None:
        self._before = current_frame()
        self._entered = True
        enter(self.root)


def _assemble(
    folder: Path,
    settings: Settings,
    store: Store,
    *,
    writing: Writing,
    clock: Clock,
    ids: Ids,
    environ: Mapping[str, str],
    prompts: Mapping[str, Path],
    models: Mapping[str, str],
) -> Workspace:
    project = Project(folder, tuple((folder / root).resolve() for root in settings.project.roots))
    key = environment_key(folder) if writing == "all" else stored_key(folder)
    routes = {name: table.model_dump() for name, table in settings.gateway.routes.items()}
    tables = model_settings(_replaced(with_routes(settings.models, routes), models))
    catalog = Catalog(tables, env=environ, clock=clock, root=folder, on_attempt=book)
    bound = BoundModels(catalog)
    knowing = Knowing(settings.knowledge, project, catalog, bound)
    overrides = {name_of(name): Path(path).absolute() for name, path in prompts.items()}
    runtime = Runtime(
        project=project,
        store=store,
        recorder=Recorder(store.spans, clock=clock, ids=ids),
        observer=ReplacingObserver(project, key=key, prompts=overrides).install(),
        services={"models": catalog, HANDLES: bound, SERVICE: knowing, "prompt_overrides": overrides},
        builtins=(*BUILTINS, *SEARCHES),
        clock=clock,
        ids=ids,
        live=_feed(home_of(folder)) if writing == "all" else None,
        secrets=tuple(secrets_of(settings.model_dump(), environ)),
        warn=_warn,
    )
    bound.root = runtime.root()
    return Workspace(
        project=folder, settings=settings, runtime=runtime, catalog=catalog, knowledge=knowing, root=bound.root
    )


def _feed(folder: Path) -> Feed | None:
    """Return what tells the project's watchers of work in progress."""
    place = meeting_place(folder)
    return None if place is None else Feed(place)


def _store(url: str, project: Path, writing: Writing, clock: Clock) -> Store:
    """Open the store; the path of a SQLite file is taken from the project folder."""
    if url.startswith(_SQLITE) and url != _MEMORY:
        path = project / url.removeprefix(_SQLITE)
        if writing == "nothing" and not path.exists():
            return open_store(_MEMORY, clock=clock)
        url = f"{_SQLITE}{path}"
    if writing == "all":
        make_folder(project)
    return open_store(url, clock=clock)


def _replaced(models: Mapping[str, dict[str, Any]], replacing: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the model tables with some taken from another alias. Raises `UnknownModel`."""
    for name in (*replacing, *replacing.values()):
        if name not in models:
            raise UnknownModel(name=name, known=list(models))
    return {name: models[replacing.get(name, name)] for name in models}


def secrets_of(tables: object, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of the variables that settings name as holding secrets."""
    if isinstance(tables, Mapping):
        for key, value in cast("Mapping[str, object]", tables).items():
            if key.endswith("_env") and isinstance(value, str):
                yield environ.get(value, "")
            else:
                yield from secrets_of(value, environ)


def _warn(key: str, fields: Mapping[str, object]) -> None:
    log.warning("%s %s", key, dict(fields))
