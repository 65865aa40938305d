"""The values that travel between the steps."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Category(Enum):
    """What a ticket is about."""

    BILLING = "billing"
    ACCESS = "access"
    DELIVERY = "delivery"
    OTHER = "other"


@dataclass(frozen=True)
class Ticket:
    """One message of a customer, cleaned."""

    id: str
    subject: str
    text: str
    source: str

    def headline(self, width: int = 40) -> str:
        """The subject and where it came from."""
        return f"{self.subject} ({self.source})"[:width]


@dataclass(frozen=True)
class Label:
    """What the classifier said."""

    category: Category
    raw: str

    @property
    def tag(self) -> str:
        """A short name that tells two answers apart."""
        return f"{self.category.value}-{self.raw[:8]}"


class Passage(NamedTuple):
    """A piece of the handbook."""

    id: str
    text: str


@dataclass(frozen=True)
class Answer:
    """A drafted reply and the articles behind it."""

    text: str
    sources: tuple[str, ...]
