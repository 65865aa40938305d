"""What a person may say about a file that rows are read from. Values only."""

from typing import Literal

from msgspec import Struct


class Options(Struct, frozen=True, kw_only=True):
    """What is not said is recognised."""

    encoding: str = ""
    delimiter: str = ""
    types: Literal["text", "guess"] = "text"
    """Whether columns of a table stay text, or become numbers and truth values where all of their values are such."""
