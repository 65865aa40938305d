"""`/v1/messages`, as Anthropic describes it."""

from loomwork.gateway.dialects.messages.dialect import MESSAGES

__all__ = ["MESSAGES"]
