"""Values to bytes and back, equal and of the same types. Knows nothing of what the bytes are kept for; never pickle."""

from loomwork.kernel.codecs.coding import decode, encode, register_codec

__all__ = ["decode", "encode", "register_codec"]
