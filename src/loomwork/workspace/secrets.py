"""Find secrets written out in the settings, so that they can be refused with advice. Knows shapes, no providers."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from loomwork.kernel.errors.workspace import SecretInSettings
from loomwork.workspace.problems import Path, Places

_NAME = re.compile(r"(?:^|_|-)(?:api_?key|apikey|key|token|secret|password|passwd|authorization)$", re.IGNORECASE)
_VALUE = re.compile(
    r"(?:sk|rk|pk)-[A-Za-z0-9_-]{12,}|xox[abp]-\S{10,}|gh[pousr]_\w{20,}|AKIA[0-9A-Z]{16}|Bearer \S{8,}"
)
_TIME = re.compile(r"\s*\d+(?:\.\d+)?\s*(?:ms|[smhdw])\s*")
"""A length of time, such as that of `first_token`, is no secret, whatever it is called."""
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def secrets_in(data: Mapping[str, Any], places: Places) -> Iterator[SecretInSettings]:
    """Yield a problem for every secret that stands in the file itself."""
    for path, value in _texts(data, ()):
        advice = _advice(path, value)
        if advice:
            yield SecretInSettings(advice=advice, **places.of(path))


def _advice(path: Path, value: str) -> str:
    """Say what to write instead; empty where the value is no secret."""
    name = path[-1]
    if _TIME.fullmatch(value):
        return ""
    if name.endswith("_env"):
        if _VALUE.match(value) or not _VARIABLE.fullmatch(value):
            return f'put it into an environment variable and write that variable\'s name: {name} = "MY_API_KEY"'
        return ""
    if _NAME.search(name) or _VALUE.search(value):
        named = name if name.endswith("_env") or not _NAME.search(name) else f"{name}_env"
        return (
            f'put it into an environment variable and name that: {named} = "MY_API_KEY"; and revoke it if it was shared'
        )
    if "://" in value and urlsplit(value).password:
        variable = "__".join(part.upper().replace("-", "_") for part in path)
        return f"leave the password out (~/.pgpass), or give the whole address by LOOMWORK_{variable}"
    return ""


def _texts(data: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(data, str):
        if path:
            yield path, data
    elif isinstance(data, Mapping):
        for key, value in cast("Mapping[str, object]", data).items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for at, value in enumerate(cast("list[object]", data)):
            yield from _texts(value, (*path, str(at)))
