"""The text that a module was loaded from. Knows nothing of what it means.

A module loaded by `loader.FreshLoader` carries its own source, so that a later edit of the file is not mistaken for
what runs; any other module is read once, when first asked for.
"""

from __future__ import annotations

import linecache
import tokenize
from io import BytesIO
from types import CodeType, ModuleType


def decoded(data: bytes) -> str:
    """Return Python source as text, by its own coding line."""
    try:
        encoding, _ = tokenize.detect_encoding(BytesIO(data).readline)
        return data.decode(encoding, "replace")
    except SyntaxError:
        return data.decode("utf-8", "replace")


def typed_cells() -> list[str]:
    """Return the file names of code that was typed into this process (notebook cells), oldest first."""
    begins = ("<ipython-input", "<cell", "<marimo")
    return [name for name in linecache.cache if name.startswith(begins) or "/ipykernel_" in name]


class Sources:
    """Module sources, each read once."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def of_module(self, module: ModuleType) -> str | None:
        """Return the text that a module was loaded from, or None where it is not known."""
        loader = getattr(getattr(module, "__spec__", None), "loader", None)
        loaded = getattr(loader, "loaded_source", None)
        file = getattr(module, "__file__", None)
        if isinstance(loaded, bytes) and isinstance(file, str):
            text = decoded(loaded)
            self._texts[file] = text
            return text
        return self.of_file(file) if isinstance(file, str) else None

    def of_file(self, filename: str) -> str | None:
        """Return a file's text, or a typed cell's."""
        known = self._texts.get(filename)
        if known is None:
            known = self._read(filename)
            if known is not None:
                self._texts[filename] = known
        return known

    def segment(self, code: CodeType) -> str | None:
        """Return the lines that a function's code was written in."""
        text = self.of_file(code.co_filename)
        if text is None:
            return None
        last = max((line for _, _, line in code.co_lines() if line is not None), default=code.co_firstlineno)
        last = max(last, max((_last_line(each) for each in code.co_consts if isinstance(each, CodeType)), default=0))
        lines = text.splitlines()[code.co_firstlineno - 1 : last]
        return "\n".join(lines) or None

    def _read(self, filename: str) -> str | None:
        if filename.startswith("<") or "/ipykernel_" in filename:
            return "".join(linecache.getlines(filename)) or None
        if not filename.endswith((".py", ".pyw")):
            return None
        try:
            with open(filename, "rb") as file:
                return decoded(file.read())
        except OSError:
            return None


def _last_line(code: CodeType) -> int:
    own = max((line for _, _, line in code.co_lines() if line is not None), default=0)
    return max([own, *(_last_line(each) for each in code.co_consts if isinstance(each, CodeType))])
