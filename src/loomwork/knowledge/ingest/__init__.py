"""Bring an index up to date with its sources. Knows no question and no answer."""

from loomwork.knowledge.ingest.building import Build
from loomwork.knowledge.ingest.ledger import Ledger
from loomwork.knowledge.ingest.parts import Parts
from loomwork.knowledge.ingest.preparing import Preparer, pipeline
from loomwork.knowledge.ingest.values import Built, Chunks, Failure, Files, Named, Progress, Tell

__all__ = [
    "Build",
    "Built",
    "Chunks",
    "Failure",
    "Files",
    "Ledger",
    "Named",
    "Parts",
    "Preparer",
    "Progress",
    "Tell",
    "pipeline",
]
