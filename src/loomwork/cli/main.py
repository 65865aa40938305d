"""The command line's front door: language, errors to words, exit codes. Knows no command's work."""

from __future__ import annotations

import json
import os
import sys

from loomwork.cli.text import Words, choose_language
from loomwork.cli.tree import find, load, overview
from loomwork.kernel.errors.base import LoomworkError

INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. No traceback reaches a person unless they ask with --debug."""
    words = Words(choose_language(arguments))
    if "--debug" in arguments or os.environ.get("LOOMWORK_DEBUG"):
        return _call(words, arguments)
    try:
        return _call(words, arguments)
    except KeyboardInterrupt:
        sys.stderr.write(words("interrupted") + "\n")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # shown in words: the front door is where tracebacks end
        return _tell(words, error, form="json" if "--json" in arguments else "text")


def _call(words: Words, arguments: list[str]) -> int:
    if arguments == ["--version"]:
        from loomwork import __version__

        sys.stdout.write(f"loomwork {__version__}\n")
        return 0
    wanted = find(arguments)
    if not wanted.place:
        sys.stdout.write(overview(words, wanted.path) + "\n")
        return 0
    outcome = load(words, wanted)(args=wanted.rest, prog_name=f"loomwork {wanted.path}", standalone_mode=False)
    return outcome if isinstance(outcome, int) else 0


def _tell(words: Words, error: Exception, *, form: str) -> int:
    """Print an error for a person (and, with --json, one object for a program); return the exit code."""
    code, todo = 1, words("unexpected.todo")
    if isinstance(error, LoomworkError):
        code = error.exit_code
        what, todo = words.error(error)
    elif type(error).__module__.startswith("typer"):  # the command's words are off
        code = int(getattr(error, "exit_code", 2))
        what = str(getattr(error, "format_message", lambda: str(error))())
        context = getattr(error, "ctx", None)
        todo = words("usage.todo", command=context.command_path if context else "loomwork")
    else:
        place = _place(error)
        what = f"{type(error).__name__}: {error}" + (f" ({place})" if place else "")
    if form == "json":
        sys.stdout.write(json.dumps({"error": {"kind": type(error).__name__, "what": what, "todo": todo}}) + "\n")
    sys.stderr.write(f"{words('error')} {what}\n" + (f"  {words('error.todo')} {todo}\n" if todo else ""))
    return code


def _place(error: BaseException) -> str:
    """Return file:line of the innermost frame outside loomwork and the libraries: the person's own code."""
    place = ""
    trace = error.__traceback__
    ours = os.path.dirname(os.path.dirname(__file__))
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if not name.startswith((ours, "<frozen")) and f"{os.sep}lib{os.sep}python" not in name:
            place = f"{os.path.basename(name)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
