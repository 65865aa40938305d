"""A model server on loopback that answers at once and reads nothing: what is measured beside it is the gateway alone.

Whole answers are fixed bytes; a streamed one is 64 chunks, each written by itself. Its own CPU is not counted.
`python -m bench.gateway.upstream` prints its base URL.
"""

import asyncio
import json
import sys

CHUNKS = 64
_WORDS = "The tide follows the moon, twice a day, and the harbour follows the tide. "


def _whole() -> bytes:
    body = {
        "id": "chatcmpl-bench",
        "object": "chat.completion",
        "created": 1,
        "model": "bench-model",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": _WORDS * 4}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 40, "completion_tokens": 60, "total_tokens": 100},
    }
    data = json.dumps(body).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(data) + data


def _chunk(body: dict) -> bytes:
    data = b"data: " + json.dumps(body).encode() + b"\n\n"
    return b"%x\r\n" % len(data) + data + b"\r\n"


def _pieces() -> list[bytes]:
    head = {"id": "chatcmpl-bench", "object": "chat.completion.chunk", "created": 1, "model": "bench-model"}

    def choice(delta: dict, finish: str | None = None) -> dict:
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    said = [_chunk(choice({"role": "assistant", "content": ""}))]
    said += [_chunk(choice({"content": " word"})) for _ in range(CHUNKS)]
    said.append(_chunk(choice({}, "stop")))
    usage = {"prompt_tokens": 40, "completion_tokens": CHUNKS, "total_tokens": 40 + CHUNKS}
    said.append(_chunk({**head, "choices": [], "usage": usage}))
    done = b"data: [DONE]\n\n"
    said.append(b"%x\r\n" % len(done) + done + b"\r\n")
    return said


WHOLE = _whole()
PIECES = _pieces()
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"


class Upstream(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._tasks: set[asyncio.Task] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while True:
            end = self._held.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._held[:end]).lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 : head.find(b"\r\n", at) if head.find(b"\r\n", at) > 0 else len(head)])
            if len(self._held) < end + 4 + length:
                return
            body = bytes(self._held[end + 4 : end + 4 + length])
            del self._held[: end + 4 + length]
            if b'"stream":true' in body:
                task = asyncio.get_running_loop().create_task(self._stream())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                self._transport.write(WHOLE)

    async def _stream(self) -> None:
        self._transport.write(HEAD)
        for piece in PIECES:
            await asyncio.sleep(0)
            if self._transport.is_closing():
                return
            self._transport.write(piece)
        self._transport.write(b"0\r\n\r\n")


async def _main() -> None:
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", 0, backlog=1024)
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"http://127.0.0.1:{port}/v1\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    asyncio.run(_main(), loop_factory=uvloop.new_event_loop) if sys.version_info >= (3, 12) else uvloop.run(_main())
