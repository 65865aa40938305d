"""What can be wrong with datasets, prompts and comparisons that the studio is asked for.

StudioRefusal
├── NoSuchDataset, NoSuchLine, NotADataset, DatasetThere, DatasetPacked, DatasetDamaged
├── RowNotOneObject, RowTooLong, RowWithoutItem
├── FileUnwritable, SplitUnfit, PromptPathUnfit, PromptThere
└── CommandFailed     a command that the studio started came to nothing
"""

from loomwork.kernel.errors.studio import StudioRefusal


class NoSuchDataset(StudioRefusal):
    """No file is there, or no longer."""

    what = "there is no dataset at '{path}'"
    todo = "choose one of those that are listed; it may have been removed meanwhile"
    status = 404


class NoSuchLine(StudioRefusal):
    """The file has no row on that line."""

    what = "'{path}' has no row on line {line}"
    todo = "load the dataset again"
    status = 404


class NotADataset(StudioRefusal):
    """The name does not end as datasets do."""

    what = "'{path}' is no name for a dataset"
    todo = "give a name that ends in .jsonl, in a folder that is not hidden"


class DatasetPacked(StudioRefusal):
    """A compressed file is only read."""

    what = "'{path}' is compressed and is not changed here"
    todo = "unpack it, or add the rows to another dataset"


class DatasetDamaged(StudioRefusal):
    """A compressed file that does not unpack."""

    what = "'{path}' cannot be unpacked ({detail})"
    todo = "make it anew"


class DatasetThere(StudioRefusal):
    """A new file would replace another."""

    what = "'{path}' is there already"
    todo = "choose another name, or add rows to it"
    status = 409


class RowNotOneObject(StudioRefusal):
    """The text of a row is not the JSON of one object."""

    what = "row {number} is not one JSON object ({detail})"
    todo = 'write an object on one line, as {{"question": "..."}}; its keys are the parameters of the step'
    status = 422


class RowTooLong(StudioRefusal):
    """A row that is larger than an editor takes."""

    what = "the row on line {line} has {size} bytes, more than are shown whole ({limit})"
    todo = "edit the file with a program of your own"
    status = 413


class RowWithoutItem(StudioRefusal):
    """The item that a row should be taken from is not there, or its input cannot be said in JSON."""

    what = "row {number} cannot be taken from item {item} of run '{run}' ({detail})"
    todo = "give the row's text"
    status = 422


class FileUnwritable(StudioRefusal):
    """The system does not let the file be written: no right to, no room, a folder in its place."""

    what = "'{path}' cannot be written ({reason})"
    todo = "see that the folder may be written to and that the disk has room"
    status = 500


class SplitUnfit(StudioRefusal):
    """Parts that divide nothing."""

    what = "the dataset cannot be split like that ({detail})"
    todo = "name at least two new files with positive shares"
    status = 422


class PromptPathUnfit(StudioRefusal):
    """A name that no prompt file can have."""

    what = "'{name}' is no name for a prompt"
    todo = "use letters, digits, `-`, `_` and `/`; the file is made below prompts/ and ends in .md"
    status = 422


class PromptThere(StudioRefusal):
    """A new prompt would replace another."""

    what = "there is a prompt '{name}' already"
    todo = "open it, or choose another name"
    status = 409


class CommandFailed(StudioRefusal):
    """A command ended without an answer, for a reason that it did not tell."""

    what = "`loomwork {command}` ended without an answer ({detail})"
    todo = "run it in a terminal, with --debug"
    on_page = "try it again; the server's terminal may say more"
    status = 500


__all__ = [
    "CommandFailed",
    "DatasetDamaged",
    "DatasetPacked",
    "DatasetThere",
    "FileUnwritable",
    "NoSuchDataset",
    "NoSuchLine",
    "NotADataset",
    "PromptPathUnfit",
    "PromptThere",
    "RowNotOneObject",
    "RowTooLong",
    "RowWithoutItem",
    "SplitUnfit",
]
