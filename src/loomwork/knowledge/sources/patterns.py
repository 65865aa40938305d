"""Which files of a folder are documents: patterns of paths. Knows no file system."""

import re
from collections.abc import Sequence
from functools import lru_cache

_NEVER = frozenset({"__pycache__", "node_modules", "__MACOSX", "Thumbs.db", "desktop.ini", "ehthumbs.db"})
_OPEN_IN_OFFICE = "~$"


def hidden(name: str) -> bool:
    """Say whether a file or folder is none that a person keeps documents in.

    >>> hidden(".git"), hidden("~$report.docx"), hidden("report.docx")
    (True, True, False)
    """
    return name.startswith((".", _OPEN_IN_OFFICE)) or name in _NEVER


class Patterns:
    """What is taken and what is left.

    A pattern with a slash is of the whole path, one without of any name in it; `*` and `?` stay within a name, `**`
    goes through folders, and a folder's pattern is one of all that it holds.

    >>> wanted = Patterns(["*.md"], ["drafts/", "old/**/x.md"])
    >>> [wanted.take(path) for path in ("a.md", "b/c.md", "a.txt", "b/drafts/c.md", "old/y/x.md")]
    [True, True, False, False, False]
    """

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = ()) -> None:
        self._include = [_compiled(pattern) for pattern in include]
        self._exclude = [_compiled(pattern) for pattern in exclude]

    def take(self, path: str) -> bool:
        """Say whether a path (with forward slashes) is wanted."""
        if self._include and not any(pattern.search(path) for pattern in self._include):
            return False
        return not any(pattern.search(path) for pattern in self._exclude)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    anchored = "/" in pattern.rstrip("/")
    pattern = pattern.strip("/").removeprefix("./")
    written = "".join(_MEANT.get(part, re.escape(part)) for part in re.split(r"(\*\*/|\*\*|\*|\?)", pattern))
    return re.compile(("^" if anchored else "(?:^|/)") + written + "(?:$|/)")


_MEANT = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
