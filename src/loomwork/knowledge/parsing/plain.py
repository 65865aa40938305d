"""Read plain text: paragraphs between empty lines, in the source as it stands. Knows no markup."""

import re

from loomwork.kernel.errors.knowledge import DoubtfulEncoding, EncryptedDocument
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.encodings import decoded
from loomwork.knowledge.parsing.job import Job

_CHAPTER = re.compile(r"第[一二三四五六七八九十百零〇\d]{1,5}([编章节])[ \u3000：:]?[^。；\n]{0,40}")
_CHAPTER_LEVELS = {"编": 1, "章": 2, "节": 3}
_CODE = re.compile(
    r"json|jsonl|ndjson|yaml|yml|toml|ini|py|js|ts|java|c|h|cpp|go|rs|sh|sql|css",
)


def read_text(job: Job, draft: Draft) -> None:
    """Read a text file; program text and data are blocks of code."""
    text = text_of(job, draft)
    if text.lstrip().startswith("-----BEGIN PGP MESSAGE-----"):
        raise EncryptedDocument
    text = draft.whole(text)
    suffix = job.name.rpartition(".")[2].lower()
    code = bool(_CODE.fullmatch(suffix))
    for start, end in paragraphs(text):
        chapter = _CHAPTER.fullmatch(text, start, end)
        if code:
            draft.mark("code", start, end)
        elif chapter:
            draft.mark("heading", start, end, level=_CHAPTER_LEVELS[chapter[1]], title=text[start:end])
        else:
            draft.mark("paragraph", start, end)


def text_of(job: Job, draft: Draft, *, said: str = "") -> str:
    """Return the job's bytes as text; `said` is what the file says about its own encoding."""
    found = decoded(job.data, hint=job.hints.encoding or said)
    if found.lost:
        draft.problem(DoubtfulEncoding(encoding=found.encoding, count=found.lost))
    draft.metadata["encoding"] = found.encoding
    return found.text


def paragraphs(text: str) -> list[tuple[int, int]]:
    r"""Return where the pieces between empty lines stand, without the white space around them.

    >>> [("a\nb \n\n c")[start:end] for start, end in paragraphs("a\nb \n\n c")]
    ['a\nb', 'c']
    """
    found: list[tuple[int, int]] = []
    place = 0
    begin = -1
    end = 0
    for line in text.split("\n"):
        if line.strip():
            if begin < 0:
                begin = place + len(line) - len(line.lstrip())
            end = place + len(line.rstrip())
        elif begin >= 0:
            found.append((begin, end))
            begin = -1
        place += len(line) + 1
    if begin >= 0:
        found.append((begin, end))
    return found
