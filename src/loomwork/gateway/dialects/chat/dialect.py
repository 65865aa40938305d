"""Chat completions as a value of `Dialect`. Knows the three parts, nothing else."""

from collections.abc import Sequence
from typing import Any

from loomwork.gateway.dialects.asked import Asked, Head, Name
from loomwork.gateway.dialects.chat.pieces import ChatPieces
from loomwork.gateway.dialects.chat.reading import read
from loomwork.gateway.dialects.chat.writing import encode, error_of, write
from loomwork.gateway.problems import Problem
from loomwork.kernel.messages import Response


class Chat:
    """`/v1/chat/completions`."""

    name: Name = "chat"
    driver = "openai"
    prefix = "chatcmpl-"

    def read(self, body: dict[str, Any]) -> Asked:
        """Read a request. Raises `FieldWrong`."""
        return read(body)

    def write(self, asked: Asked, head: Head, responses: Sequence[Response]) -> bytes:
        """Write a whole answer."""
        del asked
        return encode(write(head, responses))

    def pieces(self, asked: Asked, head: Head) -> ChatPieces:
        """Begin to write an answer in pieces."""
        return ChatPieces(asked, head)

    def error(self, problem: Problem, trace: str) -> bytes:
        """Write a refusal."""
        del trace
        return encode(error_of(problem))

    def broken(self, problem: Problem, trace: str) -> bytes:
        """Write into a stream that it breaks off."""
        del trace
        return b"data: " + encode(error_of(problem)) + b"\n\n"


CHAT = Chat()
