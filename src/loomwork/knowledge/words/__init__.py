"""What the keyword side of search sees: the terms of a text, English and Chinese. Knows nothing of indexes."""

from loomwork.knowledge.words.analysis import TERMS_SEMANTICS, Words
from loomwork.knowledge.words.dictionary import Dictionary

__all__ = ["TERMS_SEMANTICS", "Dictionary", "Words"]
