"""Read formats of older Office programs by having LibreOffice write the newer ones. Knows none of them itself."""

import tempfile
from pathlib import Path

from msgspec import structs

from loomwork.kernel.errors.knowledge import EncryptedDocument, ProgramFailed, ProgramMissing
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.job import Job, Parser
from loomwork.knowledge.parsing.programs import program, run_program
from loomwork.knowledge.parsing.sheets import read_xlsx
from loomwork.knowledge.parsing.slides import read_pptx
from loomwork.knowledge.parsing.word import read_docx

_NEWER: dict[str, tuple[str, Parser]] = {
    "doc": ("docx", read_docx),
    "xls": ("xlsx", read_xlsx),
    "xlsb": ("xlsx", read_xlsx),
    "ods": ("xlsx", read_xlsx),
    "ppt": ("pptx", read_pptx),
    "odp": ("pptx", read_pptx),
}


def read_legacy(job: Job, draft: Draft) -> None:
    """Read a document through the newer format that LibreOffice makes of it."""
    newer, parser = _NEWER[job.format]
    soffice = program("soffice")
    if not soffice:
        raise ProgramMissing(kind=job.format, program="LibreOffice", instead=newer)
    with tempfile.TemporaryDirectory(prefix="loomwork-") as place:
        folder = Path(place)
        source = folder / f"document.{job.format}"
        source.write_bytes(job.data)
        profile = (folder / "profile").as_uri()
        arguments = [soffice, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile}"]
        arguments += ["--convert-to", newer, "--outdir", str(folder / "out"), str(source)]
        ran = run_program(arguments, seconds=job.meter.left, folder=folder)
        made = folder / "out" / f"document.{newer}"
        if not made.exists():
            raise ProgramFailed(program="LibreOffice", reason=ran.said or f"status {ran.status}", instead=newer)
        job.meter.unpacked(made.stat().st_size)
        data = made.read_bytes()
    parser(structs.replace(job, data=data), draft)


def read_encrypted(job: Job, draft: Draft) -> None:
    """Say that an Office document is encrypted: what is inside can only be known with its password."""
    draft.metadata["bytes"] = len(job.data)
    raise EncryptedDocument
