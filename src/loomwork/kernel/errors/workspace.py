"""What can be wrong with loomwork.toml, the environment around it, and the opening of a project."""

from typing import cast

from loomwork.kernel.errors.base import UsageError
from loomwork.kernel.errors.phrases import Nothing


class SettingsError(UsageError):
    """One thing that is wrong; fields `file` and `line` say where (line 0: a variable of that name)."""

    what = "a setting is off"


class UnknownSetting(SettingsError):
    """A key that means nothing."""

    what = "{place}: '{key}' is no setting{near}"
    todo = "known here: {known}"


class WrongSetting(SettingsError):
    """A value of the wrong kind."""

    what = "{place}: '{key}' = {given} is wrong: {reason}"
    todo = "change the value"


class MissingSetting(SettingsError):
    """A key that a table cannot do without."""

    what = "{place}: [{table}] lacks '{key}'"
    todo = "add {key} = ... to [{table}]"


class SecretInSettings(SettingsError):
    """A secret stands in the file, where it would be committed and shown."""

    what = "{place}: '{key}' holds a secret in plain text"
    todo = "{advice}"


class BadToml(SettingsError):
    """The file is no TOML."""

    what = "{place}: this is no TOML ({reason})"
    todo = "correct the line; text stands in quotes, tables in [brackets]"


class UnknownSettingVariable(SettingsError):
    """A LOOMWORK_ variable overrides nothing."""

    what = "the environment variable {name} overrides no setting{near}"
    todo = "unset it, or correct the name: LOOMWORK_TABLE__KEY; tables: {known}"


class WrongSettings(UsageError):
    """Everything that is wrong with the settings, at once, in `problems`."""

    what = "wrong settings ({count}); nothing was done:\n{listed}"

    @property
    def problems(self) -> tuple[SettingsError, ...]:
        """Each problem by itself."""
        return cast("tuple[SettingsError, ...]", self.fields["problems"])


class NoProjectHere(UsageError):
    """A folder that should hold a project does not exist."""

    what = "there is no folder {path}"
    todo = "give an existing folder with --project, or make one with `loomwork init {path}`"


class StoreFolderUnusable(UsageError):
    """The store's folder cannot be made or written."""

    what = "the folder {path} for the store cannot be used ({reason})"
    todo = "make it writable, or choose another place with --store or [store] url"


class FileExists(UsageError):
    """A new project would overwrite files."""

    what = "{path} exists already in {folder}"
    todo = "choose another folder, or move that away first; nothing was written"


class NoSuchPrompt(UsageError):
    """A prompt is asked for by a name that none has."""

    what = "no prompt is called '{name}'{near}"
    todo = "known here: {known} (loomwork prompt list)"

    def __init__(self, **fields: object) -> None:
        super().__init__(**{"known": Nothing(), **fields})


__all__ = [
    "BadToml",
    "FileExists",
    "MissingSetting",
    "NoProjectHere",
    "NoSuchPrompt",
    "SecretInSettings",
    "SettingsError",
    "StoreFolderUnusable",
    "UnknownSetting",
    "UnknownSettingVariable",
    "WrongSetting",
    "WrongSettings",
]
