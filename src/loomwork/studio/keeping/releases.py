"""Releases, and which of them the record says is served. Reads the store; asks no server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from loomwork.store.protocols import Store
from loomwork.store.releases import PromotionRow, ReleaseRow
from loomwork.studio.wire.keys import MOST_RELEASES, KilledLine, PromotionLine, ReleaseBoard, ReleaseLine

_NS = 1e6
_HISTORY = 1_000


def board(store: Store) -> ReleaseBoard:
    """Return everything that the store says of releases."""
    promotions = store.releases.promotions(limit=_HISTORY)
    return ReleaseBoard(
        releases=tuple(_line(each, promotions) for each in store.releases.list(limit=MOST_RELEASES)),
        promotions=tuple(
            PromotionLine(at_ms=each.at_ns / _NS, release=each.release, share=each.share, by=each.by, why=each.why)
            for each in promotions[:MOST_RELEASES]
        ),
        off=tuple(
            KilledLine(what=each.what, at_ms=each.at_ns / _NS, by=each.by, why=each.why)
            for each in store.releases.killed()
        ),
    )


def _line(row: ReleaseRow, promotions: Sequence[PromotionRow]) -> ReleaseLine:
    last = next((each for each in promotions if each.release == row.id), None)
    state, share = _state(row.id, promotions)
    return ReleaseLine(
        release=row.id,
        made_ms=row.made_ns / _NS,
        note=row.note,
        state=state,
        share=share,
        promoted_ms=None if last is None else last.at_ns / _NS,
    )


def _state(release: str, promotions: Sequence[PromotionRow]) -> tuple[Literal["served", "canary", ""], float]:
    """Return what a release is by the newest promotions: whoever was given everything last ends every canary."""
    canary: PromotionRow | None = None
    for each in promotions:
        if each.share >= 1:
            beside = canary.share if canary is not None else 0.0
            if each.release == release:
                return "served", 1.0 - beside
            break
        canary = canary or each
    if canary is not None and canary.release == release and canary.share > 0:
        return "canary", canary.share
    return "", 0.0
