"""From where on two texts count as one. Values only; chosen in `bench/leaks` on rows that its report leaves out."""

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """Each between 0 and 1; larger finds less."""

    near: float = 0.65
    """Jaccard similarity of the sets of word pairs."""
    surely: float = 0.9
    """The same, from which on two questions are one even where their answers differ."""
    contained: float = 0.95
    """Share of the shorter text's word pairs that the longer one has."""
    least_pairs: int = 4
    """Word pairs of the shortest text that counts as contained."""
    paraphrase: float = 0.85
    """Cosine of the vectors, where an embedder covers the language of both."""
    paraphrase_words: float = 0.6
    """Cosine of the rare words, where none does."""
    candidate: float = 0.4
    """Cosine of the rare words from which on vectors are asked for."""
    translated: float = 0.8
    """Share of names, numbers and code of each text that the other one has."""
    translated_mass: float = 6.0
    """How much those must say in all: the sum of their logarithmic rarities."""
    answer: float = 0.8
    """Share of a long answer's word pairs that a text must hold."""
