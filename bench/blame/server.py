"""A model and an order system on loopback, which follow from the request alone. It is no model: it counts and answers.

`desk-small` gives the last line back with its words in an order that the instructions decide; every other model gives
a hash of what it was asked and with which settings. Lines that begin with `Note:` are told to have no effect, as an
edit of a prompt often has none. A temperature above 0 makes each answer another one.
"""

import hashlib
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

STATES = {"101": "sent", "102": "late", "103": "sent", "104": "lost", "105": "packed"}


def heard(body: dict[str, Any]) -> str:
    """What the messages say, without notes."""
    said = "\n".join(str(message["content"]) for message in body["messages"])
    return "\n".join(line for line in said.splitlines() if line.strip() and not line.startswith("Note:"))


def answered(body: dict[str, Any], number: int) -> str:
    """The answer to a request; `number` counts the requests so far."""
    text = heard(body)
    asked = {key: value for key, value in body.items() if key not in {"messages", "stream", "stream_options"}}
    chance = str(number) if (body.get("temperature") or 0) > 0 else ""
    if body["model"] == "desk-small":
        *instructions, last = text.splitlines()
        salt = json.dumps([instructions, asked, chance], sort_keys=True)
        words = last.removeprefix("Question: ").split()
        return " ".join(sorted(words, key=lambda word: hashed(salt + word)))
    return f"(answer {hashed(json.dumps([text, asked, chance], sort_keys=True))[:12]})"


def hashed(text: str) -> str:
    """A hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


class Server:
    """Both services on one port; `calls` counts requests to the model, `asked` those to the order system."""

    def __init__(self) -> None:
        self.calls = 0
        self.asked: Counter[str] = Counter()
        self.states = dict(STATES)
        self.due = "Friday"
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._http.server_address[1]

    def reset(self) -> None:
        """As it was at the start."""
        self.calls, self.states, self.due = 0, dict(STATES), "Friday"
        self.asked.clear()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with lock:
                server.calls += 1
                number = server.calls
            message = {"role": "assistant", "content": answered(body, number)}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            usage = {"prompt_tokens": 40, "completion_tokens": 8, "total_tokens": 48}
            whole = {"id": f"c{number}", "object": "chat.completion", "created": 1, "model": body["model"]}
            self._send({**whole, "choices": [choice], "usage": usage})

        def do_GET(self) -> None:
            customer = self.path.rpartition("/")[2]
            with lock:
                server.asked[customer] += 1
            self._send({"id": f"o-{customer}", "state": server.states.get(customer, "?"), "due": server.due})

        def _send(self, value: object) -> None:
            data = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
