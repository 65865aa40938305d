"""On whose behalf a command works: from its options to a principal. Knows no permission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from loomwork.kernel.principals import Principal


def on_behalf(person: str | None, groups: Sequence[str] | None) -> Principal | None:
    """Return the person with their groups, the name counting as one, too; None where nobody and no group is named."""
    from loomwork.kernel.principals import Principal

    if not person and not groups:
        return None
    return Principal(id=person or "", groups=frozenset((*(groups or ()), *([person] if person else []))))
