"""Bring other frameworks' traces in: one file a format, and one table that tells them apart."""

from loomwork.trace.importers.imported import Imported, keep
from loomwork.trace.importers.reading import FORMATS, read_bytes, read_file

__all__ = ["FORMATS", "Imported", "keep", "read_bytes", "read_file"]
