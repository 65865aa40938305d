"""Real rows and texts to plant leaks in, in two halves that share no paragraph and no page. Plants nothing.

English rows: questions of XQuAD with their answers, word problems of GSM8K with worked answers. Chinese rows: sentences
of FastAPI's Chinese pages, each with the one behind it as its answer. Parallel paragraphs: FastAPI's pages in both
languages, where both have as many sections and a section as many paragraphs.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from loomwork.knowledge.splitting.breaking import sentences

DATA = Path(__file__).parents[3] / "shared" / "data"
HALVES = ("choosing", "reporting")


class Row(NamedTuple):
    """A row, and what it shares its topic with."""

    text: str
    answer: str
    group: str
    language: str
    kind: str
    context: str = ""

    @property
    def row(self) -> dict[str, str]:
        return {"question": self.text, "expected": self.answer}


class Pair(NamedTuple):
    """A paragraph in two languages."""

    english: str
    chinese: str
    group: str


def half_of(group: str) -> str:
    return HALVES[hashlib.sha256(group.encode()).digest()[0] % 2]


def xquad() -> Iterator[Row]:
    for article in json.loads((DATA / "xquad" / "xquad.en.json").read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            context = paragraph["context"]
            for each in paragraph["qas"]:
                yield Row(each["question"], each["answers"][0]["text"], context[:60], "en", "xquad", context)


def gsm8k() -> Iterator[Row]:
    (path,) = sorted((DATA / "gsm8k").glob("*.jsonl"))[:1]
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield Row(row["question"], row["answer"], row["question"][:60], "en", "gsm8k")


def chinese() -> Iterator[Row]:
    seen: set[str] = set()
    for page, _, paragraph in _paragraphs("fastapi-zh"):
        pieces = [paragraph[start:end].strip() for start, end in sentences(paragraph, 0, len(paragraph))]
        long = [each for each in pieces if 14 <= len(re.findall(r"[\u4e00-\u9fff]", each)) <= 120]
        for one, two in pairwise(long):
            if one in seen:
                continue
            seen.add(one)
            yield Row(one, two, page, "zh", "fastapi-zh", paragraph)


def parallel() -> Iterator[Pair]:
    english: dict[str, list[list[str]]] = {}
    chinese_pages: dict[str, list[list[str]]] = {}
    for pages, folder in ((english, "fastapi-en"), (chinese_pages, "fastapi-zh")):
        for page, section, paragraph in _paragraphs(folder):
            sections = pages.setdefault(page, [])
            while len(sections) <= section:
                sections.append([])
            sections[section].append(paragraph)
    for page in sorted(english.keys() & chinese_pages.keys()):
        ours, theirs = english[page], chinese_pages[page]
        if len(ours) != len(theirs):
            continue
        for one, two in zip(ours, theirs, strict=True):
            if len(one) == len(two):
                for first, second in zip(one, two, strict=True):
                    if len(first.split()) >= 12 and len(re.findall(r"[\u4e00-\u9fff]", second)) >= 12:
                        yield Pair(first, second, page)


def _paragraphs(folder: str) -> Iterator[tuple[str, int, str]]:
    """Yield the prose of each page, with the number of its section."""
    root = DATA / "docs" / folder
    for path in sorted(root.rglob("*.md")):
        text = re.sub(r"```.*?```", "\n\n", path.read_text("utf-8"), flags=re.DOTALL)
        section = 0
        for block in map(str.strip, re.split(r"\n\s*\n", text)):
            if block.startswith("#"):
                section += 1
                continue
            if block and not block.startswith(("///", "<", "|", "!", "*", "-", "{", ">")):
                yield path.relative_to(root).as_posix(), section, " ".join(block.split())
