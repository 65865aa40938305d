"""How urgent a ticket is, by rules."""

from collections.abc import Callable
from functools import partial, wraps

from loomwork import step


def at_least(floor: int) -> Callable[[int], int]:
    """A function that lets nothing fall below `floor`."""

    def apply(score: int) -> int:
        return max(floor, score)

    return apply


def at_most(limit: int) -> Callable[[Callable[[str], int]], Callable[[str], int]]:
    """A decorator that lets nothing rise above `limit`."""

    def wrap(function: Callable[[str], int]) -> Callable[[str], int]:
        @wraps(function)
        def inner(text: str) -> int:
            return min(limit, function(text))

        return inner

    return wrap


def scale(score: int, factor: int) -> int:
    """A score, made heavier."""
    return score * factor


class Rule:
    """One thing that makes a ticket urgent."""

    weight = 1

    def base(self, text: str) -> int:
        """How often the thing is seen."""
        return 0

    def score(self, text: str) -> int:
        """What the rule adds."""
        return self.weight * self.base(text)


class UrgentRule(Rule):
    """The customer says so."""

    def base(self, text: str) -> int:
        return 5 if "urgent" in text.lower() else 0


class LengthRule(Rule):
    """Long messages are from worried people."""

    def base(self, text: str) -> int:
        return len(text.split()) // 10


RULES = (UrgentRule(), LengthRule())
BASE = {
    "email": lambda text: 2 if "money" in text else 1,
    "chat": lambda text: 3,
}
SHORT, LONG = lambda text: len(text) < 50, lambda text: len(text) > 56

floor_of_three = at_least(3)
double = partial(scale, factor=2)


@at_most(9)
def from_rules(text: str) -> int:
    """What all rules add together."""
    return sum(rule.score(text) for rule in RULES)


@step
def priority(text: str, source: str) -> int:
    """A number; higher is sooner."""
    base = BASE.get(source, lambda text: 4)(text)
    return floor_of_three(double(base) + from_rules(text)) + LONG(text) - SHORT(text)
