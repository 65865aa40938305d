"""On whose behalf something happens. Knows nothing of how they proved it."""

from msgspec import Struct

from loomwork.kernel.labels import Labels

EVERYONE = "everyone"
"""The group that every principal is in."""


class Principal(Struct, frozen=True, kw_only=True):
    """A person or a program and the groups they are in.

    >>> ada = Principal(id="ada", groups=frozenset({"staff"}))
    >>> sorted(ada.effective_groups)
    ['everyone', 'staff', 'user:ada']
    """

    id: str = ""
    """Empty: nobody in particular (the owner of the machine)."""
    groups: frozenset[str] = frozenset()

    @property
    def effective_groups(self) -> frozenset[str]:
        """The groups that permissions are checked against: their own, `everyone`, and `user:ID` for one alone."""
        alone = {f"user:{self.id}"} if self.id else set[str]()
        return self.groups | {EVERYONE} | alone

    def may_see(self, labels: Labels) -> bool:
        """Say whether a value so labelled may be shown to them."""
        return labels.readers is None or not labels.readers.isdisjoint(self.effective_groups)


NOBODY = Principal()
"""The principal of a run that names none: sees what everyone may see."""
