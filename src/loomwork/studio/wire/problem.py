"""How the API says that something is wrong. Knows no status code."""

from msgspec import Struct


class Told(Struct, frozen=True, kw_only=True):
    """An error's words in one language."""

    what: str
    todo: str


class Problem(Struct, frozen=True, kw_only=True):
    """What is wrong and what to do, in both languages: the page shows its own."""

    kind: str
    en: Told
    zh: Told
