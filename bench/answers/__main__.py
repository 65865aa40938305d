"""Questions with known answers, asked of knowledge bases as a person would: no model writes, sentences are quoted.

    python -m bench.answers [--keep FOLDER] [--only demo|across|xquad]

demo: the 80 questions of examples/docs. across: the same questions over the documents of the other language.
xquad: 240 English questions; the index holds half of the articles, so that half of the questions have no answer in it.
"""

import argparse
import asyncio
import json
import random
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from loomwork.knowledge.answering import Answer, Outcome, Question, figures, outcome, questions_of
from loomwork.knowledge.base import KnowledgeBase
from loomwork.workspace.opening import Workspace

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "examples" / "docs" / "data"
XQUAD = ROOT.parent / "shared" / "data" / "xquad" / "xquad.en.json"
TOML = """
[knowledge.docs]
sources = ["data/fastapi-docs.zip"]

[knowledge.words]
sources = ["data/fastapi-docs.zip"]
embedder = "none"

[knowledge.en]
sources = ["pages"]
include = ["en/**"]

[knowledge.zh]
sources = ["pages"]
include = ["zh/**"]

[knowledge.xquad]
sources = ["xquad.jsonl"]
"""
ASKED = 120
Open = Callable[[str], Awaitable[KnowledgeBase]]
COLUMNS = ("recall_at_5", "mrr", "refused_rightly", "refused_wrongly", "cited_page", "told", "exact")


async def outcomes(base: KnowledgeBase, questions: Iterable[Question]) -> list[Outcome]:
    """Ask every question, in order."""
    found: list[Outcome] = []
    for question in questions:
        given: Answer = await base.ask(question.question)
        found.append(outcome(question, given, base.text))
    return found


def row(name: str, found: list[Outcome]) -> str:
    """Return a line of the table."""
    said = figures(found)
    values = [getattr(said, column) for column in COLUMNS]
    cells = ["-" if value is None else f"{value:.3f}" for value in values]
    return f"| {name} | {said.answerable} + {said.unanswerable} | {' | '.join(cells)} |"


async def demo(open_base: Open) -> None:
    """Both languages in one base, with and without MiniLM."""
    questions = questions_of(DEMO / "questions.jsonl")
    for name, title in (("docs", "minilm"), ("words", "words only")):
        base = await open_base(name)
        begun = time.perf_counter()
        found = await outcomes(base, questions)
        spent = (time.perf_counter() - begun) / len(questions)
        for split in ("dev", "test"):
            for language in ("en", "zh"):
                mine = [each for each in found if (each.question.split, each.question.language) == (split, language)]
                print(row(f"{title}, {language}, {split}", mine))
        print(f"<!-- {title}: {spent * 1e3:.0f} ms a question -->")


async def across(open_base: Open) -> None:
    """Questions over documents in the other language; a page counts where the same path answers."""
    for asked, held in (("zh", "en"), ("en", "zh")):
        base = await open_base(held)
        questions = [
            Question(id=each.id, language=asked, split=each.split, question=each.question,
                     pages=tuple(page.replace(f"{asked}/", f"{held}/", 1) for page in each.pages))
            for each in questions_of(DEMO / "questions.jsonl") if each.language == asked
        ]  # fmt: skip
        print(row(f"{asked} questions over {held} pages", await outcomes(base, questions)))


async def xquad(open_base: Open) -> None:
    """How far the thresholds, chosen on the demo's dev questions, hold on other documents."""
    base = await open_base("xquad")
    print(row("xquad-en, thresholds as they are", await outcomes(base, xquad_questions())))


def xquad_questions() -> list[Question]:
    """Return questions about the articles that are indexed and about those that are not, half and half."""
    rows = [
        Question(id=each["id"], language="en", split="", question=each["question"], sentence=each["answers"][0]["text"],
                 pages=(f"{place}.{number}",) if place % 2 == 0 else ())
        for place, article in enumerate(_articles())
        for number, paragraph in enumerate(article["paragraphs"])
        for each in paragraph["qas"]
    ]  # fmt: skip
    chance = random.Random(0)
    known, unknown = [each for each in rows if each.pages], [each for each in rows if not each.pages]
    return chance.sample(known, ASKED) + chance.sample(unknown, ASKED)


def _articles() -> list[dict]:
    return json.loads(XQUAD.read_text("utf-8"))["data"]


def set_up(folder: Path) -> None:
    """Make the project: the demo's pages, and every second article of XQuAD, a paragraph a document."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "loomwork.toml").write_text(TOML)
    shutil.copytree(DEMO, folder / "data", dirs_exist_ok=True)
    shutil.unpack_archive(DEMO / "fastapi-docs.zip", folder / "pages")
    rows = [
        {"id": f"{place}.{number}", "title": article["title"].replace("_", " "), "text": paragraph["context"]}
        for place, article in enumerate(_articles()) if place % 2 == 0
        for number, paragraph in enumerate(article["paragraphs"])
    ]  # fmt: skip
    (folder / "xquad.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")


PARTS = {"demo": demo, "across": across, "xquad": xquad}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keep", type=Path, help="where the indexes are kept from one time to the next")
    parser.add_argument("--only", choices=sorted(PARTS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        set_up(folder)
        print(f"| base, questions | answerable + not | {' | '.join(COLUMNS)} |\n|{'---|' * (len(COLUMNS) + 2)}")
        with Workspace.open(folder) as workspace:
            asyncio.run(_run(workspace, options.only))


async def _run(workspace: Workspace, only: str | None) -> None:
    async def open_base(name: str) -> KnowledgeBase:
        base = workspace.knowledge.base(name)
        await base.build()
        return base

    for name, part in PARTS.items():
        if only in (None, name):
            await part(open_base)


main()
