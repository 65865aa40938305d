"""What can be wrong with the words of a command.

UsageError
├── UnknownCommand, UnknownLanguage
├── UnknownOption, NobodyNamed, MissingOption, MissingArgument, WrongValue, ValueMissing, ValueUnwanted, TooManyWords
├── DataFormat: DataIsTable, DataIsArray, DataIsSheet
├── NoRunsYet, NoSuchFile, NoSuchFolder, NoDocuments, VariableUnset, FileTaken, NeedsYes
├── BadSetOption: SetForm, SetKind, SetValue
├── TraceNotReplayed: ScoreNotReplayed
└── NoModelFound, UnknownPreset, ModelNotNamed, AliasTaken, ModelNotWritten
LoomworkError
├── Interrupted       the person stopped the command
├── FileTrouble       the system refused a file
├── CodeFailed        the application's own code raised
└── Unexpected        anything else
"""

from loomwork.kernel.errors.base import LoomworkError, UsageError
from loomwork.kernel.errors.phrases import Phrase


class UnknownCommand(UsageError):
    """There is no such command."""

    what = "there is no command '{name}'"
    todo = "did you mean: {known} (loomwork --help lists all)"


class UnknownLanguage(UsageError):
    """A language that nothing is written in."""

    what = "loomwork does not speak '{name}'"
    todo = "give --lang en or --lang zh"


class UnknownOption(UsageError):
    """The command takes no such option."""

    what = "{command} has no option {name}{near}"
    todo = "{command} --help shows what it takes"


class NobodyNamed(UsageError):
    """A person or a group without a name."""

    what = "{option} names nobody"
    todo = "give a name: {option} ada; without the option nobody in particular is meant"


class MissingOption(UsageError):
    """An option that the command cannot do without."""

    what = "{command} needs {name}"
    todo = "{command} --help shows what it takes"


class MissingArgument(UsageError):
    """A word that the command cannot do without."""

    what = "{command} needs a {name}"
    todo = "{command} --help shows what it takes"


class WrongValue(UsageError):
    """A value of the wrong kind."""

    what = "{name} must be {wanted}"
    todo = "{command} --help shows what it takes"


class ValueMissing(UsageError):
    """An option without the value that belongs to it."""

    what = "{name} needs a value behind it"
    todo = "{command} --help shows what it takes"


class ValueUnwanted(UsageError):
    """A value for an option that takes none."""

    what = "{name} takes no value"
    todo = "{command} --help shows what it takes"


class TooManyWords(UsageError):
    """Words that nothing asked for."""

    what = "{command} does not know what to do with: {words}"
    todo = "{command} --help shows what it takes"


class WholeNumber(Phrase):
    """What an option wants."""

    text = "a whole number"


class WholeNumberFrom(Phrase):
    """What an option wants."""

    text = "a whole number of at least {least}"


class WholeNumberBetween(Phrase):
    """What an option wants."""

    text = "a whole number from {least} to {most}"


class OneOf(Phrase):
    """What an option wants."""

    text = "one of {names}"


class SomethingElse(Phrase):
    """What an option wants, in the words of the parser."""

    text = "something else ({detail})"


class NoSuchFile(UsageError):
    """A file on the command line that is not there."""

    what = "there is no file {path}"
    todo = "check the path; it is taken from the current folder"
    on_page = "check the path; it is taken from the project's folder"


class NoRunsYet(UsageError):
    """A run or a trace is asked for, and there is none."""

    what = "there are no runs yet"
    todo = "make one: loomwork run MODULE:STEP --data FILE.jsonl"
    on_page = "make one with Run"


class DataFormat(UsageError):
    """A dataset that is no JSONL."""

    what = "{path} is no JSONL: one JSON object a line"


class DataIsTable(DataFormat):
    """A dataset in CSV or TSV."""

    what = "{path} is a table in text, and a dataset is JSONL: one JSON object a line"
    todo = "convert it: loomwork data import {path}"


class DataIsArray(DataFormat):
    """A dataset as one JSON array."""

    what = "{path} is one JSON array, and a dataset is JSONL: one JSON object a line"
    todo = (
        'convert it: python -c "import json; [print(json.dumps(row, ensure_ascii=False)) for row in '
        "json.load(open('{path}', encoding='utf-8-sig'))]\" > {converted}"
    )


class DataIsSheet(DataFormat):
    """A dataset as a spreadsheet or a binary table."""

    what = "{path} is a binary table, and a dataset is JSONL: one JSON object a line"
    todo = "save it as CSV first; then the message about CSV shows the next step"


class RunOrTarget(UsageError):
    """`eval` needs to know what is scored."""

    what = "it is not clear what is scored"
    todo = "give MODULE:STEP with --data FILE.jsonl, or --run RUN alone for a run that is there already"


class RunsOrTraffic(UsageError):
    """`compare` needs to know what is compared."""

    what = "it is not clear what is compared"
    todo = "give two runs, or --by ATTRIBUTE --outcome ATTRIBUTE for variants of live traffic"


class NoScorers(UsageError):
    """No scorer was chosen."""

    what = "no scorer was chosen"
    todo = "add --scorer NAME (`loomwork eval --scorers` lists them), or a table [scorers.NAME] to loomwork.toml"


class NothingToPair(UsageError):
    """Two runs have no row in common."""

    what = "the runs {a} and {b} have no row in common"
    todo = "compare runs over the same data: rows are paired by what went in"


