"""What of a test split is known elsewhere: in training rows, few-shot examples, an index, memos. Knows no command."""

from loomwork.evals.leaks.finding import find_leaks
from loomwork.evals.leaks.limits import Limits
from loomwork.evals.leaks.project import project_sources
from loomwork.evals.leaks.sources import Chunks, Examples, Memos, Rows, Texts
from loomwork.evals.leaks.values import KINDS, Kind, Leak, Source, Text

__all__ = [
    "KINDS",
    "Chunks",
    "Examples",
    "Kind",
    "Leak",
    "Limits",
    "Memos",
    "Rows",
    "Source",
    "Text",
    "Texts",
    "find_leaks",
    "project_sources",
]
