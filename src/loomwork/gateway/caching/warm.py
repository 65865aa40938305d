"""Answers that were made ahead, for everybody who may ask: of models whole, of steps a mark that the memo has them.

They are named by the release too: what another release would say is never given. Knows nothing of who made them.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import structs

from loomwork.gateway.caching.exact import Answer, Exact, key_of
from loomwork.kernel.canonical import digest
from loomwork.kernel.messages import Request

SAYS_NOTHING = frozenset(
    {"user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key", "prompt_cache_retention",
     "inference_geo"}
)  # fmt: skip
"""Fields that are passed on and say how a request is billed, kept or counted: whoever says them asks the same."""


def key_of_requests(release: str, served: str, dialect: str, requests: Sequence[Request]) -> bytes:
    """Name what is asked of a release, whoever asks."""
    asked = [(digest(_bare(each)) if each.extra_body else digest(each)) for each in requests]
    return key_of(release, served, dialect, *(str(each) for each in asked), body={}, without=frozenset())


def key_of_arguments(release: str, served: str, body: dict[str, Any]) -> bytes:
    """Name a step's call by its own address."""
    return key_of(release, served, "step", body=body, without=frozenset())


def _bare(request: Request) -> Request:
    left = {key: value for key, value in request.extra_body.items() if key not in SAYS_NOTHING}
    return structs.replace(request, extra_body=left)


class Warm:
    """What was made ahead.

    Args:
        limit: Bytes that answers of models may take.
    """

    def __init__(self, limit: int) -> None:
        self.answers = Exact(limit)
        self._steps: set[bytes] = set()

    def __bool__(self) -> bool:
        return bool(self._steps) or len(self.answers) > 0

    def put(self, key: bytes, answer: Answer) -> bool:
        """Keep a model's answer; false where there is no room."""
        held = len(self.answers)
        self.answers.put(key, answer)
        return len(self.answers) > held

    def has(self, key: bytes) -> bool:
        """Whether it was made ahead."""
        return key in self._steps or self.answers.get(key) is not None

    def mark(self, key: bytes) -> None:
        """Note that the memo has a step's answer."""
        self._steps.add(key)

    def is_step(self, key: bytes) -> bool:
        """Whether the memo was given a step's answer ahead."""
        return key in self._steps
