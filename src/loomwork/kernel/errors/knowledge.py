"""What can be wrong with documents and with what is made of them. Knows no file format and no index.

A parser raises a `DocumentProblem`; what a person gets is the document with a record of it, and the rest goes on.
"""

from typing import ClassVar

from loomwork.kernel.errors.base import UsageError


class DocumentProblem(UsageError):
    """A document, or a part of it, could not be read; `code` is its short name in records."""

    what = "the document could not be read"
    code: ClassVar[str] = "unread"


class EncryptedDocument(DocumentProblem):
    """It opens with a password only."""

    what = "the document is protected by a password"
    todo = "save a copy without the password"
    code = "encrypted"


class BrokenDocument(DocumentProblem):
    """Its bytes are not what its format asks for."""

    what = "the {format} file is damaged or cut off ({reason})"
    todo = "open it in the program that made it and save it again"
    code = "broken"


class DocumentTooLarge(DocumentProblem):
    """It goes beyond a limit; what was read before that is kept."""

    what = "the document goes beyond the limit of {limit} {unit}: it was not read, or no further than that"
    todo = "split the document, or raise `{setting}`"
    code = "too_large"


class DocumentTooDeep(DocumentProblem):
    """Documents inside documents beyond the limit."""

    what = "'{inside}' lies deeper than {limit} documents inside each other and was not read"
    todo = "unpack it, or raise `depth`"
    code = "too_deep"


class UnsupportedDocument(DocumentProblem):
    """Nothing here reads this kind of file."""

    what = "files of this kind ({kind}) are not read"
    todo = "these are: {known}"
    code = "unsupported"


class EmptyDocument(DocumentProblem):
    """It was read, and there is nothing in it."""

    what = "there is no text in the document"
    todo = "leave it out, or look whether its text is a picture"
    code = "empty"


class BlankDocument(DocumentProblem):
    """There is nothing in it to begin with."""

    what = "the document is empty ({bytes} bytes)"
    todo = "write something in it, or leave it out"
    code = "empty"


class PictureWithoutText(DocumentProblem):
    """A scanned page or a picture, and nothing to read it with."""

    what = "there is a picture where text was expected, and {program} is not installed to read it"
    todo = "install {program} with its languages eng and chi_sim, and read the document again"
    code = "no_text"


class PictureUnread(DocumentProblem):
    """The program that reads pictures found nothing."""

    what = "no text was found in the picture"
    todo = "look at the picture; a sharper scan may help"
    code = "no_text"


class DoubtfulEncoding(DocumentProblem):
    """Some bytes are no characters in the encoding that fits best."""

    what = "{count} places are no text in {encoding}, the encoding that fits best"
    todo = "save the file as UTF-8"
    code = "encoding"


class ParserTimedOut(DocumentProblem):
    """Reading took too long and was stopped."""

    what = "reading the document took longer than {seconds} seconds and was stopped"
    todo = "split the document, or raise `seconds`"
    code = "timeout"


class ParserCrashed(DocumentProblem):
    """The process that read the document ended."""

    what = "the process that read the document ended ({reason})"
    todo = "open the document in the program that made it and save it again, or raise `memory`"
    code = "crashed"


class ParserEnded(DocumentProblem):
    """The process that read the document was ended by something else than the document: it is read again."""

    what = "the process that read the document was ended from outside ({reason})"
    todo = "build again; where it happens again, close other programs or lower `memory`"
    code = "ended"


class ParserOutOfMemory(DocumentProblem):
    """Reading wanted more memory than it may have."""

    what = "reading the document took more memory than the limit of {limit} MB"
    todo = "split the document, or raise `memory`"
    code = "memory"


class ProgramMissing(DocumentProblem):
    """A format that another program reads, and it is not installed."""

    what = "files of this kind ({kind}) are read through {program}, which is not installed"
    todo = "install {program}, or save the document as {instead}"
    code = "missing_program"


class ProgramFailed(DocumentProblem):
    """The other program did not manage."""

    what = "{program} could not read the document ({reason})"
    todo = "save the document as {instead}"
    code = "broken"


class FileUnreadable(DocumentProblem):
    """The system does not let the file be read."""

    what = "the file could not be opened ({reason})"
    todo = "make it readable, or leave it out with `exclude`"
    code = "unreadable"


