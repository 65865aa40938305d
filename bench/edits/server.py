"""Answer chat requests with a hash of the whole request, and count who asked for what. Knows nothing of any client.

Standard library only, so that it shares no code with what is measured. A request belongs to the bearer token that came
with it and to the step whose marker (`[[step:NAME]]`) stands in its body; the token is no part of the answer.
"""

import asyncio
import hashlib
import json
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator

MARKER = re.compile(r"\[\[step:(\w+)\]\]")
ROUTES = {"/v1": "", "/mirror/v1": "", "/alt/v1": "alt"}


def answer_to(body: object, salt: str) -> str:
    """The only answer that this server ever gives to a body.

    >>> answer_to({"a": 1}, "") == answer_to({"a": 1}, ""), answer_to({"a": 1}, "") == answer_to({"a": 1}, "alt")
    (True, False)
    """
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256((salt + canonical).encode()).hexdigest()


def whole(answer: str, model: str) -> dict[str, object]:
    """A complete chat answer."""
    return {
        "id": f"chatcmpl-{answer[:12]}",
        "object": "chat.completion",
        "created": 1_700_000_000,
        "model": model,
        "choices": [{"index": 0, "message": {"role": "assistant", "content": answer}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 40, "completion_tokens": 16, "total_tokens": 56},
    }


def chunks(answer: str, model: str) -> Iterator[bytes]:
    """The same answer as server-sent events."""
    head = {"id": f"chatcmpl-{answer[:12]}", "object": "chat.completion.chunk", "created": 1_700_000_000}
    for delta, reason in (({"role": "assistant", "content": answer[:32]}, None), ({"content": answer[32:]}, "stop")):
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        yield b"data: " + json.dumps({**head, "model": model, "choices": [choice]}).encode() + b"\n\n"
    usage = {"prompt_tokens": 40, "completion_tokens": 16, "total_tokens": 56}
    yield b"data: " + json.dumps({**head, "model": model, "choices": [], "usage": usage}).encode() + b"\n\n"
    yield b"data: [DONE]\n\n"


class Server:
    """A loopback server in a thread; `with Server() as server: server.port`."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "Server":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def calls(self, token: str) -> dict[str, int]:
        """Requests by step that came with this token."""
        return dict(self._counts[token])

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._connection, "127.0.0.1", self.port))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        line = await reader.readline()
        if not line:
            return False
        _method, path, _version = line.decode().split()
        headers = await read_headers(reader)
        raw = await read_body(reader, headers)
        route = next((name for name in ROUTES if path == f"{name}/chat/completions"), None)
        if route is None:
            writer.write(framed(404, "application/json", b'{"error": {"message": "no such route"}}'))
        else:
            self._answer(writer, headers, raw, ROUTES[route])
        await writer.drain()
        return headers.get("connection", "").lower() != "close"

    def _answer(self, writer: asyncio.StreamWriter, headers: dict[str, str], raw: bytes, salt: str) -> None:
        body = json.loads(raw)
        marker = MARKER.search(raw.decode())
        token = headers.get("authorization", "").removeprefix("Bearer ")
        self._counts[token][marker[1] if marker else "?"] += 1
        answer, model = answer_to(body, salt), body.get("model", "")
        if body.get("stream"):
            writer.write(framed(200, "text/event-stream", b"".join(chunks(answer, model))))
        else:
            writer.write(framed(200, "application/json", json.dumps(whole(answer, model)).encode()))


async def read_headers(reader: asyncio.StreamReader) -> dict[str, str]:
    """Header names in lower case."""
    headers: dict[str, str] = {}
    while (line := (await reader.readline()).decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return headers


async def read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    """A body with a length, or in pieces."""
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int((await reader.readline()).strip(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


def framed(status: int, kind: str, body: bytes) -> bytes:
    """One HTTP answer."""
    reason = "OK" if status == 200 else "Not Found"
    head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body
