"""Send spans to an OTLP/HTTP endpoint: gzip, typed failure, retries that honour Retry-After. Knows no store."""

import gzip
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import aiohttp
import msgspec
from msgspec import Struct

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.trace import SpansNotSent
from loomwork.trace.otlp.export import Batch, Encoding

CONTENT: Mapping[Encoding, str] = {"json": "application/json", "protobuf": "application/x-protobuf"}
RETRYABLE: Final = frozenset({429, 502, 503, 504})
"""Answers after which OTLP allows to send again."""
TAKEN: Final = range(200, 300)
LONGEST_ANSWER: Final = 64 * 1024


class Patience(Struct, frozen=True, kw_only=True):
    """How often and how long a batch is tried."""

    attempts: int = 5
    first_s: float = 0.5
    longest_s: float = 30.0
    """No single wait is longer, whatever the server asks for."""
    timeout_s: float = 10.0


class Sent(NamedTuple):
    """What an endpoint took."""

    spans: int
    rejected: int
    message: str
    """Why it rejected some, in its own words."""
    retries: int


class _Answer(NamedTuple):
    status: int
    body: bytes
    retry_after: str | None


class Sender:
    """Sends batches over one session.

    Args:
        session: An open aiohttp session; the caller closes it.
        url: The endpoint; without a path it gets OTLP's own, `/v1/traces`.
        encoding: What the batches are encoded in.
        clock: Waits between attempts.
        headers: Sent along, for example an API key. They appear in no error.
        chance: A random number in [0, 1), for jitter.
        patience: Attempts and waits.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        *,
        encoding: Encoding,
        clock: Clock,
        headers: Mapping[str, str] | None = None,
        chance: Callable[[], float],
        patience: Patience | None = None,
    ) -> None:
        address = urlsplit(url)
        self._url = address._replace(path="/v1/traces").geturl() if address.path in {"", "/"} else url
        self._session = session
        self._clock = clock
        self._encoding: Encoding = encoding
        self._chance = chance
        self._patience = patience or Patience()
        self._headers = {**(headers or {}), "Content-Type": CONTENT[encoding], "Content-Encoding": "gzip"}

    async def send(self, batches: Iterable[Batch]) -> Sent:
        """Send every batch, in order. Raises `SpansNotSent` at the first that is refused for good."""
        spans = rejected = retries = 0
        messages: list[str] = []
        for batch in batches:
            answer, attempts = await self._deliver(batch)
            refused, message = _partial(answer.body, self._encoding)
            spans += batch.spans - refused
            rejected += refused
            retries += attempts - 1
            messages += [message] if message else []
        return Sent(spans, rejected, "; ".join(dict.fromkeys(messages)), retries)

    async def _deliver(self, batch: Batch) -> tuple[_Answer, int]:
        data = gzip.compress(batch.data, compresslevel=3)
        most = self._patience.attempts
        for attempt in range(1, most + 1):
            reason, answer = await self._try(data)
            if answer is not None and answer.status in TAKEN:
                return answer, attempt
            final = answer is not None and answer.status not in RETRYABLE
            if final or attempt == most:
                raise SpansNotSent(url=_shown(self._url), attempts=attempt, reason=reason)
            await self._clock.sleep(self._wait(attempt, answer))
        raise SpansNotSent(url=_shown(self._url), attempts=most, reason="no attempt is allowed")

    async def _try(self, data: bytes) -> tuple[str, _Answer | None]:
        timeout = aiohttp.ClientTimeout(total=self._patience.timeout_s)
        try:
            async with self._session.post(
                self._url, data=data, headers=self._headers, timeout=timeout, allow_redirects=False
            ) as response:
                body = await response.content.read(LONGEST_ANSWER)
                answer = _Answer(response.status, body, response.headers.get("Retry-After"))
                return f"HTTP {response.status} {_text(body)}".strip(), answer
        except TimeoutError:
            return f"no answer within {self._patience.timeout_s:g} s", None
        except aiohttp.ClientError as error:
            return f"{type(error).__name__}: {error}", None

    def _wait(self, attempt: int, answer: _Answer | None) -> float:
        asked = _seconds(answer.retry_after, self._clock) if answer is not None else None
        if asked is None:
            asked = self._patience.first_s * 2 ** (attempt - 1) * (0.5 + self._chance())
        return min(max(asked, 0.0), self._patience.longest_s)


def _seconds(stated: str | None, clock: Clock) -> float | None:
    """Read Retry-After: seconds, or a date."""
    if stated is None:
        return None
    if stated.strip().isdecimal():
        return float(stated)
    try:
        moment = parsedate_to_datetime(stated)
    except ValueError:
        return None
    now = datetime.fromtimestamp(clock.now_ns() / 1e9, tz=UTC)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now.timestamp()


def _partial(body: bytes, encoding: Encoding) -> tuple[int, str]:
    """Read how many spans a successful answer says it left out, and why."""
    if not body:
        return 0, ""
    if encoding == "protobuf":
        from google.protobuf.message import DecodeError
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

        try:
            partial = ExportTraceServiceResponse.FromString(body).partial_success
        except DecodeError:
            return 0, ""
        return partial.rejected_spans, partial.error_message
    try:
        answer = msgspec.json.decode(body, type=_JsonAnswer, strict=False)
    except msgspec.DecodeError:
        return 0, ""
    return answer.partial_success.rejected_spans, answer.partial_success.error_message


class _JsonPartial(Struct, frozen=True, rename="camel"):
    rejected_spans: int = 0
    error_message: str = ""


class _JsonAnswer(Struct, frozen=True, rename="camel"):
    partial_success: _JsonPartial = _JsonPartial()


def _text(body: bytes) -> str:
    return body[:200].decode("utf-8", "replace")


def _shown(url: str) -> str:
    """Return the address without user, password and query, which may hold keys."""
    address = urlsplit(url)
    return address._replace(netloc=address.netloc.rpartition("@")[2], query="", fragment="").geturl()
