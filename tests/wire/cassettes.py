"""Read recorded exchanges from the forms they were published in. Knows nothing of our drivers."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "llm_traces"
SAMPLE = Path(__file__).parent / "recordings"


@dataclass(frozen=True)
class Recorded:
    """One exchange as it was recorded."""

    source: str
    index: int
    url: str
    request: dict[str, Any] | None
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def api(self) -> str:
        """`chat` (completions), `messages`, or the path of another API."""
        if self.path.endswith("/chat/completions"):
            return "chat"
        return "messages" if self.path == "/v1/messages" else "other"

    @property
    def streamed(self) -> bool:
        return "event-stream" in self.headers.get("content-type", "")

    @property
    def name(self) -> str:
        return f"{self.source}#{self.index}"

    def dumped(self) -> dict[str, Any]:
        """The form of tests/wire/recordings and of the replay driver."""
        response = {"status": self.status, "headers": self.headers, "body": self.body.decode("utf-8")}
        request = {"url": self.url, "body": self.request}
        return {"source": f"{self.source}#{self.index}", "request": request, "response": response}


_KEPT_HEADERS = {"content-type", "retry-after", "x-request-id", "request-id"}


def from_folder(root: Path) -> Iterator[Recorded]:
    """Every exchange of the cassettes (YAML) and of claudette's JSONL beneath `root`."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(root.rglob("*.yaml")):
        found = yaml.load(path.read_bytes(), Loader=loader)
        for index, one in enumerate(found["interactions"]):
            if "request" in one:
                yield _from_cassette(str(path.relative_to(root)), index, one)
    for path in sorted(root.glob("claudette/*.jsonl")):
        for index, line in enumerate(path.read_text("utf-8").splitlines()):
            yield _from_claudette(str(path.relative_to(root)), index, json.loads(line))


def from_sample(path: Path) -> Iterator[Recorded]:
    """Exchanges in our own form."""
    for line in path.read_text("utf-8").splitlines():
        one = json.loads(line)
        source, _, index = one["source"].rpartition("#")
        said = one["response"]
        yield Recorded(
            source=source,
            index=int(index),
            url=one["request"]["url"],
            request=one["request"]["body"],
            status=said["status"],
            headers=said["headers"],
            body=said["body"].encode(),
        )


def _from_cassette(source: str, index: int, one: dict[str, Any]) -> Recorded:
    asked, said = one["request"], one["response"]
    headers = {key.lower(): ", ".join(values) for key, values in said["headers"].items()}
    request = _parsed(asked)
    return Recorded(
        source=source,
        index=index,
        url=asked["uri"],
        request=request if isinstance(request, dict) else None,
        status=said["status"]["code"],
        headers={key: value for key, value in headers.items() if key in _KEPT_HEADERS},
        body=_raw(said, headers.get("content-encoding", "")),
    )


def _parsed(message: dict[str, Any]) -> Any:
    if "parsed_body" in message:
        return message["parsed_body"]
    body = message.get("body")
    try:
        return json.loads(body) if isinstance(body, (str, bytes)) else body
    except ValueError:
        return None


def _raw(message: dict[str, Any], encoding: str) -> bytes:
    if "parsed_body" in message:
        return json.dumps(message["parsed_body"], ensure_ascii=False).encode()
    body = message.get("body")
    body = body.get("string") if isinstance(body, dict) else body
    raw = body.encode() if isinstance(body, str) else (body or b"")
    return gzip.decompress(raw) if encoding == "gzip" and raw[:2] == b"\x1f\x8b" else raw


def _from_claudette(source: str, index: int, one: dict[str, Any]) -> Recorded:
    headers = {key: value for key, value in one["headers"].items() if key in _KEPT_HEADERS}
    body = one["response"].encode()
    return Recorded(
        source=source,
        index=index,
        url="https://api.anthropic.com/v1/messages",
        request=None,
        status=one["status_code"],
        headers=headers,
        body=body,
    )
