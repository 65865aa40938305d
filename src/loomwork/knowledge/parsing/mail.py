"""Read EML: headers as metadata, the body as text, attachments as documents inside. Sends and fetches nothing."""

import email.policy
import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import cast

from loomwork.kernel.errors.knowledge import DocumentTooLarge, EncryptedDocument
from loomwork.knowledge.parsing.draft import Draft, one_line
from loomwork.knowledge.parsing.encodings import decoded
from loomwork.knowledge.parsing.job import Job, iso
from loomwork.knowledge.parsing.limits import Hints
from loomwork.knowledge.parsing.plain import paragraphs
from loomwork.knowledge.values import Document

_HEADERS = ("From", "To", "Cc", "Bcc", "Reply-To", "Date", "Subject", "Message-ID", "In-Reply-To")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?")
_QUOTED_LINE = re.compile(r"\s*>")
# Pictures under this size are logos and smileys; reading each would cost a second and say nothing.
_DECORATION = 20_000
_ENCRYPTED = ("multipart/encrypted", "application/pgp-encrypted")


def read_eml(job: Job, draft: Draft) -> None:
    """Read a mail; one in UTF-16, as some programs save it, is read as text first."""
    data = job.data
    found = decoded(data) if data.count(b"\x00") > len(data) // 4 else None
    if found is not None and found.encoding.startswith("utf-16"):
        data = found.text.encode("utf-8")
    parsed = BytesParser(policy=email.policy.default).parsebytes(data)
    write_mail(parsed, job, draft)


def write_mail(mail: EmailMessage, job: Job, draft: Draft) -> None:
    """Write headers, body and attachments into the draft."""
    headers = {name: value for name in _HEADERS if (value := _header(mail, name))}
    head(headers, draft)
    if mail.get_content_type() in _ENCRYPTED or "smime" in str(mail.get_param("smime-type", "")):
        raise EncryptedDocument
    bodies, attached = _sorted_parts(mail, job)
    _body(bodies, job, draft)
    write_attachments(attached, job, draft)


def head(headers: dict[str, str], draft: Draft) -> None:
    """Put a mail's headers into the draft: the subject is its heading, the date when it was created."""
    subject = headers.pop("Subject", "")
    draft.title = subject
    draft.add("heading", subject, level=1)
    date = headers.get("Date", "")
    draft.created = _date(date)
    draft.metadata.update({name.lower().replace("-", "_"): value for name, value in headers.items()})


def write_attachments(attached: list[tuple[str, str, bytes]], job: Job, draft: Draft) -> None:
    """Write what is attached, each a document of its own beneath a heading with its name."""
    noted: list[dict[str, object]] = []
    for number, (name, media_type, data) in enumerate(attached, 1):
        if number > job.limits.members:
            draft.problem(DocumentTooLarge(limit=job.limits.members, unit="attachments", setting="members"))
            break
        if media_type.startswith("image/") and len(data) < _DECORATION:
            noted.append({"name": name, "format": "image", "start": 0, "end": 0})
            continue
        inner = job.nested(data, name=name, hints=Hints(media_type=media_type, pictures=job.hints.pictures))
        start, end = draft.nest(inner, name, level=2) if inner.text or inner.problems else (0, 0)
        noted.append({"name": name, "format": inner.format, "start": start, "end": end})
    draft.metadata["attachments"] = noted


def write_plain(text: str, draft: Draft) -> None:
    """Write a plain body by its paragraphs; lines that begin with `>` are what is answered to."""
    for start, end in paragraphs(text.replace("\r\n", "\n").replace("\r", "\n")):
        piece = text.replace("\r\n", "\n").replace("\r", "\n")[start:end]
        quoted = all(_QUOTED_LINE.match(line) for line in piece.split("\n"))
        draft.add("quote" if quoted else "paragraph", piece)


def write_inner(document: Document, draft: Draft) -> None:
    """Write the blocks of an HTML body as the mail's own."""
    for block in document.blocks:
        draft.add(block.kind, document.text[block.start : block.end], level=block.level + 1)


