"""Read a company's dictionary from its file. Knows nothing of terms."""

import os
import threading
import tomllib
from pathlib import Path
from typing import Any, cast

from loomwork.kernel.canonical import Digest, combine, digest
from loomwork.kernel.errors.knowledge_base import BadDictionary
from loomwork.knowledge.words import Dictionary, Words

_KEYS = {"synonyms", "protected"}


def read_dictionary(path: Path) -> Dictionary:
    """Return the dictionary in a TOML file. Raises `BadDictionary`."""
    try:
        said: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadDictionary(path=path, reason=str(error)) from None
    strange = sorted(set(said) - _KEYS)
    if strange:
        raise BadDictionary(path=path, reason=f"'{strange[0]}' means nothing here")
    groups = said.get("synonyms", [])
    if not isinstance(groups, list) or not all(_is_words(group) for group in cast("list[object]", groups)):
        raise BadDictionary(path=path, reason="'synonyms' must be a list of lists of words")
    protected = said.get("protected", [])
    if not _is_words(protected):
        raise BadDictionary(path=path, reason="'protected' must be a list of words")
    synonyms = tuple([tuple(group) for group in cast("list[list[str]]", groups)])
    return Dictionary(synonyms=synonyms, protected=tuple(protected))


def _is_words(said: object) -> bool:
    return isinstance(said, list) and all(isinstance(each, str) for each in cast("list[object]", said))


class Reader:
    """The words of a base, read again when the dictionary's file has changed.

    Args:
        path: Where the dictionary is; None: there is none.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp: object = None
        self._words: Words | None = None
        self._dictionary = Dictionary()

    def words(self) -> Words:
        """Return the words as the file is now. Raises `BadDictionary`."""
        stamp = _stamp(self._path)
        with self._lock:
            if self._words is None or stamp != self._stamp:
                self._dictionary = Dictionary() if self._path is None else read_dictionary(self._path)
                self._words, self._stamp = Words(self._dictionary), stamp
            return self._words

    def identity(self) -> Digest:
        """Return what the terms of queries depend on: synonyms, too."""
        words = self.words()
        return combine(words.identity, digest(self._dictionary.synonyms))


def _stamp(path: Path | None) -> object:
    if path is None:
        return None
    try:
        found = os.stat(path)
    except OSError:
        return "missing"
    return found.st_size, found.st_mtime_ns, found.st_ino
