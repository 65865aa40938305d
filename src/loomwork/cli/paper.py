"""Where text for people goes: a stream with a width, and colours where they are wanted. Knows no words."""

from __future__ import annotations

import os
import shutil
from typing import Literal, TextIO

Style = Literal["", "bold", "dim", "red", "green", "yellow", "cyan"]
_CODES: dict[Style, str] = {
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36",
}  # fmt: skip
_NARROWEST = 40
_USUAL = 80


class Paper:
    """One stream as a place to write on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_terminal = stream.isatty()
        self._coloured = self.is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """How many columns a line has; 80 where nothing says otherwise."""
        return max(_NARROWEST, shutil.get_terminal_size((_USUAL, 24)).columns)

    def styled(self, text: str, style: Style) -> str:
        """Return the text with the codes of a style around it, where colours are wanted."""
        if not self._coloured or not style or not text:
            return text
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m"

    def print(self, text: str = "", *, style: Style = "", end: str = "\n") -> None:
        """Write a text; what the stream's encoding cannot say becomes a question mark."""
        shown = self.styled(text, style) + end
        encoding = self._stream.encoding or "utf-8"
        self._stream.write(shown.encode(encoding, "replace").decode(encoding))
        self._stream.flush()
