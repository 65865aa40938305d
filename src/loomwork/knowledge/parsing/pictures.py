"""Read the text in pictures through tesseract where it is installed. Knows nothing of pages."""

import functools

from loomwork.kernel.errors.knowledge import PictureUnread, PictureWithoutText, ProgramFailed
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.joining import joined, unspaced
from loomwork.knowledge.parsing.plain import paragraphs
from loomwork.knowledge.parsing.programs import program, run_program

_WANTED = ("chi_sim", "eng")


def read_picture(job: Job, draft: Draft) -> None:
    """Read a picture file."""
    write_picture(job.data, job, draft, page=1)


def write_picture(picture: bytes, job: Job, draft: Draft, *, page: int) -> None:
    """Write the text of a picture into the draft, or that it has none that could be read."""
    tesseract = program("tesseract") if job.hints.pictures == "read" else ""
    if not tesseract:
        draft.picture(page=page)
        draft.problem(PictureWithoutText(program="tesseract"), page=page)
        return
    ran = run_program(
        [tesseract, "stdin", "stdout", "-l", _languages(tesseract)], given=picture, seconds=job.meter.left
    )
    if ran.status != 0:
        draft.picture(page=page)
        draft.problem(ProgramFailed(program="tesseract", reason=ran.said, instead="PNG"), page=page)
        return
    text = ran.output.decode("utf-8", "replace").replace("\f", "\n").replace("\r", "")
    pieces = [functools.reduce(joined, map(unspaced, text[start:end].split("\n"))) for start, end in paragraphs(text)]
    for piece in pieces:
        draft.add("paragraph", piece, page=page)
    if not pieces:
        draft.picture(page=page)
        draft.problem(PictureUnread(), page=page)


@functools.cache
def _languages(tesseract: str) -> str:
    """Return the languages to read with: those wanted of those installed."""
    listed = run_program([tesseract, "--list-langs"], seconds=20)
    installed = (listed.output.decode("utf-8", "replace") + " " + listed.said).split()
    return "+".join(name for name in _WANTED if name in installed) or "eng"
