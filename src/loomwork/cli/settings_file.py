"""Put a model into the text of a loomwork.toml; comments, order and other tables stay. Pure; writes no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.items import Table

WHO_ANSWERS = (
    "driver", "preset", "model", "base_url", "api_key_env", "rules", "path", "route", "models", "weights",
)  # fmt: skip
"""Keys that say which model it is; the others (temperature, timeout, ...) outlive a change of model."""


def with_model(text: str, alias: str, table: Mapping[str, str], *, stale: Sequence[str] = ()) -> str:
    r"""Return the text with [models.ALIAS] saying `table`; comment lines in `stale` go.

    >>> print(with_model("# mine\n[store]\nurl = 'x'\n", "fast", {"preset": "ollama", "model": "qwen"}), end="")
    # mine
    [store]
    url = 'x'
    <BLANKLINE>
    [models.fast]
    preset = "ollama"
    model = "qwen"
    """
    kept = [line for line in text.split("\n") if line.strip() not in stale or not line.strip()]
    document: Any = tomlkit.parse("\n".join(kept))
    models: Any = document.get("models")
    if models is None or alias not in models:
        return _appended(tomlkit.dumps(document), alias, table)
    _replace(models[alias], table)
    return tomlkit.dumps(document)


def _replace(found: Table, table: Mapping[str, str]) -> None:
    """Change the keys in place: new values where old ones stood, further keys behind them."""
    for key in WHO_ANSWERS:
        if key in found and key not in table:
            del found[key]
    for key, value in table.items():
        found[key] = value


def _appended(text: str, alias: str, table: Mapping[str, str]) -> str:
    """Return the text with a new table at its end."""
    made = tomlkit.document()
    models = tomlkit.table(is_super_table=True)
    models[alias] = dict(table)
    made["models"] = models
    before = text.rstrip("\n")
    return (f"{before}\n\n" if before else "") + tomlkit.dumps(made).lstrip("\n")
