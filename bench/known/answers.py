"""Scorers of answers over data whose answers are known. Prints nothing."""

from __future__ import annotations

import asyncio
import copy
import csv
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.known.squad import official_em, official_f1, planted
from loomwork.evals.scorers.calls import tool_calls
from loomwork.evals.scorers.databases import sql_execution
from loomwork.evals.scorers.numbers import numeric
from loomwork.evals.scorers.sequences import rouge_l
from loomwork.evals.scorers.words import squad_em, token_f1
from loomwork.evals.scoring import Score


def value(score: Any) -> float:
    """What a scorer gave, as a number; none is -1."""
    found = score.value if isinstance(score, Score) else float(score)
    return -1.0 if found is None else found


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Read a JSONL file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def gsm8k(data: Path) -> list[str]:
    """The worked answers, the same without the mark of the final answer, and the answer of the next question."""
    rows = lines_of(data / "gsm8k" / "train_sample800.jsonl")
    finals = [row["answer"].split("####")[1].strip() for row in rows]
    own = sum(value(numeric(row["answer"], final)) for row, final in zip(rows, finals, strict=True))
    bare = sum(
        value(numeric(row["answer"].replace("####", "The answer is"), final))
        for row, final in zip(rows, finals, strict=True)
    )
    others = [(rows[at - 1]["answer"], final) for at, final in enumerate(finals) if finals[at - 1] != final]
    wrong = sum(value(numeric(said, final)) for said, final in others)
    return [
        f"| gsm8k, {len(rows)} worked answers | `numeric` | {own:g} of {len(rows)} right |",
        f"| the same without `####` | `numeric` | {bare:g} of {len(rows)} right |",
        f"| another question's worked answer | `numeric` | {wrong:g} of {len(others)} called right |",
    ]


def _accepted(values: Any) -> Any:
    if not isinstance(values, list):
        return values
    given = [each for each in values if each != ""]
    return _inside(given[0]) if given else None


def _inside(each: Any) -> Any:
    if isinstance(each, dict):
        return {name: _accepted(inner) for name, inner in each.items()}
    return [_inside(inner) for inner in each] if isinstance(each, list) else each


def bfcl(data: Path) -> list[str]:
    """Calls with the first accepted value of each argument, and the same with one thing broken."""
    right = count = broken = passed = 0
    for kind in ("simple_python", "multiple", "parallel"):
        for row in lines_of(data / "bfcl" / "possible_answer" / f"BFCL_v4_{kind}.json"):
            gold = row["ground_truth"]
            made = [
                {name: {key: _accepted(each) for key, each in given.items() if _accepted(each) is not None}}
                for call in gold
                for name, given in call.items()
            ]
            count += 1
            right += int(value(tool_calls(made, gold, [])))
            for other in _broken(made, gold):
                broken += 1
                passed += int(value(tool_calls(other, gold, [])))
    return [
        f"| BFCL, accepted calls | `tool_calls` | {right} of {count} right |",
        f"| BFCL, calls with one thing broken | `tool_calls` | {passed} of {broken} called right |",
    ]


def _broken(made: list[dict[str, Any]], gold: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The first call under another name, without an argument that it needs, with another value, and not made at all."""
    name, given = next(iter(gold[0].items()))
    needed = next((key for key, values in given.items() if "" not in values), None)
    renamed, dropped, changed = (copy.deepcopy(made) for _ in range(3))
    renamed[0] = {f"{name}_2": renamed[0][name]}
    if needed is None:
        return [renamed, made[1:]]
    del dropped[0][name][needed]
    changed[0][name][needed] = "certainly something else"
    return [renamed, made[1:], dropped, changed]


def xquad(data: Path) -> list[str]:
    """Planted answers: ours against the official definition."""
    articles = json.loads((data / "xquad" / "xquad.en.json").read_text("utf-8"))["data"]
    asked = [each for article in articles for part in article["paragraphs"] for each in part["qas"]]
    seen = f1 = em = 0
    for number, each in enumerate(asked):
        golds = [answer["text"] for answer in each["answers"]]
        for said in planted(golds, each["question"], number):
            seen += 1
            f1 += abs(value(token_f1(said, golds)) - max(official_f1(said, gold) for gold in golds)) < 1e-12
            em += value(squad_em(said, golds)) == max(official_em(said, gold) for gold in golds)
    return [
        f"| XQuAD en, {len(asked)} questions x 8 planted answers | `token_f1` | {f1} of {seen} equal the definition |",
        f"| the same | `squad_em` | {em} of {seen} equal the definition |",
    ]


def rouge(data: Path) -> list[str]:
    """Ours against rouge-score, if that is installed."""
    try:
        from rouge_score import rouge_scorer
    except ImportError:
        return ["| ROUGE-L | `rouge_l` | not measured: rouge-score is not installed |"]
    rows = lines_of(data / "gsm8k" / "train_sample800.jsonl")
    pairs = [(row["answer"], rows[at - 1]["answer"]) for at, row in enumerate(rows)]
    pairs += [(row["answer"], row["question"]) for row in rows]
    found: list[str] = []
    for stemmer in (False, True):
        theirs = rouge_scorer.RougeScorer(["rougeL"], use_stemmer=stemmer)
        equal = 0
        for gold, said in pairs:
            wanted = theirs.score(gold, said)["rougeL"]
            parts = rouge_l(said, gold, stemmer=stemmer).parts
            ours = (parts["precision"], parts["recall"], parts["f1"])
            equal += max(abs(a - b) for a, b in zip(ours, wanted, strict=True)) < 1e-12
        stems = "with stems" if stemmer else "plain"
        found.append(f"| gsm8k, pairs of texts, {stems} | `rouge_l` | {equal} of {len(pairs)} equal rouge-score |")
    return found


def sql(data: Path) -> list[str]:
    """The gold queries of sqleval against themselves, and against the gold query of another question."""
    with tempfile.TemporaryDirectory() as folder:
        build = data / "sqleval" / "build_db.py"
        if not build.exists():
            raise FileNotFoundError(2, "absent", str(build))
        subprocess.run([sys.executable, str(build), folder], check=True, capture_output=True)
        rows: list[dict[str, str]] = []
        for name in ("questions_gen_sqlite.csv", "instruct_basic_sqlite.csv"):
            with (data / "sqleval" / "raw" / "data" / name).open(newline="", encoding="utf-8") as file:
                rows += list(csv.DictReader(file))
        return asyncio.run(_queries(Path(folder), rows))


async def _queries(folder: Path, rows: list[dict[str, str]]) -> list[str]:
    known = [(folder / f"{row['db_name']}.sqlite", _one(row["query"])) for row in rows]
    own = [await sql_execution(query, query, {}, database=str(file)) for file, query in known]
    drawn = random.Random(1)
    other = [drawn.choice([each for at, each in known if at == file and each != query]) for file, query in known]
    wrong = [
        await sql_execution(said, query, {}, database=str(file))
        for (file, query), said in zip(known, other, strict=True)
    ]
    return [
        f"| sqleval, gold queries against themselves | `sql_execution` | {_right(own)} of {len(own)} right |",
        f"| sqleval, another question's query | `sql_execution` | {_right(wrong)} of {len(wrong)} called right |",
    ]


def _right(scores: list[Score]) -> int:
    return sum(each.value == 1 for each in scores)


def _one(queries: str) -> str:
    """The first of the accepted queries, up to its semicolon."""
    return queries.partition(";")[0] + ";"
