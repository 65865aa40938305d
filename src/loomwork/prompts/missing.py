"""Say which variables a call forgot, and which of the given ones was probably meant. Knows nothing of prompts."""

from collections.abc import Iterable
from difflib import get_close_matches

OPTIONS = ("draw", "examples", "images", "max_tokens", "returns", "temperature", "tools")
"""Names that `ask` keeps for itself."""


def missing(prompt: str, absent: Iterable[str], given: Iterable[str]) -> dict[str, object]:
    """Return the fields of `MissingVariables`.

    >>> missing("p.md", {"question"}, {"questoin"})["given"]
    "'questoin' (did you mean 'question'?)"
    """
    lacking = sorted(absent)
    words: list[str] = []
    for name in sorted(given):
        near = get_close_matches(name, lacking, n=1)
        words.append(f"'{name}'" + (f" (did you mean '{near[0]}'?)" if near else ""))
    taken = [name for name in lacking if name in OPTIONS]
    hint = ", ".join(f"{name}=..." for name in lacking)
    if taken:
        hint += f" (ask keeps {', '.join(taken)} for itself: rename the variable)"
    return {
        "prompt": prompt,
        "missing": ", ".join(f"'{name}'" for name in lacking),
        "given": ", ".join(words) or "nothing",
        "hint": hint,
    }
