"""Detectors over public data: what they find, and what they wrongly find. Prints nothing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from bench.known.answers import lines_of
from loomwork.evals.scorers.private import findings
from loomwork.evals.scorers.refusing import kind_of
from loomwork.evals.scorers.toxic import found_in

KINDS = {
    "CREDIT_CARD": {"bank_card"}, "EMAIL_ADDRESS": {"email"}, "IBAN_CODE": {"iban"}, "IP_ADDRESS": {"ip"},
    "PHONE_NUMBER": {"phone", "cn_mobile"}, "US_SSN": {"us_ssn"},
}  # fmt: skip


def private(data: Path) -> list[str]:
    """Recall by kind over presidio's synthetic sentences, and what is found where nothing is."""
    sentences = json.loads((data / "pii" / "raw" / "data" / "synth_dataset_v2.json").read_text("utf-8"))
    wanted: Counter[str] = Counter()
    met: Counter[str] = Counter()
    wrong = clean = flagged = 0
    for each in sentences:
        found = findings(each["full_text"])
        spans = [
            (span["entity_type"], span["start_position"], span["end_position"])
            for span in each["spans"]
            if span["entity_type"] in KINDS
        ]
        for kind, start, end in spans:
            wanted[kind] += 1
            met[kind] += any(s.kind in KINDS[kind] and s.start < end and s.end > start for s in found)
        wrong += sum(
            not any(s.kind in KINDS[kind] and s.start < end and s.end > start for kind, start, end in spans)
            for s in found
        )
        clean += not spans
        flagged += bool(found) and not spans
    by_kind = ", ".join(f"{kind.lower()} {met[kind]}/{wanted[kind]}" for kind in sorted(wanted))
    answers = lines_of(data / "gsm8k" / "train_sample800.jsonl")
    alarms = sum(bool(findings(row["answer"])) for row in answers)
    return [
        f"| presidio-research, {len(sentences)} synthetic sentences | `pii` | found: {by_kind}; wrongly found {wrong}; "
        f"{flagged} of {clean} sentences without such a thing flagged |",
        f"| gsm8k, worked answers (nothing personal) | `pii` | {alarms} of {len(answers)} flagged |",
    ]


def rude(data: Path) -> list[str]:
    """Share of comments flagged by the feeling that people saw in them. GoEmotions labels feelings, not toxicity."""
    home = data / "goemotions" / "raw" / "data" / "original"
    labels = (home / "labels.txt").read_text("utf-8").split()
    seen: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    for line in (home / "dev.tsv").read_text("utf-8").splitlines():
        text, numbers, _ = line.split("\t")
        is_rude = bool(found_in(text))
        for number in numbers.split(","):
            seen[labels[int(number)]] += 1
            flagged[labels[int(number)]] += is_rude
    shown = ("anger", "annoyance", "disgust", "neutral", "gratitude", "admiration", "joy")
    shares = ", ".join(f"{each} {flagged[each]}/{seen[each]}" for each in shown)
    return [f"| GoEmotions dev, comments by the feeling in them | `toxicity` | flagged: {shares} |"]


def refusing(data: Path) -> list[str]:
    """How many recorded ChatGPT answers are called refusals. Which of them rightly is in docs/evals/scorers.md."""
    rows = lines_of(data / "halueval" / "general_first_half.jsonl")
    kinds = Counter(kind_of(row["chatgpt_response"]) for row in rows)
    return [
        f"| HaluEval, {len(rows)} recorded ChatGPT answers | `refusal` | refusal {kinds['refusal']}, partial "
        f"{kinds['partial']}, answer {kinds['answer']} |"
    ]
