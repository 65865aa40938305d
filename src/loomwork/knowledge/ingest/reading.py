"""Read documents for a build: simple formats here, fragile ones in processes of their own, slow ones never twice.

Knows no format: `parsing` does.
"""

import asyncio
import os
import threading
from collections.abc import Mapping, Sequence

from loomwork.flow.context import Frame, current_frame
from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.errors.knowledge import FetchError, PageUnfetched
from loomwork.knowledge.fetched import FetchLimits
from loomwork.knowledge.parsing import FRAGILE, Limits, ReadingStopped, Workers, format_of, parse
from loomwork.knowledge.parsing.problems import problem_of
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources import Place, Raw, page
from loomwork.knowledge.steps import NotKept, parse_file
from loomwork.knowledge.values import Document

_SLOW = FRAGILE - {"html", "zip", "eml"}
"""Worth a memo: reading them takes longer than finding it."""
_AT_ONCE = 4


class Reading:
    """Reads documents; for `with`.

    Args:
        limits: What one document may cost.
        root: Where calls are made when no step runs; None: nothing is memoised.
    """

    def __init__(self, limits: Limits, root: Frame | None) -> None:
        self._limits = limits
        self._root = root
        self._closed = threading.Event()
        self._workers = Workers(_cores(), limits=limits)

    def __call__(self, raw: Raw) -> Document:
        """Return the parsed document. What is wrong with it is said in it.

        Raises:
            ReadingStopped: This was closed: nothing is read for a build that has ended.
        """
        if self._closed.is_set():
            raise ReadingStopped
        if raw.hints.format:
            return parse(raw.data, name=raw.doc, limits=self._limits, hints=raw.hints)
        kind = format_of(raw.data, name=raw.doc, hints=raw.hints)
        if kind not in FRAGILE:
            return parse(raw.data, name=raw.doc, limits=self._limits, hints=raw.hints)
        frame = current_frame() or self._root
        if kind not in _SLOW or frame is None:
            return self._workers.parse(raw.data, name=raw.doc, hints=raw.hints)
        digest = digest_bytes(raw.data)
        arguments = (digest, raw.doc, raw.hints, self._limits, raw.data, self._workers)
        try:
            return frame.runtime.call(parse_file, frame, arguments, {})
        except NotKept as error:
            return error.document

    def close(self) -> None:
        """End the processes, and whoever still reads."""
        self._closed.set()
        self._workers.close()

    def __enter__(self) -> "Reading":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


async def fetched(settings: BaseSettings, places: Sequence[Place]) -> Mapping[str, Raw]:
    """Return the pages among places, or the records of those that could not be fetched."""
    gate = asyncio.Semaphore(_AT_ONCE)
    limits = FetchLimits(bytes=settings.limits.bytes)

    async def one(place: Place) -> Raw:
        from loomwork.knowledge.fetching import fetch  # its client costs a fifth of a second

        async with gate:
            try:
                return page(place, await fetch(place.doc, limits=limits), pictures=settings.ocr)
            except FetchError as error:
                problem = problem_of(PageUnfetched(reason=str(error)))
                return Raw(doc=place.doc, path=place.doc, data=b"", digest=Digest(""), problem=problem)

    pages = [place for place in places if not place.file]
    found = await asyncio.gather(*map(one, pages))
    return {raw.doc: raw for raw in found}


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
