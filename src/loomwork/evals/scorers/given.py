"""What settings may say: one of several words, or a number that is not too small. Knows no scorer."""

from __future__ import annotations

from collections.abc import Iterable

from loomwork.kernel.errors.evals_scorers import NotAChoice, SettingTooSmall


def one_of(scorer: str, known: Iterable[str], **settings: object) -> None:
    """Raise `NotAChoice` for the first setting that is none of the known words."""
    words = list(known)
    for setting, given in settings.items():
        if given not in words:
            raise NotAChoice(name=scorer, setting=setting, given=given, known=", ".join(words))


def at_least(scorer: str, least: float, **settings: float) -> None:
    """Raise `SettingTooSmall` for the first setting that is below `least`."""
    for setting, given in settings.items():
        if not given >= least:
            raise SettingTooSmall(name=scorer, setting=setting, given=given, least=f"{least:g}")
