"""`/v1/chat/completions`, as OpenAI describes it and everyone compatible speaks it."""

from loomwork.gateway.dialects.chat.dialect import CHAT

__all__ = ["CHAT"]
