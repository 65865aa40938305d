"""Fill a template in: strict, with fuel, no files, a size limit, no escaping. Knows nothing of prompts or messages."""

from collections.abc import Mapping
from typing import Protocol

from minijinja import Environment, TemplateError, pass_state

from loomwork.kernel.errors.prompts import (
    PromptTooLarge,
    TemplateFailed,
    TemplateSyntax,
    TemplateTooCostly,
    UnprintableValue,
)
from loomwork.prompts.filters import FILTERS, MOST_TEXT, NoText, TooMuchText, text_of
from loomwork.prompts.language import FUNCTIONS, bounded, check, longest_text, optional_names

FUEL = 200_000
"""Instructions of one rendering: some ten thousand passages in a loop."""
MOST_LOOPED_TEXT = 256_000_000
"""Characters that plain text inside loops may write before fuel runs out."""
_NO_FUNCTIONS = ("namespace", "debug", "cycler", "joiner")


class Template:
    """One template text with the variables that it asks for."""

    __slots__ = ("_env", "_file", "_line", "_source", "needed", "variables")

    def __init__(self, source: str, *, file: str, line: int = 1) -> None:
        """Parse `source`, which begins on `line` of `file`. Raises `TemplateSyntax`, `TemplateForbidden`."""
        self._source = source
        self._file = file
        self._line = line
        env = _environment(min(FUEL, MOST_LOOPED_TEXT // (longest_text(source) + 1)))
        try:
            names = env.undeclared_variables_in_str(source)
        except TemplateError as bad:
            raise self._syntax(bad) from None
        check(source, file=file, line=line)
        self.variables = frozenset(names - set(FUNCTIONS))
        """Every name that the template reads from outside."""
        self.needed = self.variables - optional_names(source)
        """Those without which it cannot be filled in."""
        try:
            env.add_template(file, bounded(source))
        except TemplateError as bad:
            raise self._syntax(bad) from None
        self._env = env

    def render(self, values: Mapping[str, object]) -> str:
        """Return the text. Raises `TemplateFailed`, `TemplateTooCostly`, `PromptTooLarge`, `UnprintableValue`."""
        try:
            text = self._env.render_template(self._file, **{n: v for n, v in values.items() if n in self.variables})
        except TooMuchText:
            raise PromptTooLarge(file=self._file, limit=f"{MOST_TEXT:,}") from None
        except NoText as bad:
            raise UnprintableValue(file=self._file, type=bad.type_name) from None
        except TemplateError as bad:
            if bad.kind == "OutOfFuel":
                raise TemplateTooCostly(file=self._file, line=self._at(bad), fuel=f"{self._env.fuel:,}") from None
            raise TemplateFailed(
                file=self._file, line=self._at(bad), reason=bad.detail or bad.message, source=self._text_at(bad)
            ) from None
        except (TypeError, ValueError, AttributeError) as bad:  # a filter was given what it cannot take
            where = {"line": self._line, "source": self._source.strip().split("\n", 1)[0][:120]}
            raise TemplateFailed(file=self._file, reason=str(bad), **where) from bad
        if len(text) > MOST_TEXT:
            raise PromptTooLarge(file=self._file, limit=f"{MOST_TEXT:,}")
        return text

    def _syntax(self, bad: TemplateError) -> TemplateSyntax:
        reason = bad.detail or bad.message
        return TemplateSyntax(file=self._file, line=self._at(bad), reason=reason, source=self._text_at(bad))

    def _at(self, bad: TemplateError) -> int:
        return self._line + (bad.line or 1) - 1

    def _text_at(self, bad: TemplateError) -> str:
        lines = self._source.split("\n")
        line = (bad.line or 1) - 1
        return lines[line].strip()[:120] if line < len(lines) else ""


class _Scratch(Protocol):
    """What one rendering remembers (minijinja's `State`)."""

    def get_temp(self, name: str, default: int = 0) -> int: ...
    def set_temp(self, name: str, value: int) -> object: ...


@pass_state
def _counted(state: _Scratch, value: object) -> str:
    """Turn what a tag prints into text and count it, so that no loop prints more than a prompt may hold."""
    text = text_of(value)
    written = state.get_temp("written", 0) + len(text)
    if written > MOST_TEXT:
        raise TooMuchText
    state.set_temp("written", written)
    return text


def _environment(fuel: int) -> Environment:
    env = Environment(
        filters=FILTERS,
        fuel=fuel,
        undefined_behavior="strict",
        auto_escape_callback=lambda _name: None,
        finalizer=_counted,
        pycompat=False,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in _NO_FUNCTIONS:
        env.remove_global(name)
    return env
