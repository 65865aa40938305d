"""Where tokens are when the model's own tokenizer is not at hand. Knows nothing of any model.

Made to err on the side of too many: a text that fits by this count fits the model.
"""

import re

_PIECES = re.compile(r"[^\W\d_\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9d]{1,4}|\d{1,3}|[^\s]")
"""Letters in fours, digits in threes, everything else (Chinese characters, signs) alone."""


def approximate_offsets(text: str) -> list[tuple[int, int]]:
    """Where pieces of about a token begin and end, in characters.

    >>> approximate_offsets("retrieval 检索")
    [(0, 4), (4, 8), (8, 9), (10, 11), (11, 12)]
    """
    return [found.span() for found in _PIECES.finditer(text)]
