"""Documents in, cited answers out: parse, split, embed, index, search. Imports no heavy library by itself.

The package is called like a function, too: `from loomwork import knowledge` and `knowledge("handbook")` name a base.
"""

import sys
from types import ModuleType

from loomwork.kernel.references import KnowledgeRef
from loomwork.knowledge.values import Block, Chunk, Document, PageMark, Passage, Problem, page_at

__all__ = ["Block", "Chunk", "Document", "PageMark", "Passage", "Problem", "page_at"]


class _Package(ModuleType):
    """A package and the public function of the same name: Python has one place for both."""

    def __call__(self, name: str) -> KnowledgeRef:
        """Return the knowledge base of that name in loomwork.toml: a value that is looked up when it is used."""
        return KnowledgeRef(name)


sys.modules[__name__].__class__ = _Package
