"""`/v1/completions`, the older way to ask, answered by models that hold conversations."""

from loomwork.gateway.dialects.completions.dialect import COMPLETIONS

__all__ = ["COMPLETIONS"]
