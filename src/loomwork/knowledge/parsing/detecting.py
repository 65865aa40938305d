"""Tell a file's format: by its first bytes and by what lies inside, then by its name. Reads no text."""

import io
import re
import zipfile
from pathlib import PurePosixPath

from loomwork.knowledge.parsing.limits import Hints

BY_SUFFIX = {
    "md": "markdown", "markdown": "markdown", "mdx": "markdown", "mkd": "markdown",
    "html": "html", "htm": "html", "xhtml": "html", "shtml": "html",
    "pdf": "pdf", "docx": "docx", "docm": "docx", "pptx": "pptx", "pptm": "pptx", "ppsx": "pptx",
    "xlsx": "xlsx", "xlsm": "xlsx", "csv": "csv", "tsv": "csv", "tab": "csv",
    "eml": "eml", "mht": "eml", "mhtml": "eml", "msg": "msg", "rtf": "rtf", "odt": "odt", "epub": "epub",
    "doc": "doc", "xls": "xls", "ppt": "ppt", "ods": "ods", "odp": "odp", "xlsb": "xlsb", "zip": "zip",
    "png": "image", "jpg": "image", "jpeg": "image", "tif": "image", "tiff": "image", "bmp": "image", "webp": "image",
    "gif": "image",
    "txt": "text", "text": "text", "log": "text", "rst": "text", "org": "text", "tex": "text", "json": "text",
    "jsonl": "text", "ndjson": "text", "yaml": "text", "yml": "text", "toml": "text", "ini": "text",
    "xml": "xml", "rss": "xml", "atom": "xml",
    "py": "text", "js": "text", "ts": "text", "java": "text", "c": "text", "h": "text", "cpp": "text", "go": "text",
    "rs": "text", "sh": "text", "sql": "text", "css": "text", "srt": "text", "vtt": "text",
}  # fmt: skip
BY_MEDIA_TYPE = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "text/plain": "text",
    "text/rtf": "rtf",
    "application/json": "text",
    "text/xml": "xml",
    "application/xml": "xml",
    "application/rss+xml": "xml",
    "application/atom+xml": "xml",
    "message/rfc822": "eml",
}
_MAGIC = (
    (b"%PDF-", "pdf"),
    (rb"{\rtf", "rtf"),
    (b"\x89PNG\r\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"GIF8", "image"),
    (b"BM", "bitmap"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Names of streams in an OLE file, as they stand in its directory.
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("__properties_version1.0", "msg"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
_HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]", re.I | re.S)
_HEADER = re.compile(
    r"(?:from|to|subject|date|received|return-path|message-id|mime-version|delivered-to|x-[\w-]+|content-type):\s", re.I
)
_TEXT = frozenset(("markdown", "html", "csv", "eml", "text", "rtf", "xml"))


def format_of(data: bytes, *, name: str, hints: Hints) -> str:
    """Return the format's name, or nothing where the file is none that is known.

    >>> format_of(b"%PDF-1.7", name="report.txt", hints=Hints()), format_of(b"# a", name="a.md", hints=Hints())
    ('pdf', 'markdown')
    """
    if hints.format:
        return hints.format
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lstrip(".").lower()
    said = BY_SUFFIX.get(suffix, "") or BY_MEDIA_TYPE.get(hints.media_type.partition(";")[0].strip().lower(), "")
    inside = _by_bytes(data, said)
    if inside:
        return inside
    if not looks_like_text(data):
        return "" if said in _TEXT else said
    if not data.strip() and said:
        return said
    return _text(data, said if said in _TEXT - {"rtf"} else "")


def _by_bytes(data: bytes, said: str) -> str:
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _packed(data, said)
    if data.startswith(_OLE):
        return _ole(data, said)
    head = data[:1024].lstrip()
    for magic, format in _MAGIC:
        if head.startswith(magic):
            return ("image" if said == "image" else "") if format == "bitmap" else format
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image"
    return "pdf" if b"%PDF-" in data[:1024] and said in ("", "pdf") else ""


def _packed(data: bytes, said: str) -> str:
    """Return what a zip is: an office document, a book, or an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
            kind = packed.open("mimetype").read(200).decode("ascii", "replace").strip() if "mimetype" in names else ""
    except Exception:
        return said if said in ("docx", "pptx", "xlsx", "odt", "epub", "ods", "odp", "xlsb") else "zip"
    if "epub" in kind:
        return "epub"
    for word, format in (("opendocument.text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp")):
        if "opendocument" in kind and word in kind:
            return format
    if "[Content_Types].xml" in names:
        if "xl/workbook.bin" in names:
            return "xlsb"
        for folder, format in (("word/", "docx"), ("ppt/", "pptx"), ("xl/", "xlsx")):
            if any(name.startswith(folder) for name in names):
                return format
    return "zip"


def _ole(data: bytes, said: str) -> str:
    for stream, format in _STREAMS:
        if stream.encode("utf-16-le") in data:
            return format
    return said if said in ("doc", "xls", "ppt", "msg") else "ole"


def looks_like_text(data: bytes) -> bool:
    """Tell whether a file is text in some encoding: few control characters, or the NULs of a wide encoding."""
    sample = data[:8192]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    controls = len(sample) - len(sample.translate(None, bytes((*range(9), *range(14, 27), *range(28, 32), 127))))
    if not sample or controls <= len(sample) * 0.01:
        return True
    from loomwork.knowledge.parsing.encodings import decoded

    found = decoded(sample[: len(sample) // 4 * 4])
    strange = sum(character < " " and character not in "\t\n\f\v" for character in found.text)
    return found.encoding.startswith(("utf-16", "utf-32")) and found.lost <= 1 and strange <= len(found.text) * 0.01


def _text(data: bytes, said: str) -> str:
    """Return which kind of text it is; the name decides where there is one."""
    if said:
        return said
    head = data[:4096].replace(b"\x00", b"").decode("latin-1").lstrip("þÿï»¿ \r\n\t")
    if _HTML.match(head):
        return "html"
    if head.startswith("<?xml"):
        return "xml"
    lines = head.splitlines()[:8]
    return "eml" if sum(bool(_HEADER.match(line)) for line in lines) >= 2 and _HEADER.match(lines[0]) else "text"
