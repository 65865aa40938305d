"""A plain HTTP client for tests: what is sent is what was written, nothing is added. Knows no route."""

from __future__ import annotations

import http.client
import json as read
from collections.abc import Generator, Mapping
from contextlib import closing, contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Answer(NamedTuple):
    """What came back."""

    status_code: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return read.loads(self.text)


def request(
    way: str, url: str, *, json: Any = None, content: bytes = b"", headers: Mapping[str, str] | None = None
) -> Answer:
    """Send one request and read the whole answer."""
    with opened(way, url, json=json, content=content, headers=headers) as answer:
        text = answer.read().decode()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)


@contextmanager
def opened(
    way: str, url: str, *, json: Any = None, content: bytes = b"", headers: Mapping[str, str] | None = None
) -> Generator[http.client.HTTPResponse]:
    """Send one request and give the answer to be read as it comes; leaving the block hangs up."""
    parts = urlsplit(url)
    body = content if json is None else read.dumps(json).encode()
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)) as connection:
        connection.request(way, parts.path, body, dict(headers or {}))
        with closing(connection.getresponse()) as answer:
            yield answer


def get(url: str, **options: Any) -> Answer:
    return request("GET", url, **options)


def post(url: str, **options: Any) -> Answer:
    return request("POST", url, **options)
