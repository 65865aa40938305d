"""Read MSG, a mail as Outlook saves it: the same parts as a mail, out of another box."""

import io
from typing import Any

from loomwork.kernel.errors.knowledge import BrokenDocument, EncryptedDocument
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.job import Job, iso
from loomwork.knowledge.parsing.limits import Hints
from loomwork.knowledge.parsing.mail import head, write_attachments, write_inner, write_plain


def read_msg(job: Job, draft: Draft) -> None:
    """Read a mail saved by Outlook."""
    import oxmsg

    try:
        mail: Any = oxmsg.Message.load(io.BytesIO(job.data))
        sent = iso(mail.sent_date)
    except Exception as error:
        raise BrokenDocument(format="msg", reason=f"{type(error).__name__}: {error}") from error
    people = ", ".join(_person(one) for one in mail.recipients)
    head({"Subject": mail.subject or "", "From": mail.sender or "", "To": people, "Date": sent}, draft)
    draft.created = sent
    if "SMIME" in (mail.message_class or "") and "MultipartSigned" not in mail.message_class:
        raise EncryptedDocument
    if (mail.body or "").strip():
        write_plain(mail.body, draft)
    elif mail.html_body:
        page = mail.html_body if isinstance(mail.html_body, bytes) else mail.html_body.encode("utf-8", "replace")
        write_inner(job.nested(page, name="body.html", hints=Hints(format="html")), draft)
    write_attachments(list(_attached(mail, draft)), job, draft)


def _attached(mail: Any, draft: Draft) -> list[tuple[str, str, bytes]]:
    found: list[tuple[str, str, bytes]] = []
    for one in mail.attachments:
        try:
            data = one.file_bytes
            if data:
                found.append((one.file_name or "attachment", one.mime_type or "", data))
        except Exception as error:
            draft.problem(BrokenDocument(format="msg", reason=f"{type(error).__name__}: {error}"))
    return found


def _person(one: Any) -> str:
    name, address = one.name or "", one.email_address or ""
    return f"{name} <{address}>" if name and address and name != address else name or address
