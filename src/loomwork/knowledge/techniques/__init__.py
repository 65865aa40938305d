"""Published ways of retrieving with a model's help, each a small function. Knows nothing of indexes or drivers.

Each takes a model (`model("fast")`) and a search (`knowledge("handbook").search`); whatever they call is a step of its
own, so that it is traced, memoised and counted.
"""

from loomwork.knowledge.techniques.hyde import hyde
from loomwork.knowledge.techniques.joining import joined
from loomwork.knowledge.techniques.multi_query import multi_query
from loomwork.knowledge.techniques.multi_step import Steps, multi_step
from loomwork.knowledge.techniques.ordering import ModelOrder
from loomwork.knowledge.techniques.recursive import recursive
from loomwork.knowledge.techniques.rewrite import Turn, rewrite
from loomwork.knowledge.techniques.table import RETRIEVALS, Retrieval
from loomwork.knowledge.techniques.translate import translate

__all__ = [
    "RETRIEVALS",
    "ModelOrder",
    "Retrieval",
    "Steps",
    "Turn",
    "hyde",
    "joined",
    "multi_query",
    "multi_step",
    "recursive",
    "rewrite",
    "translate",
]