class BadCorpusRow(DocumentProblem):
    """A line of a corpus is no row."""

    what = "line {line} is no row of a corpus ({reason})"
    todo = 'write one object a line: {{"id": ..., "title": ..., "text": ...}}'
    code = "bad_row"


class DuplicateDocument(DocumentProblem):
    """Two documents have the same id."""

    what = "another document, in {other}, has the same id; this one was left out"
    todo = "give each document an id of its own"
    code = "duplicate"


class ReadersUnclear(DocumentProblem):
    """What it says of its readers cannot be understood: nobody may read it."""

    what = "who may read the document is not clear, so nobody may ({reason})"
    todo = "correct what it says of its readers"
    code = "readers"


class ReadersUnsaid(DocumentProblem):
    """Neither it nor its folder says who may read it: nobody may."""

    what = "nothing says who may read the document, so nobody may (it has no '{key}')"
    todo = "write `{key}` into its front matter, add a `.readers` file to its folder, or set `otherwise`"
    code = "readers"


class ReadersUnsaidInRow(DocumentProblem):
    """A row does not say who may read it: nobody may."""

    what = "nothing says who may read the document, so nobody may (its row has no '{column}')"
    todo = "fill the column '{column}' of its row, or set `otherwise`"
    code = "readers"


class ReadersFunctionFailed(DocumentProblem):
    """The function that is to say who may read it does not: nobody may."""

    what = "who may read the document is not clear, so nobody may (the function of `readers`: {failure})"
    todo = "correct the function that `readers` names in loomwork.toml"
    code = "readers"


class ReadersOfNobody(DocumentProblem):
    """Its folder lets some read it, it names others: what both name is nobody."""

    what = "its folder lets {folder} read it and it names {own} itself: what both name is nobody"
    todo = "name a group that its folder's `.readers` file names too, or move it to another folder"
    code = "readers"


class ReadersDoubtful(DocumentProblem):
    """A group with a blank in its name: most likely two."""

    what = "'{group}' is taken as the name of one group"
    todo = "put commas between groups, or write a list: [legal, board]; groups are better called without blanks"
    code = "readers"


class UnknownKey(DocumentProblem):
    """A key of its front matter is nearly one that means something."""

    what = "'{key}' in its front matter means nothing here"
    todo = "did you mean `{near}`?"
    code = "front_matter"


class LinkOutside(DocumentProblem):
    """A link that leads out of the base's sources: it is not followed."""

    what = "it is a link that leads out of the sources (to {target}) and was not followed"
    todo = 'copy what it leads to, add that as a source, or set links = "follow"'
    code = "link"


class PageUnfetched(DocumentProblem):
    """A page could not be fetched; what was fetched before stays."""

    what = "the page could not be fetched ({reason})"
    todo = "open it in a browser to see whether it is there"
    code = "unfetched"


class FetchError(UsageError):
    """A page was not fetched; nothing was sent that a person would miss."""

    what = "the page was not fetched"


class UnsafeAddress(FetchError):
    """The address is not one that a document may be fetched from."""

    what = "'{url}' is not fetched: {reason}"
    todo = "give a public http or https address"


class FetchFailed(FetchError):
    """The server could not be reached, or refused."""

    what = "'{url}' could not be fetched ({reason})"
    todo = "open it in a browser to see whether it is there"
    retryable = True


class FetchTooLarge(FetchError):
    """The server sends more than is taken."""

    what = "'{url}' is larger than {limit} bytes"
    todo = "download it by hand, or raise `bytes`"


__all__ = [
    "BadCorpusRow",
    "BlankDocument",
    "BrokenDocument",
    "DocumentProblem",
    "DocumentTooDeep",
    "DocumentTooLarge",
    "DoubtfulEncoding",
    "DuplicateDocument",
    "EmptyDocument",
    "EncryptedDocument",
    "FetchError",
    "FetchFailed",
    "FetchTooLarge",
    "FileUnreadable",
    "LinkOutside",
    "PageUnfetched",
    "ParserCrashed",
    "ParserEnded",
    "ParserOutOfMemory",
    "ParserTimedOut",
    "PictureUnread",
    "PictureWithoutText",
    "ProgramFailed",
    "ProgramMissing",
    "ReadersDoubtful",
    "ReadersFunctionFailed",
    "ReadersOfNobody",
    "ReadersUnclear",
    "ReadersUnsaid",
    "ReadersUnsaidInRow",
    "UnknownKey",
    "UnsafeAddress",
    "UnsupportedDocument",
]
