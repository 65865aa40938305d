"""What can be wrong with datasets outside a run: what they are read from, what is asked of them, where they go.

UsageError
├── DataMissing, DataDamaged, DataThere (PartThere), DataNotJsonl, DataUnwritable
├── DataUnread: UnknownFormat, UnknownEncoding, NoHeader, TableUnread, ParquetMissing, ParquetUnread
├── NoSuchVersion, AmbiguousVersion
├── SharesUnfit, NoSuchKey, KeyTwice, RowsConflict
├── SchemaUnfit
└── NothingToMake
BadRow
├── RowTooLarge, RowUneven, RowUnfit
"""

from loomwork.kernel.errors.base import UsageError
from loomwork.kernel.errors.flow import BadRow
from loomwork.kernel.errors.phrases import Phrase


class DataMissing(UsageError):
    """A dataset that is not there."""

    what = "there is no file {path}"
    todo = "check the path; it is taken from the current folder"
    on_page = "check the path; it is taken from the project's folder"


class DataDamaged(UsageError):
    """A compressed file that does not unpack."""

    what = "{path} cannot be unpacked ({detail})"
    todo = "get the file again"


class DataThere(UsageError):
    """A file would be overwritten."""

    what = "{path} is already there"
    todo = "choose another name with --out, or overwrite it with --force"
    on_page = "choose another name"


class PartThere(DataThere):
    """A part of a split would overwrite a dataset: it is called after the whole and the part."""

    todo = "call the part otherwise (--part NAME=SHARE), or overwrite it with --force"


class DataNotJsonl(UsageError):
    """A name that no dataset can have."""

    what = "{path} is no name for a dataset"
    todo = "give a name that ends in .jsonl"


class DataUnwritable(UsageError):
    """The system does not let a file be written."""

    what = "{path} cannot be written ({detail})"
    todo = "see that the folder may be written to and that the disk has room"


class DataUnread(UsageError):
    """A file that rows cannot be read from."""

    what = "{path} cannot be read as rows"


class UnknownFormat(DataUnread):
    """An ending that nothing is known of."""

    what = "{path} is in no format that is known here"
    todo = "give a file that ends in one of {known}"


class UnknownEncoding(DataUnread):
    """Bytes that are text in none of the usual ways."""

    what = "{path} is written in no encoding that is recognised"
    todo = "name it with --encoding, such as cp1252 or big5, or save the file as UTF-8"
    on_page = "save the file as UTF-8"


class NoHeader(DataUnread):
    """A table whose first line does not name its columns."""

    what = "{path} has no header ({detail})"
    todo = "put a first line before the rows that gives every column a name of its own"


class TableUnread(DataUnread):
    """A table in text that breaks its own rules."""

    what = "{path}, line {line}: the table cannot be read ({detail})"
    todo = "mend the line"


class ParquetMissing(DataUnread):
    """The library for Parquet files is not there."""

    what = "{path} is a Parquet file, and pyarrow, which reads those, is not installed"
    todo = "install it: pip install 'loomwork[parquet]'"


class ParquetUnread(DataUnread):
    """A Parquet file that is none, or is damaged."""

    what = "{path} cannot be read as Parquet ({detail})"
    todo = "write the file again"


class NoSuchVersion(UsageError):
    """A version of a dataset that is not kept."""

    what = "no version '{version}' of {path} is kept, nor does git know one"
    todo = "kept are: {known} (loomwork data show {path} --versions)"
    on_page = "kept are: {known}"


class AmbiguousVersion(UsageError):
    """A beginning that several versions have."""

    what = "several versions of {path} begin with '{version}'"
    todo = "give more of it: {known}"


class SharesUnfit(UsageError):
    """Parts that divide nothing."""

    what = "the dataset cannot be split like that ({detail})"
    todo = "name at least two parts with their shares: --part train=8 --part test=2"
    on_page = "name at least two parts with their shares"


class NoSuchKey(UsageError):
    """A key that no row has."""

    what = "no row of {path} has the key '{key}'"
    todo = "the rows have: {known}"


class KeyTwice(UsageError):
    """Two rows of one file under one key."""

    what = "{path}, line {line}: another row has {key} = {value} already (line {first})"
    todo = "choose a key that is different in every row"


class RowsConflict(UsageError):
    """Rows of several files that disagree under one key."""

    what = "{count} rows disagree, the first under {key} = {value}: {first} and {second} differ in {fields}"
    todo = "choose whose rows hold: --on-conflict first or --on-conflict last"


class SchemaUnfit(UsageError):
    """A file that is no JSON schema."""

    what = "{path} is no JSON schema ({detail})"
    todo = "mend the schema"


class NothingToMake(UsageError):
    """An index with nothing that could be asked about."""

    what = "knowledge '{name}' holds nothing that questions can be made from"
    todo = "build it with documents that have headings or passages of some length: loomwork knowledge build {name}"


class RowTooLarge(BadRow):
    """A line that is too long to be held."""

    what = "{file}, line {line}: the row is longer than {limit} bytes"
    todo = "put long texts into files of their own"


class RowUneven(BadRow):
    """A row of a table with other columns than its header."""

    what = "{file}, line {line}: the row has {found} fields, the header has {wanted}"
    todo = "mend the line: a field that holds the delimiter or a line break needs quotes"


class RowUnfit(BadRow):
    """A row that does not meet the schema."""

    what = "{file}, line {line}: {detail}"
    todo = "mend the line, or the schema"


class EmptyName(Phrase):
    """What is wrong with a header."""

    text = "column {place} has no name"


class NameTwice(Phrase):
    """What is wrong with a header."""

    text = "two columns are called '{name}'"


class NumberForName(Phrase):
    """What is wrong with a header."""

    text = "'{name}' is a number, so the first line seems to be a row"


class OneSource(Phrase):
    """What `--from` takes."""

    text = "a knowledge base, as knowledge:NAME"


class EmptyFile(Phrase):
    """What is wrong with a header."""

    text = "the file is empty"


__all__ = [
    "AmbiguousVersion",
    "DataDamaged",
    "DataMissing",
    "DataNotJsonl",
    "DataThere",
    "DataUnread",
    "DataUnwritable",
    "KeyTwice",
    "NoHeader",
    "NoSuchKey",
    "NoSuchVersion",
    "NothingToMake",
    "ParquetMissing",
    "ParquetUnread",
    "PartThere",
    "RowTooLarge",
    "RowUneven",
    "RowUnfit",
    "RowsConflict",
    "SchemaUnfit",
    "SharesUnfit",
    "TableUnread",
    "UnknownEncoding",
    "UnknownFormat",
]
