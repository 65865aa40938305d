"""What `[knowledge.NAME]` may say, as values. Knows no file of settings and opens nothing."""

from typing import Any, Literal, cast

from msgspec import Struct

from loomwork.knowledge.answering.settings import AnswerSettings
from loomwork.knowledge.embedding.drivers import EmbedderSettings
from loomwork.knowledge.parsing.limits import Limits
from loomwork.knowledge.search.asking import SearchSettings
from loomwork.knowledge.splitting.settings import Splitter

NO_EMBEDDER = "none"


class ReadersRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a document says for itself who may read it."""

    column: str = ""
    """A column of JSONL rows."""
    front_matter: str = ""
    """A key of a document's front matter (or of its other metadata: mail headers, properties)."""
    otherwise: str | list[str] = []
    """Who may read a document that says nothing, where no `.readers` file speaks either; empty: nobody."""

    @property
    def key(self) -> str:
        """The key of a document's metadata."""
        return self.column or self.front_matter or "readers"


class SplitterSettings(Splitter, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How documents are cut."""

    by: Literal["structure", "meaning"] = "structure"
    """`meaning` also draws cuts to places where the subject changes; it embeds every sentence once more."""


class SearchTable(SearchSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a base is searched where a question does not say."""

    k: int = 8
    rerank: Literal["", "late"] = ""
    """`late`: put candidates in order by their token vectors (`minilm` only)."""


class AnswerTable(AnswerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a base answers."""


class IndexTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where and how the index is kept."""

    driver: Literal["local", "milvus"] = "local"
    """`milvus`: a Milvus server proposes vectors, and this index goes on deciding."""
    k1: float = 1.2
    b: float = 0.75
    hnsw_above: int = 200_000
    uri: str = ""
    """`milvus`: `http://host:19530`, or a file's path for Milvus Lite."""
    token_env: str = ""
    """`milvus`: the environment variable that holds the token."""
    collection: str = ""
    """`milvus`: `loomwork_NAME` where nothing is said."""
    kind: Literal["FLAT", "IVF_FLAT", "HNSW"] = "HNSW"
    nlist: int = 1_024
    nprobe: int = 32
    connectivity: int = 16
    ef_construction: int = 128
    ef: int = 128


class BaseSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One knowledge base."""

    sources: list[str] = []
    """Folders, files, `*.jsonl` corpora, zip archives, `https://` pages; relative to the project."""
    include: list[str] = []
    """Patterns of paths within a source (`*.md`, `guide/**`); empty: everything but hidden files."""
    exclude: list[str] = []
    links: Literal["inside", "follow"] = "inside"
    """Symbolic links that lead out of the sources: told and left out, or followed."""
    readers: str | list[str] | ReadersRule = "everyone"
    """`everyone`, a list of groups, `module:function`, or where documents say it themselves."""
    embedder: str | EmbedderSettings = "minilm"
    """`minilm`, `none`, the alias of a model, or a table."""
    index: Literal["local"] | IndexTable = "local"
    splitter: SplitterSettings = SplitterSettings()
    search: SearchTable = SearchTable()
    answer: AnswerTable = AnswerTable()
    dictionary: str = ""
    """A TOML file with `synonyms` and `protected`."""
    ocr: Literal["read", "skip"] = "read"
    """Whether scanned pages and pictures are read, where tesseract is installed."""
    limits: Limits = Limits()

    @property
    def embedding(self) -> EmbedderSettings | None:
        """The embedder's settings; None where the base has none."""
        if isinstance(self.embedder, EmbedderSettings):
            return self.embedder
        if self.embedder == NO_EMBEDDER:
            return None
        if self.embedder == "minilm":
            return EmbedderSettings()
        return EmbedderSettings(driver="openai", model=self.embedder)

    @property
    def indexing(self) -> IndexTable:
        """The index's settings."""
        return self.index if isinstance(self.index, IndexTable) else IndexTable()


NESTED: dict[str, type[Struct]] = {
    "readers": ReadersRule,
    "embedder": EmbedderSettings,
    "index": IndexTable,
    "splitter": SplitterSettings,
    "search": SearchTable,
    "answer": AnswerTable,
    "limits": Limits,
}
"""Tables within a base's table."""


def as_groups(said: object) -> tuple[str, ...] | None:
    """Return the groups that a value names, sorted; None for everyone. Raises TypeError for what names none.

    >>> as_groups("staff, user:ada"), as_groups(["everyone", "staff"]), as_groups([])
    (('staff', 'user:ada'), None, ())
    """
    if said is None:
        return None
    if isinstance(said, str):
        said = [part.strip() for part in said.replace(";", ",").split(",")]
    if not isinstance(said, list | tuple | set | frozenset):
        raise TypeError(f"{said!r} names no groups")
    found: set[str] = set()
    for each in cast("list[Any]", said):
        if not isinstance(each, str):
            raise TypeError(f"{each!r} is no group")
        found.add(each.strip())
    found.discard("")
    return None if "everyone" in found else tuple(sorted(found))
