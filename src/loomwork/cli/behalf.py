"""On whose behalf a command works: from its options to a principal. Knows no permission."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loomwork.kernel.errors.cli import NobodyNamed

if TYPE_CHECKING:
    from loomwork.kernel.principals import Principal


def on_behalf(person: str | None, groups: Sequence[str] | None) -> Principal | None:
    """Return the person with their groups, the name counting as one, too; None where nobody and no group is named.

    Raises `NobodyNamed` for a name that is empty: what was meant to be somebody is not taken for nobody.
    """
    from loomwork.kernel.principals import Principal

    for option, said in (("--as", person), *(("--group", group) for group in groups or ())):
        if said is not None and not said.strip():
            raise NobodyNamed(option=option)
    if not person and not groups:
        return None
    return Principal(id=person or "", groups=frozenset((*(groups or ()), *([person] if person else []))))
