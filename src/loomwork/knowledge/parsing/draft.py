"""The document that a parser is writing: text, blocks, sections and problems in step. Knows no format."""

import re

from loomwork.kernel.errors.knowledge import DocumentProblem
from loomwork.knowledge.parsing.limits import Meter
from loomwork.knowledge.parsing.problems import inside, problem_of
from loomwork.knowledge.values import Block, BlockKind, Document, PageMark, Problem

# NUL ends strings in too many places; a lone surrogate cannot be written as UTF-8.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_GAP = "\n\n"
MAX_TITLE = 300


class Draft:
    """A document in the making. Either `add` the pieces in order, or put the `whole` text in and `mark` its pieces."""

    def __init__(self, meter: Meter) -> None:
        self.title = ""
        self.created = ""
        self.modified = ""
        self.language = ""
        self.pages = 0
        self.page_names: dict[int, str] = {}
        """What people call a page: the names of sheets."""
        self.metadata: dict[str, object] = {}
        self.stated: frozenset[str] = frozenset()
        """Keys that a person has written down: they are kept when nothing stands behind them, too."""
        self._meter = meter
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._sections: list[tuple[int, str]] = []
        self._section: tuple[str, ...] = ()
        self._problems: list[Problem] = []
        self._first_heading = ""

    def add(self, kind: BlockKind, text: str, *, level: int = 0, page: int = 0) -> None:
        """Append a piece of text as a block of its own; empty text adds nothing."""
        text = writable(text)
        text = text.strip("\n").rstrip() if kind == "code" else text.strip()
        if not text:
            return
        self._meter.characters(len(text))
        start = self._append(text)
        self._block(kind, start, start + len(text), level, page, text)

    def picture(self, *, page: int) -> None:
        """Note a page or picture without text, at this place."""
        self._blocks.append(Block(kind="image", start=self._length, end=self._length, page=page, section=self.section))

    def whole(self, text: str) -> str:
        """Put in the text of a source file as it is, to be marked; returns what stands there."""
        text = writable(text)
        self._meter.characters(len(text))
        self._parts.append(text)
        self._length = len(text)
        return text

    def mark(self, kind: BlockKind, start: int, end: int, *, level: int = 0, title: str = "") -> None:
        """Make a block of a piece of the `whole` text; `title` is what a heading says without its markup."""
        if start < end:
            self._block(kind, start, end, level, 0, title)

    def nest(self, document: Document, name: str, *, level: int) -> tuple[int, int]:
        """Append another document beneath a heading that names it; returns where its text stands."""
        self.add("heading", name, level=level)
        above = self.section
        start = self._append(document.text) if document.text else self._length
        for block in document.blocks:
            self._blocks.append(
                Block(
                    kind=block.kind,
                    start=start + block.start,
                    end=start + block.end,
                    level=min(6, block.level + level) if block.level else 0,
                    page=0,
                    section=(*above, *block.section),
                )
            )
        self._problems.extend(inside(problem, name) for problem in document.problems)
        return start, start + len(document.text)

    def problem(self, error: DocumentProblem, *, page: int = 0) -> None:
        """Record something that could not be read; the same thing twice is recorded once."""
        record = problem_of(error, page=page)
        if record not in self._problems:
            self._problems.append(record)

    def leave_sections(self) -> None:
        """Begin a part that stands beneath no heading: a new slide, sheet or chapter."""
        self._sections.clear()
        self._section = ()

    @property
    def section(self) -> tuple[str, ...]:
        """Titles of the headings above what comes next."""
        return self._section

    @property
    def empty(self) -> bool:
        """Whether no block has text yet."""
        return all(block.start == block.end for block in self._blocks)

    def on_page(self, page: int) -> bool:
        """Whether a block with text stands on this page."""
        return any(block.page == page and block.start < block.end for block in reversed(self._blocks))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was recorded so far."""
        return tuple(self._problems)

    def document(self, *, name: str, format: str, language: str) -> Document:
        """Return the finished value."""
        return Document(
            doc=name,
            path=name,
            text="".join(self._parts),
            blocks=tuple(self._blocks),
            title=(one_line(self.title) or self._first_heading)[:MAX_TITLE],
            language=self.language or language,
            format=format,
            created=self.created,
            modified=self.modified,
            pages=self.pages,
            page_marks=self._page_marks(),
            metadata={
                key: value
                for key, value in self.metadata.items()
                if value not in ("", None, [], {}) or key in self.stated
            },
            problems=self.problems,
        )

    def _page_marks(self) -> tuple[PageMark, ...]:
        marks: list[PageMark] = []
        here = 0
        for block in self._blocks:
            if block.page != here and block.start < block.end:
                here = block.page
                marks.append(PageMark(block.start, here, self.page_names.get(here, "")))
        return tuple(marks)

    def prose(self, enough: int = 50_000) -> str:
        """Return the text of blocks that are written language, up to about `enough` characters."""
        text = "".join(self._parts)
        taken: list[str] = []
        length = 0
        for block in self._blocks:
            if block.kind not in ("code", "image"):
                taken.append(text[block.start : block.end])
                length += block.end - block.start
            if length > enough:
                break
        return "\n".join(taken)

    def _append(self, text: str) -> int:
        if self._length:
            self._parts.append(_GAP)
            self._length += len(_GAP)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start

    def _block(self, kind: BlockKind, start: int, end: int, level: int, page: int, title: str) -> None:
        if kind == "heading":
            level = min(6, max(1, level))
            while self._sections and self._sections[-1][0] >= level:
                self._sections.pop()
            self._section = tuple([title for _, title in self._sections])
        self._blocks.append(
            Block(
                kind=kind,
                start=start,
                end=end,
                level=level if kind == "heading" else 0,
                page=page,
                section=self.section,
            )
        )
        if kind == "heading":
            self._sections.append((level, one_line(title)[:MAX_TITLE]))
            self._section = tuple([title for _, title in self._sections])
            self._first_heading = self._first_heading or one_line(title)


def writable(text: str) -> str:
    r"""Return text that can be kept anywhere, of the same length.

    >>> writable("a\x00b")
    'a\ufffdb'
    """
    return _UNWRITABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    r"""Return text with every run of white space as one blank.

    >>> one_line("  a\n b ")
    'a b'
    """
    return " ".join(writable(text).split())
