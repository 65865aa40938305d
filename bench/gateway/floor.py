"""The least that an HTTP server in Python costs: uvicorn with uvloop and httptools, and an answer of fixed bytes.

`python -m bench.gateway.floor` prints its address.
"""

import asyncio
import socket
import sys
from typing import Any

import uvicorn
import uvloop

ANSWER = b'{"id":"floor","choices":[{"index":0,"message":{"role":"assistant","content":"' + b"word " * 60 + b'"}}]}'
_HEAD = [(b"content-type", b"application/json"), (b"content-length", str(len(ANSWER)).encode())]


async def app(scope: Any, receive: Any, send: Any) -> None:
    """Read the request and answer."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": _HEAD})
    await send({"type": "http.response.body", "body": ANSWER})


def main() -> None:
    """Serve."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen(128)
    config = uvicorn.Config(app, http="httptools", access_log=False, log_level="warning", lifespan="off", ws="none")
    sys.stdout.write(f'{{"url": "http://127.0.0.1:{taken.getsockname()[1]}"}}\n')
    sys.stdout.flush()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[taken]))


if __name__ == "__main__":
    main()
