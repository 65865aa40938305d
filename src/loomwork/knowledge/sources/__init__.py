"""Where documents come from: folders, files, archives, corpora, pages. Knows no index and no parser of a format."""

from loomwork.knowledge.sources.patterns import Patterns
from loomwork.knowledge.sources.permissions import Policy, folder_readers
from loomwork.knowledge.sources.reading import documents_in, is_corpus_name, page, too_large, unreadable
from loomwork.knowledge.sources.scanning import scan
from loomwork.knowledge.sources.values import Allowed, Place, Raw, Stamp

__all__ = [
    "Allowed",
    "Patterns",
    "Place",
    "Policy",
    "Raw",
    "Stamp",
    "documents_in",
    "folder_readers",
    "is_corpus_name",
    "page",
    "scan",
    "too_large",
    "unreadable",
]
