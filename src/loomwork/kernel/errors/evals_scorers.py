"""What can be wrong with the settings of the scorers that loomwork brings along.

LoomworkError
└── UsageError
    └── BadScorer
        ├── NotAChoice, SettingTooSmall, NotMarks
        ├── ScorerFileUnreadable, BadPattern, BadSchema
        ├── DrawsAreOne, PanelTooSmall
        └── BadAcceptedCall, JudgeNamesNone
"""

from loomwork.kernel.errors.evals import BadScorer


class NotAChoice(BadScorer):
    """A setting has a value that it cannot have."""

    what = "the scorer '{name}' does not know {setting}={given}"
    todo = "{setting} is one of: {known}"


class SettingTooSmall(BadScorer):
    """A number is too small for a setting."""

    what = "the scorer '{name}' cannot be used with {setting}={given}"
    todo = "{setting} is at least {least}"


class NotMarks(BadScorer):
    """A judge cannot give such marks."""

    what = "the scorer '{name}' cannot give marks up to {given}"
    todo = "marks is a whole number from {least} to {most}, or yes/no"


class ScorerFileUnreadable(BadScorer):
    """A file that a setting or a row names cannot be read."""

    what = "the scorer '{name}' cannot read {path} ({reason})"
    todo = "name a file relative to the project folder"


class BadPattern(BadScorer):
    """A regular expression is none."""

    what = "the scorer '{name}' cannot read the pattern {pattern} ({reason})"
    todo = "write it as Python's re reads it"


class BadSchema(BadScorer):
    """A JSON schema is none."""

    what = "the scorer '{name}' was given no JSON schema ({reason})"
    todo = "see https://json-schema.org for its form"


class DrawsAreOne(BadScorer):
    """Several draws without a temperature are one."""

    what = "{draws} draws of the judge '{name}' would be one and the same"
    todo = "set temperature above 0, or draws=1"


class PanelTooSmall(BadScorer):
    """A panel needs several models."""

    what = "the panel has {count} models"
    todo = "name two or more: models=[...]"


class BadAcceptedCall(BadScorer):
    """What is expected of tool calls cannot be read."""

    what = "{given} is no accepted call"
    todo = 'write {{"name": {{"argument": [values]}}}} or {{"name": "...", "arguments": {{...}}}}'


class JudgeNamesNone(BadScorer):
    """What a judge said names neither answer."""

    what = "the judge names neither answer: {said}"
    todo = "ask it to end with the better one, as in: Answer 1"


__all__ = [
    "BadAcceptedCall",
    "BadPattern",
    "BadSchema",
    "DrawsAreOne",
    "JudgeNamesNone",
    "NotAChoice",
    "NotMarks",
    "PanelTooSmall",
    "ScorerFileUnreadable",
    "SettingTooSmall",
]
