"""The sets as they lie in their folders: documents, questions, what is relevant. Knows no search.

`../shared/data` is where the public sets are; a set that is not there is left out.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from loomwork.knowledge.parsing import Limits, unpack

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
DEMO = ROOT / "examples" / "docs" / "data"


class Source(NamedTuple):
    """A document before it is parsed."""

    doc: str
    data: bytes
    title: str = ""
    format: str = ""
    """As `parse` is told; empty: it sees for itself."""


class Query(NamedTuple):
    """A question and what answers it."""

    id: str
    text: str
    gains: Mapping[str, int]
    language: str = ""
    split: str = ""


class Corpus(NamedTuple):
    """Documents with questions about them."""

    name: str
    sources: tuple[Source, ...]
    queries: tuple[Query, ...]


def rows(file: Path) -> list[dict[str, Any]]:
    """Read a file of one JSON object a line."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def judged(folder: Path, name: str) -> Corpus | None:
    """Read a folder with `corpus.jsonl`, `queries.jsonl` and `qrels.tsv`."""
    if not (folder / "corpus.jsonl").exists():
        return None
    gains: defaultdict[str, dict[str, int]] = defaultdict(dict)
    with (folder / "qrels.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            gains[row["query-id"]][row["corpus-id"]] = int(row["score"])
    sources = [Source(row["_id"], row["text"].encode(), row["title"], "text") for row in rows(folder / "corpus.jsonl")]
    queries = [Query(row["_id"], row["text"], gains[row["_id"]]) for row in rows(folder / "queries.jsonl")]
    return Corpus(name, tuple(sources), tuple(queries))


def cranfield() -> Corpus | None:
    """1,400 abstracts on aerodynamics, 225 questions, graded judgements."""
    return judged(DATA / "cranfield", "cranfield")


def xquad(language: str) -> Corpus | None:
    """240 paragraphs of Wikipedia; each of 1,190 questions is answered in one of them."""
    return judged(DATA / "xquad" / f"retrieval-{language}", f"xquad-{language}")


def chinese_docs() -> tuple[Source, ...]:
    """FastAPI's documentation in Chinese."""
    folder = DATA / "docs" / "fastapi-zh"
    return tuple([Source(str(file.relative_to(folder)), file.read_bytes()) for file in sorted(folder.rglob("*.md"))])


def demo() -> Corpus | None:
    """FastAPI's documentation in both languages as the example bundles it, with its questions."""
    archive, questions = DEMO / "fastapi-docs.zip", DEMO / "questions.jsonl"
    if not (archive.exists() and questions.exists()):
        return None
    members = unpack(archive.read_bytes(), archive.name, Limits())
    sources = [Source(member.name.rpartition("!/")[2], member.data) for member in members]
    queries = [
        Query(row["id"], row["question"], dict.fromkeys(row["pages"], 1), row["language"], row["split"])
        for row in rows(questions)
    ]
    return Corpus("demo", tuple(sources), tuple(queries))
