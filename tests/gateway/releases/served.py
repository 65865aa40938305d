"""A small application in a serving process, for tests of what stands around it: says its release, streams, crashes.

Run as `python -m tests.gateway.releases.served FOLDER`. A file `bad-RELEASE` there keeps it from starting.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from loomwork.gateway.releases.child import Order, Serving


def application(release: str) -> Any:
    marks = [(b"x-release", release.encode()), (b"x-pid", str(os.getpid()).encode())]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        message = await receive()
        body = message.get("body", b"")
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
        match scope["path"]:
            case "/v1/crash":
                os._exit(3)
            case "/v1/stream":
                await send({"type": "http.response.start", "status": 200, "headers": marks})
                for number in range(int(scope["query_string"] or b"5")):
                    await send({"type": "http.response.body", "body": b"%d\n" % number, "more_body": True})
                    await asyncio.sleep(0.01)
                await send({"type": "http.response.body", "body": release.encode()})
            case "/v1/wait":
                await send({"type": "http.response.start", "status": 200, "headers": marks})
                await send({"type": "http.response.body", "body": b"begun\n", "more_body": True})
                while (await receive())["type"] != "http.disconnect":
                    pass
                await asyncio.to_thread(Path(scope["query_string"].decode()).write_text, "left")
            case _:
                said = json.dumps({"release": release, "path": scope["path"], "body": body.decode()}).encode()
                head = [*marks, (b"content-length", str(len(said)).encode())]
                await send({"type": "http.response.start", "status": 200, "headers": head})
                await send({"type": "http.response.body", "body": said})

    return app


def main() -> None:
    folder, text = Path(sys.argv[1]), os.environ["LOOMWORK_SERVE_ORDER"]
    order = msgspec.json.decode(text, type=Order)
    release = order.release or "r0"
    if (folder / f"bad-{release}").exists():
        sys.exit(7)
    config = uvicorn.Config(
        application(release), loop="uvloop", http="httptools", lifespan="off", log_level="error", access_log=False,
        timeout_graceful_shutdown=10,
    )  # fmt: skip
    serving = Serving(msgspec.structs.replace(order, release=release), config, {"folder": str(folder)})
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(serving.serve())


if __name__ == "__main__":
    main()
