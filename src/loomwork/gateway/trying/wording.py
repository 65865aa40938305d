"""What people read on a page, in both languages where the settings say both. Knows no page.

>>> words_of(InBoth(en="Returns", zh="退货")).zh, words_of(NOTHING, "Answer").zh
('退货', 'Answer')
"""

from __future__ import annotations

from typing import Annotated, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict

from loomwork.gateway.trying.values import Words

Language = Literal["en", "zh"]


_OURS: dict[str, Language] = {"en": "en", "zh": "zh"}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class InBoth(_Table):
    """A text in both languages."""

    en: str
    zh: str


def _in_both(given: object) -> object:
    if isinstance(given, str):
        return {"en": given, "zh": given}
    if isinstance(given, dict | InBoth):
        return cast("object", given)
    raise ValueError('it must be a text, or {en = "...", zh = "..."}')


NOTHING = InBoth(en="", zh="")
Wording = Annotated[InBoth, BeforeValidator(_in_both)]
"""A text for everybody, or one a language: `{en = "...", zh = "..."}`."""


class FieldTable(_Table):
    """A field of a form: what it is called, and what is said beneath it."""

    label: Wording = NOTHING
    about: Wording = NOTHING


def words_of(given: InBoth, default: str = "") -> Words:
    """Return a text in both languages; where nothing is given, the default."""
    return Words(en=given.en or default, zh=given.zh or default)


def language_of(accepted: str) -> Language:
    """Return which of our languages a client likes better, as `Accept-Language` says it.

    >>> language_of("zh-CN,zh;q=0.9,en;q=0.8"), language_of("de, en;q=0.5, zh;q=0.4"), language_of("")
    ('zh', 'en', 'en')
    """
    best: Language = "en"
    most = 0.0
    for piece in accepted[:500].split(","):
        name, _, said = piece.strip().partition(";")
        language = name.strip().lower().partition("-")[0]
        weight = _weight(said)
        if weight > most and language in _OURS:
            best, most = _OURS[language], weight
    return best


def _weight(said: str) -> float:
    try:
        return float(said.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0
