"""Values as a person reads them."""

from functools import singledispatch


@singledispatch
def shown(value: object) -> str:
    """Anything else."""
    return str(value)


@shown.register
def _(value: int) -> str:
    return f"#{value}"


@shown.register
def _(value: tuple) -> str:
    return ", ".join(value) or "nothing"
