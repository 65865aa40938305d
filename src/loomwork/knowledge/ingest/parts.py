"""What a build works with. Values only."""

from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct

from loomwork.kernel.canonical import Digest
from loomwork.knowledge.embedding import Embedder
from loomwork.knowledge.index import Index
from loomwork.knowledge.ingest.ledger import Ledger
from loomwork.knowledge.ingest.preparing import Preparer
from loomwork.knowledge.ingest.values import Built, Tell
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources import Policy

Covers = Callable[[str], bool]


class Parts(Struct, frozen=True, kw_only=True):
    """What a build works with."""

    name: str
    settings: BaseSettings
    index: Index
    ledger: Ledger
    policy: Policy
    pipeline: Digest
    embedder: Callable[[], Awaitable[Embedder | None]]
    """Opened when something must be split or embedded; None: keywords only."""
    covers: Covers
    """Whether texts in a language are embedded."""
    preparer: Callable[[], Preparer]
    """Made when something must be read."""
    tell: Tell
    fresh: bool
    """Begin with no documents and look at no old file."""
    facts: Mapping[str, str]
    """What else the ledger is to keep."""
    unchanged: Callable[[Built], None]
    """Told what the build says when there was nothing to do, so that the next one sees it at a glance."""
