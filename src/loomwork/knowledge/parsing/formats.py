"""The formats that can be read and who reads each. Imports a parser when its format is first met."""

import importlib

from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.job import Job, Parser

PARSER_SEMANTICS = 4
"""Raised whenever the same bytes may become another text or other blocks: kept documents are then parsed anew."""


def _parser(module: str, function: str) -> Parser:
    def read(job: Job, draft: Draft) -> None:
        parser: Parser = getattr(importlib.import_module(f"loomwork.knowledge.parsing.{module}"), function)
        parser(job, draft)

    return read


PARSERS: dict[str, Parser] = {
    "markdown": _parser("markdown", "read_markdown"),
    "html": _parser("html", "read_html"),
    "pdf": _parser("pdf", "read_pdf"),
    "docx": _parser("word", "read_docx"),
    "pptx": _parser("slides", "read_pptx"),
    "xlsx": _parser("sheets", "read_xlsx"),
    "csv": _parser("delimited", "read_csv"),
    "eml": _parser("mail", "read_eml"),
    "msg": _parser("outlook", "read_msg"),
    "text": _parser("plain", "read_text"),
    "rtf": _parser("richtext", "read_rtf"),
    "odt": _parser("opendocument", "read_odt"),
    "epub": _parser("epub", "read_epub"),
    "zip": _parser("archives", "read_zip"),
    "xml": _parser("markup", "read_xml"),
    "image": _parser("pictures", "read_picture"),
    "doc": _parser("legacy", "read_legacy"),
    "xls": _parser("legacy", "read_legacy"),
    "xlsb": _parser("legacy", "read_legacy"),
    "ppt": _parser("legacy", "read_legacy"),
    "ods": _parser("legacy", "read_legacy"),
    "odp": _parser("legacy", "read_legacy"),
    "encrypted": _parser("legacy", "read_encrypted"),
}

FRAGILE = frozenset(PARSERS) - {"markdown", "text", "csv", "encrypted"}
"""Read through native code, other programs or libraries without bounds of their own: better in a worker."""


def formats() -> tuple[str, ...]:
    """Return the names of the formats that can be read."""
    return tuple(name for name in PARSERS if name != "encrypted")
