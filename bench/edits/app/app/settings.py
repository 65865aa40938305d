"""What the desk can be told without touching its code."""

import os
from dataclasses import dataclass

SHOP = "Loom & Co"
MAX_WORDS = 60
TOP_K = 2
WEIGHTS = {"title": 3, "body": 1}
REGION = os.environ.get("TRIAGE_REGION", "eu")
STRICT = False
RETIRED_LIMIT = 500


@dataclass(frozen=True)
class Limits:
    """How much of an article a draft may quote."""

    quote_chars: int
    articles: int = 9


LIMITS = Limits(quote_chars=80)
