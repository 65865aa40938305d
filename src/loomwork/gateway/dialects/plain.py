"""APIs whose refusals are OpenAI's and whose answers are written elsewhere: embeddings, steps. Pure."""

from loomwork.gateway.dialects.asked import Name
from loomwork.gateway.dialects.chat.writing import encode, error_of
from loomwork.gateway.problems import Problem


class Plain:
    """How an API refuses."""

    def __init__(self, name: Name) -> None:
        self.name: Name = name

    def error(self, problem: Problem, trace: str) -> bytes:
        """Write a refusal."""
        del trace
        return encode(error_of(problem))

    def broken(self, problem: Problem, trace: str) -> bytes:
        """Write into a stream that it breaks off."""
        del trace
        return b"data: " + encode(error_of(problem)) + b"\n\n"


EMBEDDINGS, STEP = Plain("embeddings"), Plain("step")
