"""A scripted history: what is planted in each of 20 runs, and the status that each case must have after it.

Both were written by hand, column by column; neither is computed from the other.
"""

from __future__ import annotations

from typing import NamedTuple

RUNS = 20
QUESTIONS = {
    "a": "Where is my parcel from Hamburg?",
    "b": "Do you sell green tea in tins?",
    "c": "Can a gift card be paid back?",
    "d": "Which water suits black tea best?",
    "e": "When does the shop open on Sundays?",
    "f": "How long may opened packets be returned?",
    "g": "Please cancel order 4711 at once",
    "h": "Change the address of my subscription",
    "i": "Send the invoice for March again",
    "j": "Is the large pot made of cast iron or of clay",
    "k": "Is the small pot made of cast iron or of clay",
}
"""`j` and `k` are near each other; `g` and `h` fail with the same error from the same step."""

# .: right   w: a wrong answer   e: an error   ~: of three trials one is wrong
PLANTED = {
    "a": "ww..ww...." + "...ww...w.",
    "b": ".www....ww" + ".....ww...",
    "c": "wwwwwwwwww" + "wwwwwwwwww",
    "d": "...w......" + "..w...~...",
    "e": "......ww.." + "w...w.....",
    "f": ".........." + "......~...",
    "g": ".ee......." + "........e.",
    "h": "..e..e...." + ".e........",
    "i": "e.......e." + "..........",
    "j": "..w......." + ".w........",
    "k": "..ww......" + "..........",
}
GROWN = 6
"""From this run on the dataset is in another order and has more rows."""
UNSCORED = 9
SHORT = 12
"""Only the first seven rows of the dataset (then: three new ones, k, j, i, h) are run."""
OTHERWISE = 15
"""The scorer is set in another way."""
TRIALS = 17
"""Three trials a row."""

# ' ': no case   o: open   t: triaged   f: fixed   r: regressed   c: closed   x: stays as it is
EXPECTED = {
    "a": "ooffrrffff" + "fffrrfffrf",
    "b": " ooofffffr" + "fffccrrfff",
    "c": "oooo" + "tttttt" + "ttttttttxx",
    "d": "   offffff" + "ffrfffrfff",
    "e": "      ooof" + "rrffffffff",
    "f": "          " + "      offf",
    "g": " ooffrffff" + "frffffffrf",
    "i": "offfffffrf" + "ffffffffff",
    "j": "  ooffffff" + "frffffffff",
}
"""The case of `g` is that of `h`, too, and the case of `j` that of `k`."""


class Deed(NamedTuple):
    """What a person does after a run."""

    run: int
    case: str
    what: str


DEEDS = (Deed(4, "c", "assign"), Deed(13, "b", "close"), Deed(18, "c", "wontfix"))


def turns() -> int:
    """How many regressions and fixes are planted."""
    return sum(one != two for row in PLANTED.values() for one, two in zip("." + row, row, strict=False))
