"""Scorers over public data with known answers: gsm8k, BFCL, XQuAD, ROUGE, LLMBar, SQL, personal data, refusals.

    python -m bench.known [--write]

Reads ../shared/data; what is not there is left out and said. `--write` puts the table into bench/README.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bench.known import answers, detectors, judges, speed
from bench.readme import put

NOTE = (
    "Taken on 2026-11-22 with Python 3.11 and rouge-score 0.1.2; the times on two cores that others used as well. "
    "Judgements are recordings of GPT-4; no model was asked."
)
DATA = Path(__file__).parents[3] / "shared" / "data"
PARTS: dict[str, Callable[[Path], list[str]]] = {
    "gsm8k": answers.gsm8k,
    "bfcl": answers.bfcl,
    "xquad": answers.xquad,
    "rouge": answers.rouge,
    "sqleval": answers.sql,
    "llmbar": judges.llmbar,
    "bbq": judges.bbq,
    "pii": detectors.private,
    "goemotions": detectors.rude,
    "halueval": detectors.refusing,
    "speed": speed.speed,
}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the table into bench/README.md")
    parser.add_argument("names", nargs="*", help=f"of {', '.join(PARTS)}; all if none is named")
    options = parser.parse_args()
    lines = ["| data | scorer | figure |", "|---|---|---|"]
    for name in options.names or PARTS:
        try:
            lines += PARTS[name](DATA)
        except FileNotFoundError as absent:
            lines.append(f"| {name} | - | not measured: {Path(str(absent.filename)).name} is not there |")
    print("\n".join(lines))
    if options.write:
        put("known", "Scorers against known answers", "\n".join([*lines, "", NOTE]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
