"""What can be seen to be wrong before anything is run or paid for: keys that no row has. Reads rows, asks nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from loomwork.evals.evaluating.figures import given_of, short_values
from loomwork.evals.scoring.chosen import Chosen
from loomwork.flow.running import Dataset
from loomwork.kernel.errors.evals import BadScorer, NoSuchCluster
from loomwork.kernel.errors.phrases import Nothing
from loomwork.store.protocols import Store

_SETTING_OR_KEY = {"regex": "pattern"}
"""What a scorer needs as a setting or as a key of the row, by its name."""


def rows_of_data(data: Dataset, limit: int | None) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a file as they would be run."""
    return ({**row.arguments, **row.metadata} for row in data.rows(limit=limit))


def rows_of_run(store: Store, run: str) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a run, a row with trials as often as it was tried."""
    return (given_of(store, item) for item in store.runs.items(run))


def check_keys(rows: Iterator[Mapping[str, Any]], chosen: Sequence[Chosen], cluster: str) -> None:
    """Hold that some row has what is needed; reads no further than it must. Without rows there is nothing to say.

    Raises:
        NoSuchCluster: No row has the key that rows belong together by.
        BadScorer: A scorer needs a setting, and no row has it as a key either.
    """
    needed = dict(found for each in chosen if (found := _needed(each))[1])
    known: dict[str, None] = {}
    keys: set[str] = set()
    seen = 0
    for row in rows if needed or cluster else islice(rows, 0):
        seen += 1
        keys.update(row)
        known.update(dict.fromkeys(name for name, _ in short_values(row)))
        if keys.issuperset(needed.values()) and (not cluster or cluster in known):
            return
    if seen and cluster and cluster not in known:
        raise NoSuchCluster(key=cluster, known=", ".join(known) or Nothing())
    for name, key in needed.items():
        if seen and key not in keys:
            raise BadScorer(name=name, reason=f"it needs {key}=..., or rows with the key '{key}'")


def _needed(each: Chosen) -> tuple[str, str]:
    """Return a scorer's name, and the key that rows must have for it: empty where it is set or needs none."""
    scorer: Any = each.scorer
    key = _SETTING_OR_KEY.get(scorer.name, "")
    return scorer.name, "" if each.settings.get(key) else key
