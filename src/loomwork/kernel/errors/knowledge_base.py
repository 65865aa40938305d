"""What can go wrong with a knowledge base as a whole: its name, its settings, its sources.

UsageError
├── UnknownKnowledge      no base of this name
├── NoSources             a base without anything to read
├── SourceMissing         a source that is not there; nothing was changed
├── BadDictionary         a dictionary that cannot be read
├── NoReadersFunction     a function that is to say who may read what, and is not there
├── NoSuchDocument        a document that is not in the index
├── NotForThisBase        an option that this base cannot follow
├── BadQueries            a file of queries that cannot be read
├── NothingAsked          a question without a word
├── QuestionTooLong       more than a question
├── BadDay                a day that is none
├── UnknownFilterField    a filter on what no document has
└── MalformedFilter       a filter that cannot be read
"""

from loomwork.kernel.errors.base import UsageError
from loomwork.kernel.errors.phrases import Nothing


class UnknownKnowledge(UsageError):
    """No knowledge base has this name."""

    what = "no knowledge base is called '{name}'{near}; known here: {known}"
    todo = 'add it to loomwork.toml: [knowledge.{name}] with sources = ["docs/"]'

    def __init__(self, **fields: object) -> None:
        super().__init__(**{"near": "", **fields, "known": fields.get("known") or Nothing()})


class NoSources(UsageError):
    """A base without anything to read."""

    what = "the knowledge base '{name}' has no sources"
    todo = 'add them to [knowledge.{name}] in loomwork.toml: sources = ["docs/"]'


class SourceMissing(UsageError):
    """A source that is not there. What was indexed of it stays: a folder that is not mounted is no reason to forget."""

    what = "the source '{source}' of the knowledge base '{name}' is not there; nothing was changed"
    todo = "correct `sources` in loomwork.toml, or bring it back ({path})"


class BadDictionary(UsageError):
    """A dictionary that cannot be read."""

    what = "the dictionary {path} cannot be used ({reason})"
    todo = 'write TOML: synonyms = [["k8s", "Kubernetes"]] and protected = ["knowledge base"]'


class NoReadersFunction(UsageError):
    """`readers` names a function that is not there."""

    what = "`readers` in loomwork.toml names a function that is not there: '{target}'{near}"
    todo = 'write "module:function", seen from the project folder, or a list of groups: readers = ["staff"]'


class NoSuchDocument(UsageError):
    """A document that is not in the index."""

    what = "there is no document '{doc}' in the knowledge base '{name}'{near}"
    todo = "list them with `loomwork knowledge status {name} --documents`"


class NotForThisBase(UsageError):
    """An option that this base cannot follow."""

    what = "the knowledge base '{name}' cannot be searched like this ({reason})"
    todo = "change `embedder` or `search` in [knowledge.{name}], or the option"


class BadQueries(UsageError):
    """A file of queries that cannot be read."""

    what = "line {line} of {path} is no query ({reason})"
    todo = 'write one object a line: {{"id": ..., "query": ...}}'


class NothingAsked(UsageError):
    """A question without a word."""

    what = "nothing was asked of the knowledge base '{name}': the question is empty"
    todo = "write what you want to know, in English or Chinese"


class QuestionTooLong(UsageError):
    """More than a question."""

    what = "the question has {length} characters; at most {limit} are taken"
    todo = "ask about one thing; a text to be searched belongs into the sources"


class BadDay(UsageError):
    """A day that is none."""

    what = "'{day}' is no day"
    todo = "write it as 2024-05-01 (or 2024-05, or 2024)"


class UnknownFilterField(UsageError):
    """A filter on what no document has, among those that the asker may see."""

    what = "no document in '{name}' has the field '{field}'{near}"
    todo = "fields here: {known}"


class MalformedFilter(UsageError):
    """A filter that cannot be read."""

    what = "'{said}' is no filter"
    todo = 'write FIELD=VALUE: language=zh, or with JSON in quotes: \'year={{"from": 2022}}\', \'team=["red", "blue"]\''


__all__ = [
    "BadDay",
    "BadDictionary",
    "BadQueries",
    "MalformedFilter",
    "NoReadersFunction",
    "NoSources",
    "NoSuchDocument",
    "NotForThisBase",
    "NothingAsked",
    "QuestionTooLong",
    "SourceMissing",
    "UnknownFilterField",
    "UnknownKnowledge",
]
