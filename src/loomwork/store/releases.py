"""What is kept of releases: what each is made of, which was served when, what is switched off. Knows nothing of SQL."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from loomwork.kernel.canonical import Digest


class ReleaseRow(Struct, frozen=True, kw_only=True):
    """One release."""

    id: str
    """The beginning of the hash of what it is made of."""
    made_ns: int
    manifest: bytes
    """JSON: what it is made of."""
    note: str = ""


class PromotionRow(Struct, frozen=True, kw_only=True):
    """A release was given a share of the requests."""

    at_ns: int
    release: str
    share: float = 1.0
    """1: it is what is served. Less: a canary beside what is served; 0: the canary was taken back."""
    by: str = ""
    why: str = ""


class KillRow(Struct, frozen=True, kw_only=True):
    """Something is switched off."""

    what: str
    """`model:ALIAS`, `tool:NAME` or `step:NAME`."""
    at_ns: int
    by: str = ""
    why: str = ""


class Releases(Protocol):
    """Releases, promotions, kills."""

    def keep(self, row: ReleaseRow, files: Mapping[str, bytes]) -> bool:
        """Write a release with its files, in one transaction; False where it is known already."""
        ...

    def get(self, release: str) -> ReleaseRow | None:
        """Return a release by its id or an unambiguous beginning of it. Raises `AmbiguousRelease`."""
        ...

    def list(self, *, limit: int = 50) -> Sequence[ReleaseRow]:
        """Return the newest first."""
        ...

    def files(self, release: str) -> dict[str, Digest]:
        """Return the files of a release: the names of their bodies by path."""
        ...

    def promote(self, row: PromotionRow) -> None:
        """Note that a release was given a share."""
        ...

    def promotions(self, *, limit: int = 100) -> Sequence[PromotionRow]:
        """Return the newest first."""
        ...

    def kill(self, row: KillRow) -> bool:
        """Switch something off; False where it was off already."""
        ...

    def revive(self, what: str) -> bool:
        """Switch something on again; False where it was not off."""
        ...

    def killed(self) -> Sequence[KillRow]:
        """Return what is off, oldest first."""
        ...


__all__ = ["KillRow", "PromotionRow", "ReleaseRow", "Releases"]
