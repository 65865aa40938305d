"""Documents in, chunks out: slices of the text that an index finds. Knows nothing of indexes and files."""

from loomwork.knowledge.splitting.context import embedded_text
from loomwork.knowledge.splitting.meaning import meanings
from loomwork.knowledge.splitting.settings import SPLITTER_SEMANTICS, Splitter, TokenCounter
from loomwork.knowledge.splitting.splitting import split

__all__ = ["SPLITTER_SEMANTICS", "Splitter", "TokenCounter", "embedded_text", "meanings", "split"]
