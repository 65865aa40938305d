"""The cache in front: complete answers by what was asked, bounded in bytes, the longest unused going first.

Behind it stands the memo, which verifies; this one saves the way there. Knows nothing of requests.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import msgspec

from loomwork.kernel.messages import Response

_ENCODE = msgspec.json.Encoder(order="deterministic").encode
_OVERHEAD = 1024


class Answer:
    """A complete answer and what it came to. `forms` holds it written out, by the form that was asked for."""

    __slots__ = ("cost_micros", "currency", "forms", "model", "responses", "shown", "size")

    def __init__(self, responses: Sequence[Response], *, model: str, cost_micros: int | None, currency: str) -> None:
        self.responses = tuple(responses)
        self.model = model
        self.cost_micros = cost_micros
        self.currency = currency
        self.shown = ""
        self.forms: dict[str, bytes] = {}
        self.size = _OVERHEAD


def key_of(*parts: str | bytes, body: dict[str, Any], without: frozenset[str]) -> bytes:
    """Name what is asked: by whom, of what, in which API, and the request but for the fields `without`.

    >>> key_of("a", body={"x": 1, "stream": True}, without=frozenset({"stream"})) == key_of("a", body={"x": 1},
    ...     without=frozenset())
    True
    """
    asked = {key: value for key, value in body.items() if key not in without}
    hashed = hashlib.blake2b(digest_size=24)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        hashed.update(len(raw).to_bytes(4))
        hashed.update(raw)
    hashed.update(_ENCODE(asked))
    return hashed.digest()


class Exact:
    """Answers by key.

    Args:
        limit: Bytes that may be held.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._answers: OrderedDict[bytes, Answer] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._answers)

    def get(self, key: bytes) -> Answer | None:
        """Return an answer, which thereby counts as used."""
        found = self._answers.get(key)
        if found is not None:
            self._answers.move_to_end(key)
        return found

    def put(self, key: bytes, answer: Answer) -> None:
        """Keep an answer with the forms that it has; it takes the place of an earlier one."""
        before = self._answers.pop(key, None)
        if before is not None:
            self.bytes -= before.size
        answer.size += sum(len(written) for written in answer.forms.values())
        self._answers[key] = answer
        self.bytes += answer.size
        self._make_room()

    def add(self, key: bytes, answer: Answer, form: str, written: bytes) -> None:
        """Keep a further form of an answer, if it is still held."""
        if self._answers.get(key) is not answer or form in answer.forms:
            return
        answer.forms[form] = written
        answer.size += len(written)
        self.bytes += len(written)
        self._make_room()

    def _make_room(self) -> None:
        while self.bytes > self._limit and self._answers:
            _, gone = self._answers.popitem(last=False)
            self.bytes -= gone.size

    def clear(self) -> None:
        """Forget everything."""
        self._answers.clear()
        self.bytes = 0
