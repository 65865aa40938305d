"""`/v1/embeddings`, as OpenAI describes it."""

from loomwork.gateway.dialects.embeddings.embeddings import read, write

__all__ = ["read", "write"]
