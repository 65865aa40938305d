"""The messages API as a value of `Dialect`. Knows the three parts, nothing else."""

from collections.abc import Sequence
from typing import Any

from loomwork.gateway.dialects.asked import Asked, Head, Name
from loomwork.gateway.dialects.messages.pieces import MessagePieces
from loomwork.gateway.dialects.messages.reading import read
from loomwork.gateway.dialects.messages.writing import encode, error_of, write
from loomwork.gateway.problems import Problem
from loomwork.kernel.messages import Response


class Messages:
    """`/v1/messages`."""

    name: Name = "messages"
    driver = "anthropic"
    prefix = "msg_"

    def read(self, body: dict[str, Any]) -> Asked:
        """Read a request. Raises `FieldWrong`."""
        return read(body)

    def write(self, asked: Asked, head: Head, responses: Sequence[Response]) -> bytes:
        """Write a whole answer."""
        del asked
        return encode(write(head, responses[0]))

    def pieces(self, asked: Asked, head: Head) -> MessagePieces:
        """Begin to write an answer in pieces."""
        return MessagePieces(asked, head)

    def error(self, problem: Problem, trace: str) -> bytes:
        """Write a refusal."""
        return encode(error_of(problem, trace))

    def broken(self, problem: Problem, trace: str) -> bytes:
        """Write into a stream that it breaks off."""
        return b"event: error\ndata: " + encode(error_of(problem, trace)) + b"\n\n"


MESSAGES = Messages()
