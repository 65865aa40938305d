"""Read what was said to a model and by it out of any framework's body. Knows no span, no file and no store."""

from loomwork.trace.conversation.shapes import read_body, read_value

__all__ = ["read_body", "read_value"]
