"""Where a value came from and who may see it; how the two join. Knows nothing of policies.

Literature: Denning, "A lattice model of secure information flow" (1976); both halves are lattices, `join` is their
least upper bound, so order and grouping of joins do not matter.
"""

from collections.abc import Iterable
from typing import Literal, get_args

from msgspec import Struct

Origin = Literal["system", "developer", "user", "tool", "retrieved", "web", "model"]
"""Who wrote a value, from the most to the least trusted."""

ORIGINS: tuple[Origin, ...] = get_args(Origin)


class Labels(Struct, frozen=True, kw_only=True, gc=False):
    """The origins that went into a value, and the groups that may see it.

    >>> web = Labels(origins=frozenset({"web"}), readers=frozenset({"staff", "board"}))
    >>> mine = Labels(origins=frozenset({"user"}), readers=frozenset({"staff"}))
    >>> joined = web.join(mine)
    >>> joined.integrity, sorted(joined.readers)
    ('web', ['staff'])
    """

    origins: frozenset[Origin] = frozenset()
    """Empty: nothing from outside the program."""
    readers: frozenset[str] | None = None
    """None: everybody."""

    @property
    def integrity(self) -> Origin:
        """The least trusted origin; a value without any is the program's own."""
        return max(self.origins, key=ORIGINS.index) if self.origins else "system"

    def join(self, other: "Labels") -> "Labels":
        """Return the labels of what is made from both: all origins, only the common readers."""
        if other.readers is None and not other.origins:
            return self
        if self.readers is None and not self.origins:
            return other
        if self.readers is None or other.readers is None:
            readers = other.readers if self.readers is None else self.readers
        else:
            readers = self.readers & other.readers
        return Labels(origins=self.origins | other.origins, readers=readers)

    def trusted_as(self, least: Origin) -> bool:
        """Say whether nothing less trusted than `least` went in."""
        return ORIGINS.index(self.integrity) <= ORIGINS.index(least)


def join(labels: Iterable[Labels]) -> Labels:
    """Return the join of all; of none, the program's own label that everybody may see."""
    joined = Labels()
    for label in labels:
        joined = joined.join(label)
    return joined
