"""loomwork.toml and LOOMWORK_ variables as one checked value. Opens nothing and calls nobody.

Every problem is found at once and names file, line and the nearest valid key (`WrongSettings`). Without a file the
defaults hold.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from loomwork.gateway.settings import GatewayTable, ServeTable
from loomwork.kernel.errors.kernel import BadMoney
from loomwork.kernel.errors.workspace import BadToml, SecretInSettings, SettingsError, WrongSettings
from loomwork.kernel.usage import Money
from loomwork.monitor.settings import AlertTable, MonitorTable
from loomwork.prompts.locating import PROJECT_FILE
from loomwork.workspace.environment import Override, applied, overrides
from loomwork.workspace.knowledge_tables import knowledge_problems
from loomwork.workspace.model_tables import model_problems, route_problems
from loomwork.workspace.positions import positions
from loomwork.workspace.problems import Places, problems_of, unknown_variables
from loomwork.workspace.secrets import secrets_in

DEFAULT_STORE = "sqlite:///.loomwork/store.db"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class StoreTable(_Table):
    """Where everything is kept."""

    url: str = DEFAULT_STORE
    """`sqlite:///path` (relative to the project) or `postgresql://...`."""


class RunTable(_Table):
    """Defaults of `loomwork run`."""

    concurrency: int = Field(default=16, ge=1, le=10_000)
    """Items at once."""
    max_cost: str | None = None
    """For example "5USD"; the default is no limit."""

    @field_validator("max_cost")
    @classmethod
    def _is_money(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                Money.parse(text)
            except BadMoney as bad:
                raise ValueError("write a number and a currency, for example 5USD") from bad
        return text


class ProjectTable(_Table):
    """What belongs to the application."""

    roots: list[str] = []
    """Folders of application code outside the project folder: an edit there counts like one inside."""


class ReleasesTable(_Table):
    """What belongs to a release beside code, prompts, settings and snapshots."""

    files: list[str] = []
    """Patterns of further files that steps read and that a release must keep, for example "rules/*.json"."""


class Settings(BaseSettings):
    """All settings of a project."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, strict=True)

    models: dict[str, dict[str, Any]] = {}
    """What each table may hold is the models' matter (`loomwork.models`)."""
    knowledge: dict[str, dict[str, Any]] = {}
    scorers: dict[str, dict[str, Any]] = {}
    """`use` names a scorer, the other keys are its settings (`loomwork.evals.scoring.chosen`)."""
    serve: dict[str, ServeTable] = {}
    guard: dict[str, Any] = {}
    gateway: GatewayTable = GatewayTable()
    store: StoreTable = StoreTable()
    run: RunTable = RunTable()
    project: ProjectTable = ProjectTable()
    releases: ReleasesTable = ReleasesTable()
    monitor: MonitorTable = MonitorTable()
    alerts: dict[str, AlertTable] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take the merged tables only: ours keep the line and the variable of every value, for messages."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def load_settings(project: Path, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a project: defaults, then its loomwork.toml, then LOOMWORK_ variables.

    Raises:
        WrongSettings: with every problem found, in `problems`.
    """
    changes = list(overrides(os.environ if environ is None else environ))
    return read_settings(_text_of(project / PROJECT_FILE), changes)


def read_settings(text: str, changes: list[Override]) -> Settings:
    """Return the settings that a file's text and overrides come to. Raises `WrongSettings`."""
    data = _parsed(text)
    places = Places(PROJECT_FILE, positions(text), changes)
    found: list[SettingsError] = [*secrets_in(data, places), *unknown_variables(changes, Settings)]
    for change in changes:
        if change.names[0] in Settings.model_fields:
            data = applied(data, change)
    settings: Settings | None = None
    try:
        settings = Settings(**data)
    except ValidationError as bad:
        found += problems_of(bad, Settings, places, data)
    secret = {str(problem.fields["key"]) for problem in found if isinstance(problem, SecretInSettings)}
    found = [each for each in found if isinstance(each, SecretInSettings) or not _holds(each, secret)]
    misfits = [
        *model_problems(_tables(data.get("models")), places),
        *route_problems(_tables(_table(data.get("gateway")).get("routes")), _tables(data.get("models")), places),
        *knowledge_problems(_tables(data.get("knowledge")), places),
    ]
    found += (problem for problem in misfits if problem.fields["key"] not in secret)
    if found or settings is None:
        raise _wrong(found)
    return settings


def _holds(problem: SettingsError, secret: set[str]) -> bool:
    """Say whether a problem is about a place in which a secret stands: that is the one thing to say of it."""
    key = str(problem.fields.get("key", ""))
    return any(each == key or each.startswith(f"{key}.") for each in secret) if key else False


def _wrong(found: list[SettingsError]) -> WrongSettings:
    ordered = tuple(sorted(found, key=lambda problem: (str(problem.fields.get("line", 0)).zfill(6), str(problem))))
    listed = "\n".join(f"  {problem}" for problem in ordered)
    return WrongSettings(count=len(ordered), listed=listed, problems=ordered)


def _tables(named: object) -> dict[str, dict[str, Any]]:
    """Return those named tables that are tables; pydantic speaks about the others."""
    items = cast("dict[str, object]", named).items() if isinstance(named, dict) else ()
    return {name: cast("dict[str, Any]", table) for name, table in items if isinstance(table, dict)}


def _table(found: object) -> dict[str, Any]:
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as bad:
        reason, _, where = str(bad).partition(" (at line ")
        line = int(where.split(",")[0]) if where else text.count("\n") + 1
        place = f"{PROJECT_FILE}:{line}"
        raise _wrong([BadToml(file=PROJECT_FILE, line=line, place=place, reason=reason)]) from None


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as bad:
        raise _wrong([BadToml(file=PROJECT_FILE, line=1, place=f"{PROJECT_FILE}:1", reason=str(bad))]) from None
