"""Files in, documents out: `parse` reads one in process, `Workers` read where nothing can hang or crash the caller."""

from loomwork.knowledge.parsing.archives import Member, unpack
from loomwork.knowledge.parsing.detecting import format_of
from loomwork.knowledge.parsing.encodings import Decoded, decoded
from loomwork.knowledge.parsing.formats import FRAGILE, PARSER_SEMANTICS, PARSERS, formats
from loomwork.knowledge.parsing.languages import language_of
from loomwork.knowledge.parsing.limits import Hints, Limits
from loomwork.knowledge.parsing.problems import error_of
from loomwork.knowledge.parsing.reading import parse
from loomwork.knowledge.parsing.workers import ReadingStopped, Workers, parse_safely

__all__ = [
    "FRAGILE",
    "PARSERS",
    "PARSER_SEMANTICS",
    "Decoded",
    "Hints",
    "Limits",
    "Member",
    "ReadingStopped",
    "Workers",
    "decoded",
    "error_of",
    "format_of",
    "formats",
    "language_of",
    "parse",
    "parse_safely",
    "unpack",
]
