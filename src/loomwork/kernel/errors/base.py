"""The root of every error that loomwork raises on purpose. Knows nothing of where an error is shown."""

from typing import ClassVar


class LoomworkError(Exception):
    """Something a person can act on.

    A subclass states `what` is wrong and what `todo` about it as format strings over its fields. The English text
    lives here, on the class; the Chinese text lives in the locale files of `telling` under `ClassName.what` and
    `ClassName.todo` (and `ClassName.on_page`, where a page tells another thing to do), and a test holds the two
    together. `exit_code` is what a command ends with.

    >>> class Lost(LoomworkError):
    ...     what = "'{name}' is lost"
    ...     todo = "look under the table"
    >>> str(Lost(name="key"))
    "'key' is lost: look under the table"
    """

    what: ClassVar[str] = "something went wrong"
    todo: ClassVar[str] = ""
    on_page: ClassVar[str | None] = None
    """What to do where the reader has a page before them and types no command; None: `todo` serves there, too."""
    exit_code: ClassVar[int] = 2
    retryable: ClassVar[bool] = False

    def __init__(self, **fields: object) -> None:
        self.fields: dict[str, object] = fields
        super().__init__(self.describe())

    def describe(self) -> str:
        """The English sentence: what is wrong, then what to do."""
        what = self.what.format_map(self.fields)
        todo = self.todo.format_map(self.fields)
        return f"{what}: {todo}" if todo else what

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross process borders as their class and fields."""
        return (_rebuild, (type(self), self.fields))


def _rebuild(cls: type[LoomworkError], fields: dict[str, object]) -> LoomworkError:
    return cls(**fields)


class UsageError(LoomworkError):
    """The caller's words, files or settings are off: nothing was done."""


class SetupError(UsageError):
    """What the application is set up with is off: every other item would fail alike, so a run stops at the first."""


class DefectError(LoomworkError):
    """loomwork itself is wrong; the message asks for a report."""

    what = "loomwork met a state it should never be in ({detail})"
    todo = "please report this with the output of `loomwork doctor --json`"
    exit_code = 1


__all__ = [
    "DefectError",
    "LoomworkError",
    "SetupError",
    "UsageError",
]