class NoSuchFolder(UsageError):
    """A folder to write into that is not there."""

    what = "there is no folder {path}"
    todo = "make it first, or choose another place"


class NoDocuments(UsageError):
    """Documents on the command line that are not there."""

    what = "there are no documents at {path}"
    todo = "name a folder (or a file, an archive, a *.jsonl corpus) that is there"


class VariableUnset(UsageError):
    """An environment variable on the command line that has no value."""

    what = "the environment variable {name} is not set"
    todo = "set it, or name another one"


class FileTaken(UsageError):
    """A file that the command would overwrite."""

    what = "{path} is already there"
    todo = "choose another name with --out, or remove it first"


class NeedsYes(UsageError):
    """A question that nobody can answer here."""

    what = "this asks before it goes on, and there is no terminal to ask in"
    todo = "add --yes to go on without being asked (--dry-run shows what would go)"


class BadSetOption(UsageError):
    """A --set that cannot be used."""

    what = "--set {text} cannot be used"
    todo = "write step:NAME=@FILE.json, prompt:NAME=FILE or model:NAME=ALIAS"


class SetForm(BadSetOption):
    """A --set without its parts."""

    what = "--set {text}: it has no KIND:NAME=VALUE"
    todo = "write step:NAME=@FILE.json, prompt:NAME=FILE or model:NAME=ALIAS"


class SetKind(BadSetOption):
    """A --set of an unknown kind."""

    what = "--set {text}: '{kind}' is not step, prompt or model"
    todo = "write step:NAME=@FILE.json, prompt:NAME=FILE or model:NAME=ALIAS"


class SetValue(BadSetOption):
    """A --set whose value is no JSON, or whose file cannot be read."""

    what = "--set {text}: the value cannot be read ({detail})"
    todo = "give JSON, or @FILE.json with JSON in it"


class NoModelFound(UsageError):
    """Neither a server nor a key."""

    what = "no model server answers on this machine, and no provider's key is in the environment"
    todo = "start Ollama, LM Studio, llama-server or vLLM, set a key such as {example}, or name one: --preset {presets}"


class UnknownPreset(UsageError):
    """A preset that is not in the list."""

    what = "there is no preset '{name}'{near}"
    todo = "there are: {known}"


class ModelNotNamed(UsageError):
    """Nothing says which model of the server is meant."""

    what = "{title} does not say which models it has"
    todo = "name one: --model NAME"


class AliasTaken(UsageError):
    """A model is there under this name."""

    what = "[models.{name}] is there already ({model})"
    todo = "give another name with --as, or replace it with --yes"


class ModelNotWritten(LoomworkError):
    """The test call failed, so the settings stay as they were."""

    what = "the test call failed, and loomwork.toml stays as it was: {failure}"
    todo = "mend that and run it again, or write the settings without a test: --untested"
    exit_code = 1


class Interrupted(LoomworkError):
    """The person stopped the command."""

    what = "stopped"
    todo = "what was finished is kept, and the next run continues"
    exit_code = 130


class FileTrouble(LoomworkError):
    """The system refused a file."""

    what = "{path}: {detail}"
    todo = "check that it exists and that you may read and write it"
    exit_code = 1


class CodeFailed(LoomworkError):
    """The application's own code raised, outside of any item."""

    what = "{place}: {kind}: {detail}"
    todo = "mend the code, or see the whole traceback with --debug"
    on_page = "mend the code"
    exit_code = 1


class TraceNotReplayed(UsageError):
    """The trace is there, but no recorded call of a step of this project began it."""

    what = (
        "trace {trace} cannot be replayed: it begins with {name}, and no call of a step of this project is kept for it"
    )
    todo = "replay a trace that `loomwork run` made; `loomwork trace list` shows them"
    on_page = "open a trace of a run"


class ScoreNotReplayed(TraceNotReplayed):
    """What a scorer did is scored again, not replayed."""

    what = "trace {trace} is a scorer's: a score cannot be replayed"
    todo = "score the run again with `loomwork eval --run RUN --scorer ...`"
    on_page = "score the run again"


class Unexpected(LoomworkError):
    """Something that no message was written for."""

    what = "{kind}: {detail}"
    todo = "run it again with --debug to see where it happened"
    on_page = ""
    exit_code = 1


__all__ = [
    "AliasTaken",
    "BadSetOption",
    "CodeFailed",
    "DataFormat",
    "DataIsArray",
    "DataIsSheet",
    "DataIsTable",
    "FileTaken",
    "FileTrouble",
    "Interrupted",
    "MissingArgument",
    "MissingOption",
    "ModelNotNamed",
    "ModelNotWritten",
    "NeedsYes",
    "NoDocuments",
    "NoModelFound",
    "NoRunsYet",
    "NoScorers",
    "NoSuchFile",
    "NoSuchFolder",
    "NobodyNamed",
    "NothingToPair",
    "OneOf",
    "RunOrTarget",
    "RunsOrTraffic",
    "ScoreNotReplayed",
    "SetForm",
    "SetKind",
    "SetValue",
    "SomethingElse",
    "TooManyWords",
    "TraceNotReplayed",
    "Unexpected",
    "UnknownCommand",
    "UnknownLanguage",
    "UnknownOption",
    "UnknownPreset",
    "ValueMissing",
    "ValueUnwanted",
    "VariableUnset",
    "WholeNumber",
    "WholeNumberBetween",
    "WholeNumberFrom",
    "WrongValue",
]
