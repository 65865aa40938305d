"""What the tree of a trace needs of each span: less than its row, for traces of many. Values only; knows no SQL."""

from typing import Literal, NamedTuple


class SpanLine(NamedTuple):
    """One span in the outline of its trace."""

    span: str
    parent: str
    name: str
    kind: str
    start_ns: int
    end_ns: int
    status: Literal["ok", "error", "unset"]
    cached: bool
    model: str
    input_tokens: int
    output_tokens: int
    cost_micros: int | None
    currency: str
    mixed: object
    """What the attribute of a cost in several currencies says; None where there is none."""
    preview: str
    """The beginning of the error of what failed, else of the output, else of the input."""
    call: str
    """The recorded call that it is, or whose result it reuses; "" where it is none."""
