"""What every side scores: rows, a stub of a model, ten cheap scorers in plain Python. Knows no product."""

import difflib
import json
import re
import unicodedata
from collections.abc import Callable

Row = dict[str, str]
TOPICS = ("orders", "refunds", "delivery", "accounts", "invoices", "returns", "warranty", "stock")


def rows(count: int) -> list[Row]:
    """Return questions with their expected answers."""
    return [
        {
            "question": f"What is said about {TOPICS[n % 8]} in case {n}?",
            "expected": f"The answer about {TOPICS[n % 8]} is {n * 7 % 1000}.",
            "topic": TOPICS[n % 8],
        }
        for n in range(count)
    ]


def stub(question: str) -> str:
    """Answer as the stub of a model does: right for two rows of three."""
    n = int(re.findall(r"\d+", question)[-1])
    topic = question.split()[4]
    return f"The answer about {topic} is {n * 7 % 1000 if n % 3 else n}."


def write(path: str, count: int) -> None:
    """Write the rows as JSONL."""
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows(count))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def exact(output: str, expected: str) -> float:
    """To the letter."""
    return float(output == expected)


def normalised(output: str, expected: str) -> float:
    """But for case and punctuation."""
    return float(_words(output) == _words(expected))


def contains(output: str, expected: str) -> float:
    """The last word of what is expected."""
    return float(_words(expected)[-1] in output)


def numeric(output: str, expected: str) -> float:
    """The last numbers agree."""
    return float(re.findall(r"\d+", output)[-1:] == re.findall(r"\d+", expected)[-1:])


def pattern(output: str, expected: str) -> float:
    """It has the form of an answer."""
    del expected
    return float(bool(re.search(r"answer about \w+ is \d+", output)))


def f1(output: str, expected: str) -> float:
    """F1 of words."""
    a, b = _words(output), _words(expected)
    same = sum(min(a.count(word), b.count(word)) for word in set(a))
    return 2 * same / (len(a) + len(b)) if a or b else 1.0


def recall(output: str, expected: str) -> float:
    """Share of the expected words."""
    a, b = set(_words(output)), set(_words(expected))
    return len(a & b) / len(b) if b else 1.0


def similar(output: str, expected: str) -> float:
    """Ratio of matching blocks."""
    return difflib.SequenceMatcher(None, output, expected, autojunk=False).ratio()


def brief(output: str, expected: str) -> float:
    """Not much longer than expected."""
    return float(len(output) <= 1.2 * len(expected))


def polite(output: str, expected: str) -> float:
    """It ends as a sentence does."""
    del expected
    return float(output.endswith("."))


SCORERS: dict[str, Callable[[str, str], float]] = {
    each.__name__: each for each in (exact, normalised, contains, numeric, pattern, f1, recall, similar, brief, polite)
}
