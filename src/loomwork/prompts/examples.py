"""Few-shot examples: read them, and choose those nearest to a question by meaning. Knows nothing of prompts' files.

An example is a row: the variables of the prompt, and `output`, what the model should have answered.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from msgspec import Struct

from loomwork.kernel.errors.prompts import ExampleNotJson, ExampleNotObject, ExampleWithoutOutput
from loomwork.prompts.filters import text_of

Embed = Callable[[Sequence[str]], Awaitable[Any]]
"""Texts -> an array of shape (len(texts), dimensions)."""


class Example(Struct, frozen=True, kw_only=True):
    """One solved case: the variables given, and the answer wanted."""

    variables: dict[str, Any]
    output: Any
    place: str = ""
    """Where it was written, for messages."""

    def __fingerprint__(self) -> object:
        """What it says; where it was written counts nothing."""
        return {"variables": self.variables, "output": self.output}

    @property
    def answer(self) -> str:
        """The answer as the model would write it: text as it is, anything else as JSON."""
        return text_of(self.output)

    @property
    def question(self) -> str:
        """The variables as one text, to compare by meaning."""
        return "\n".join(text_of(value) for value in self.variables.values())


def as_example(row: object, *, place: str) -> Example:
    """Return the example in a row. Raises `BadExample`.

    >>> as_example({"text": "good", "output": "positive"}, place="p.md:4").answer
    'positive'
    """
    if isinstance(row, Example):
        return row
    if not isinstance(row, Mapping):
        raise ExampleNotObject(place=place)
    items = dict(cast("Mapping[str, object]", row))
    if "output" not in items:
        given = ", ".join(items) or "nothing"
        raise ExampleWithoutOutput(place=place, given=given)
    output = items.pop("output")
    return Example(variables=items, output=output, place=place)


def as_examples(rows: Sequence[object], *, place: str) -> tuple[Example, ...]:
    """Return the examples in some rows, each placed by its number."""
    return tuple(as_example(row, place=f"{place} {number}") for number, row in enumerate(rows, 1))


def read_examples(text: str, *, file: str) -> tuple[Example, ...]:
    """Return the examples of a JSONL file. Raises `BadExample` with file and line."""
    found: list[Example] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{file}:{number}"
        try:
            row = json.loads(line)
        except ValueError as bad:
            raise ExampleNotJson(place=place, detail=str(bad)) from None
        found.append(as_example(row, place=place))
    return tuple(found)


async def nearest_examples(
    examples: Sequence[Example], question: str, *, embed: Embed, k: int = 3
) -> tuple[Example, ...]:
    """Return the `k` examples whose variables mean most nearly what `question` asks; the nearest stands last.

    The nearest stands last because models weigh what they read last most (Lu et al. 2022, Liu et al. 2022: kNN
    prompting). Equal ones keep their order.
    """
    if len(examples) <= k:
        return tuple(examples)
    import numpy as np  # not needed before here, and heavy

    vectors = np.asarray(await embed([*(example.question for example in examples), question]), dtype=np.float64)
    lengths = np.linalg.norm(vectors, axis=1)
    lengths[lengths == 0] = 1.0
    unit = vectors / lengths[:, None]
    likeness = np.einsum("ij,j->i", unit[:-1], unit[-1])
    best = np.argsort(-likeness, kind="stable")[:k]
    return tuple(examples[int(at)] for at in reversed(best))