def _body(bodies: list[tuple[str, str]], job: Job, draft: Draft) -> None:
    """Write the plain form of the body, or the HTML one where it says much more."""
    plain = "\n\n".join(text for kind, text in bodies if kind == "plain").strip()
    pages = [text for kind, text in bodies if kind == "html"]
    documents = [
        job.nested(page.encode("utf-8", "replace"), name="body.html", hints=Hints(format="html", encoding="utf-8"))
        for page in pages
    ]
    length = sum(len(document.text) for document in documents)
    if plain and (len(plain) > length / 3 or not length):
        write_plain(plain, draft)
    else:
        for document in documents:
            write_inner(document, draft)


def _sorted_parts(mail: EmailMessage, job: Job) -> tuple[list[tuple[str, str]], list[tuple[str, str, bytes]]]:
    """Return the bodies as (plain or html, text) and the attachments as (name, media type, bytes)."""
    bodies: list[tuple[str, str]] = []
    attached: list[tuple[str, str, bytes]] = []
    for part in _leaves(mail):
        kind = part.get_content_type()
        name = _file_name(part)
        if kind == "message/rfc822":
            inner = _first_inside(part)
            if inner is not None:
                subject = _header(inner, "Subject")
                attached.append((name or f"{subject or 'message'}.eml", "message/rfc822", _bytes(inner)))
            continue
        data = _payload(part)
        job.meter.unpacked(len(data))
        is_file = bool(name) or part.get_content_disposition() == "attachment"
        if kind in ("text/plain", "text/html") and not is_file:
            bodies.append((kind.rpartition("/")[2], decoded(data, hint=_charset(part)).text))
        elif data and part.get_content_maintype() != "multipart":
            attached.append((name or f"attachment.{kind.rpartition('/')[2]}", kind, data))
    return bodies, attached


def _leaves(mail: EmailMessage) -> Iterator[EmailMessage]:
    """Yield the parts that hold content; a mail inside is one part."""
    waiting: list[EmailMessage] = [mail]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_type() != "message/rfc822":
            waiting += reversed(_inside(part))
        else:
            yield part


def _inside(part: EmailMessage) -> list[EmailMessage]:
    inner = cast("object", part.get_payload())
    members = cast("list[object]", inner) if isinstance(inner, list) else []
    return [one for one in members if isinstance(one, EmailMessage)]


def _first_inside(part: EmailMessage) -> EmailMessage | None:
    return next(iter(_inside(part)), None)


def _payload(part: EmailMessage) -> bytes:
    try:
        data = cast("object", part.get_payload(decode=True))
    except (ValueError, LookupError, TypeError, AssertionError):
        data = None
    if isinstance(data, bytes):
        return data
    text = cast("object", part.get_payload())
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else b""


def _bytes(mail: EmailMessage) -> bytes:
    try:
        return mail.as_bytes(policy=email.policy.compat32)
    except Exception:
        return str(mail.get_payload()).encode("utf-8", "replace")


def _charset(part: EmailMessage) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (LookupError, ValueError, TypeError, AttributeError):
        return ""


def _file_name(part: EmailMessage) -> str:
    try:
        return one_line(part.get_filename() or "")
    except Exception:
        return ""


def _header(mail: EmailMessage, name: str) -> str:
    """Return a header as people read it; one that the library cannot read is shown raw."""
    try:
        values = mail.get_all(name, [])
        text = ", ".join(str(value) for value in cast("list[object]", values))
    except Exception:
        raw = [value for key, value in mail.raw_items() if key.lower() == name.lower()]
        text = ", ".join(str(value) for value in raw)
    if any("\udc80" <= character <= "\udcff" for character in text):
        text = decoded(text.encode("utf-8", "surrogateescape")).text
    return one_line(text)


def _date(text: str) -> str:
    try:
        return iso(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        found = _ISO_DATE.match(text)
        return found[0] if found else ""
