"""What a report is made of: what an index holds, and how well questions were answered. Values only."""

from msgspec import Struct


class Interval(Struct, frozen=True):
    """A measured value with the 95 % interval around it."""

    value: float
    low: float
    high: float


class Seen(Struct, frozen=True):
    """A passage that a search returned, as far as a report shows it."""

    doc: str
    section: tuple[str, ...] = ()
    text: str = ""


class Tried(Struct, frozen=True, kw_only=True):
    """What was found for one question whose documents are known."""

    id: str
    question: str
    language: str
    wanted: tuple[str, ...]
    """Documents of which any answers the question; empty: none does."""
    found: tuple[Seen, ...]
    """Best first."""
    refused: bool | None = None
    """Whether the answer was that the documents do not say; None: only searched, not answered."""

    @property
    def rank(self) -> int:
        """The place of the first passage from a wanted document, from 1; 0 where there is none."""
        return next((at for at, seen in enumerate(self.found, start=1) if seen.doc in self.wanted), 0)


class Score(Struct, frozen=True, kw_only=True):
    """How well the questions of one language were answered."""

    language: str
    questions: int
    """That the documents answer."""
    recall: Interval
    """Share of questions with a wanted document among the first five passages."""
    mrr: Interval
    """Mean of 1 / place of the first wanted passage, 0 where it is not among the first ten."""
    curve: tuple[tuple[int, Interval], ...] = ()
    """Recall among the first 1, 3, 5 and 10 passages."""
    unanswerable: int = 0
    """Questions that the documents do not answer."""
    refused_rightly: Interval | None = None
    """Share of those that were refused; None where nothing was answered, or there are none."""
    refused_wrongly: Interval | None = None
    """Share of the answerable ones that were refused."""


class Evaluation(Struct, frozen=True, kw_only=True):
    """One state of the settings, and what it came to."""

    name: str
    """What a person calls it: "weight 0.25"."""
    tried: tuple[Tried, ...]
    scores: tuple[Score, ...]


class Change(Struct, frozen=True, kw_only=True):
    """What changed for one language between two evaluations of the same questions."""

    language: str
    recall: Interval
    mrr: Interval
    better: int
    """Questions whose document stands further up now."""
    worse: int
    questions: int = 0
    """That both evaluations hold."""


class Length(Struct, frozen=True, kw_only=True):
    """How long a chunk is, and in which language."""

    language: str
    tokens: int


class Language(Struct, frozen=True, kw_only=True):
    """What an index holds in one language."""

    language: str
    documents: int
    chunks: int
    with_vectors: int
    """Chunks that are found by meaning, too."""


class Trouble(Struct, frozen=True, kw_only=True):
    """How many documents had one kind of problem."""

    code: str
    documents: int
    examples: tuple[str, ...]
    """The first of them."""


class Reading(Struct, frozen=True, kw_only=True):
    """Who may read how many documents."""

    readers: tuple[str, ...] | None
    """Groups; None: everyone; empty: nobody."""
    documents: int


class Contents(Struct, frozen=True, kw_only=True):
    """What an index holds, for whoever may see all of it."""

    index: str
    snapshot: str
    documents: int
    chunks: int
    lengths: tuple[Length, ...] = ()
    languages: tuple[Language, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    readings: tuple[Reading, ...] = ()
    """The most documents first; empty where nothing is restricted."""
    facts: dict[str, str] = {}
    """Further lines for people: embedder, splitter, size."""


class Report(Struct, frozen=True, kw_only=True):
    """Everything that one page shows."""

    contents: Contents
    evaluations: tuple[Evaluation, ...] = ()
    """In the order in which they were made; two of the same questions are compared."""
    made: str = ""
    """When, as people read it; empty: not said."""


__all__ = [
    "Change",
    "Contents",
    "Evaluation",
    "Interval",
    "Language",
    "Length",
    "Reading",
    "Report",
    "Score",
    "Seen",
    "Tried",
    "Trouble",
]
