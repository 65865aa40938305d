"""The command line's front door: language, errors to words, exit codes. Knows no command's work."""

from __future__ import annotations

import json
import os
import sys
import traceback

from loomwork.cli.tree import Wanted, find, load, overview
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.cli import CodeFailed, FileTrouble, Interrupted, Unexpected
from loomwork.telling.words import Words, choose_language


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code. No traceback reaches a person unless they ask with --debug."""
    words = Words(choose_language(arguments))
    try:
        return _call(words, arguments)
    except KeyboardInterrupt:
        return _tell(words, Interrupted(), arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # the front door is where tracebacks end
        if "--debug" in arguments or os.environ.get("LOOMWORK_DEBUG"):
            traceback.print_exc()
        return _tell(words, error if isinstance(error, LoomworkError) else _ours(error), arguments)


def _call(words: Words, arguments: list[str]) -> int:
    if arguments == ["--version"]:
        from loomwork import __version__

        sys.stdout.write(f"loomwork {__version__}\n")
        return 0
    wanted = find(arguments)
    if not wanted.place:
        sys.stdout.write(overview(words, wanted.path) + "\n")
        return 0
    return _carry_out(words, wanted)


def _carry_out(words: Words, wanted: Wanted) -> int:
    from loomwork.cli import usage

    name = f"loomwork {wanted.path}"
    command = load(words, wanted)
    try:
        outcome = command(args=wanted.rest, prog_name=name, standalone_mode=False)
    except Exception as error:
        if usage.is_usage(error) and type(error).__name__ not in ("Abort", "Exit"):
            raise usage.told(error, name, command.params) from None
        if type(error).__name__ == "Abort":  # a question left with Ctrl-C or at the end of input
            raise Interrupted from None
        raise
    return outcome if isinstance(outcome, int) else 0


def _tell(words: Words, error: LoomworkError, arguments: list[str]) -> int:
    """Print an error for a person (and, with --json, one object for a program); return the exit code."""
    if "--json" in arguments:
        sys.stdout.write(json.dumps(words.as_json(error), ensure_ascii=False) + "\n")
    sys.stderr.write(words.complaint(error) + "\n")
    return error.exit_code


def _ours(error: Exception) -> LoomworkError:
    """Return our error for one that nobody expected."""
    from loomwork.flow.places import place_of

    place = place_of(error)
    kind, detail = type(error).__name__, str(error)
    if place:
        return CodeFailed(place=place, kind=kind, detail=detail)
    if isinstance(error, OSError) and error.filename is not None:
        return FileTrouble(path=str(error.filename), detail=error.strerror or detail)
    return Unexpected(kind=kind, detail=detail)


if __name__ == "__main__":
    main()
