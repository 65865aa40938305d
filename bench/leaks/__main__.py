"""Eight planted kinds of leaks in real texts: recall and precision of each, limits chosen on the other half.

`--choose` prints what each limit would come to on the choosing half; the defaults of `Limits` were chosen there: the
best F1 with a precision of at least 0.8, since a false alarm beside every score is soon read by nobody. The table is of
the reporting half, which no limit was chosen on. `--write` puts it into bench/README.md.
"""

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from bench.leaks.measuring import Measured, measure, prepared
from bench.leaks.planting import KINDS, plant
from bench.leaks.texts import DATA
from bench.readme import put
from loomwork.evals.data.reading import Placed
from loomwork.evals.leaks import Limits, Rows, Texts, find_leaks
from loomwork.knowledge.embedding import MiniLm

TRIED: dict[str, tuple[str, tuple[float, ...]]] = {
    "near": ("paraphrase", (0.5, 0.55, 0.6, 0.65, 0.7, 0.8)),
    "contained": ("contained", (0.8, 0.85, 0.9, 0.95)),
    "least_pairs": ("contained", (4, 5, 6, 8)),
    "paraphrase": ("paraphrase", (0.7, 0.75, 0.8, 0.85, 0.9)),
    "candidate": ("paraphrase", (0.4, 0.3, 0.2)),
    "paraphrase_words": ("paraphrase", (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)),
    "translated": ("translated", (0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9)),
    "translated_mass": ("translated", (4, 6, 8, 10, 12, 16)),
    "answer": ("index", (0.8, 0.7, 0.9)),
}
"""Which kind decides each limit, and what is tried."""
LEAST_PRECISION = 0.8
WORDS = ("paraphrase_words",)
"""Chosen where no embedder is at hand."""


def f1(found: Measured, kind: str) -> float:
    one = found.by_kind[kind]
    whole = one.recall + one.precision
    return 2 * one.recall * one.precision / whole if whole else 0.0


def choose() -> Limits:
    """Choose one limit after the other, on the choosing half."""
    half, limits, embedder = plant("choosing"), Limits(), MiniLm()
    with prepared(half) as sources:
        for name, (kind, tried) in TRIED.items():
            with_vectors = None if name in WORDS else embedder
            scores: dict[float, float] = {}
            for value in tried:
                found = measure(half, sources, msgspec.structs.replace(limits, **{name: value}), with_vectors)
                one = found.by_kind[kind]
                scores[value] = f1(found, kind) if one.precision >= LEAST_PRECISION else 0.0
                print(f"{name:18} {value:6} {kind:11} recall {one.recall:.3f} precision {one.precision:.3f} "
                      f"F1 {f1(found, kind):.3f}", flush=True)  # fmt: skip
            limits = msgspec.structs.replace(limits, **{name: max(scores, key=scores.__getitem__)})
    return limits


def report() -> Iterator[str]:
    half = plant("reporting")
    with prepared(half) as sources:
        words, meaning = measure(half, sources, Limits(), None), measure(half, sources, Limits(), MiniLm())
        alone = measure(half, sources, Limits(), None, answers=False)
    yield (
        f"{len(half.tests)} test rows, {sum(map(len, half.planted.values()))} of them planted; taken {date.today()}. "
        "Recall: planted rows found in their source, under whatever name. Precision: of all rows said to be of a kind, "
        "in whatever source, those that are planted there. The limits were chosen on other paragraphs and pages.\n"
    )
    heads = ("planted", "rows", "recall", "en", "zh", "precision", "with vectors: recall", "precision")
    yield f"| {' | '.join((*heads, 'no answers: recall', 'precision'))} |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for kind in KINDS:
        one, two, three = words.by_kind[kind], meaning.by_kind[kind], alone.by_kind[kind]
        english, chinese = (words.by_language[kind, language] for language in ("en", "zh"))
        shares = [f"{each.recall:.2f} | {each.precision:.2f}" for each in (two, three)]
        yield (
            f"| {kind} | {one.planted} | {one.recall:.2f} | {english[1]}/{english[0]} | {chinese[1]}/{chinese[0]} | "
            f"{one.precision:.2f} | {' | '.join(shares)} |"
        )
    yield from _wrong(meaning)


def _wrong(found: Measured) -> Iterator[str]:
    yield f"\nSaid and not planted, with vectors ({len(found.wrong)}), the first of each pair of texts:\n"
    seen: set[tuple[str, str]] = set()
    for leak in found.wrong:
        if (leak.text, leak.kind) not in seen and len(seen) < 20:
            seen.add((leak.text, leak.kind))
            yield f"- {leak.kind} {leak.similarity}: `{leak.text[:90]}` in {leak.source}: `{leak.found[:90]}`"


def speed() -> Iterator[str]:
    """Pieces of real pages with every fifth word exchanged: 10,000 test rows against 100,000 texts."""
    rng = random.Random(1)
    words = [word for path in sorted((DATA / "docs").rglob("*-en/**/*.md")) for word in path.read_text("utf-8").split()]

    def text(least: int, most: int) -> str:
        begin = rng.randrange(len(words) - most)
        return " ".join(
            word if rng.random() < 0.8 else rng.choice(words)
            for word in words[begin : begin + rng.randint(least, most)]
        )

    tests = [{"question": text(8, 25), "expected": text(3, 6)} for _ in range(10_000)]
    rows = [Placed(line, {"question": text(8, 25), "expected": text(3, 6)}) for line in range(100_000)]
    chunks = [(str(place), text(100, 180)) for place in range(100_000)]
    cheap = ("exact", "normalised", "synthetic", "near", "contained", "index", "memo")
    yield "\n10,000 test rows against 100,000 texts, one core, processor time:\n"
    for name, source, kinds in (
        ("rows of 8 to 25 words, without paraphrases", Rows("rows", rows), cheap),
        ("rows of 8 to 25 words, with paraphrases by words", Rows("rows", rows), (*cheap, "paraphrase", "translated")),
        ("texts of 100 to 180 words, without paraphrases", Texts("texts", lambda: chunks), cheap),
    ):
        began = time.process_time()
        found = find_leaks(tests, [source], kinds=kinds)
        yield f"- {name}: {time.process_time() - began:.1f} s ({len(found)} found)"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"- peak of the process, all texts in memory included: {peak:.0f} MB"


def main() -> int:
    """Choose, or report."""
    parser = argparse.ArgumentParser(prog="python -m bench.leaks", description=__doc__)
    parser.add_argument("--choose", action="store_true", help="choose the limits anew, on the other half")
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    options = parser.parse_args()
    if not DATA.is_dir():
        print(f"skipped: there is no {Path(DATA).name} beside the project")
        return 0
    if options.choose:
        print(choose())
        return 0
    text = "\n".join(_printed([*report(), *speed()]))
    if options.write:
        put("leaks", "Leaks", text)
    return 0


def _printed(lines: list[Any]) -> list[Any]:
    for line in lines:
        print(line)
    return lines


if __name__ == "__main__":
    sys.exit(main())
