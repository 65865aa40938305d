"""Commands begin quickly: what each one imports, and how `--help` compares with a bare Python."""

import os
import subprocess
import sys
import time

import pytest

from tests.cli.conftest import Shell, environment

HEAVY = {
    "aiohttp", "jsonschema", "minijinja", "msgspec", "numpy", "opentelemetry", "pydantic", "pydantic_settings", "rich",
    "tomlkit", "typer", "zstandard", "asyncio",
}  # fmt: skip
TIMES_PYTHON = 8
"""How much CPU time `--help` may take beside `python -c pass`: measured 2 to 4."""


def imported(shell: Shell, *words: str) -> set[str]:
    """Return the top names that a command imports."""
    code = (
        "import sys; from loomwork.cli.main import run; code = run(sys.argv[1:]); sys.stdout.flush();"
        "sys.stderr.write('\\nIMPORTED ' + ' '.join({name.split('.')[0] for name in sys.modules})); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=shell.folder, env=environment({}), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return set(done.stderr.rpartition("IMPORTED ")[2].split())


def test_the_overview_imports_nothing_heavy(shell: Shell):
    assert imported(shell, "--help") & HEAVY == set()
    assert imported(shell, "trace") & HEAVY == set()


def test_help_of_a_command_imports_only_the_option_parser(shell: Shell):
    assert imported(shell, "run", "--help") & HEAVY <= {"typer", "pydantic", "asyncio", "msgspec"}


def test_a_run_without_models_imports_no_library_that_it_does_not_use(app: Shell):
    unused = {"aiohttp", "jsonschema", "numpy", "opentelemetry", "rich", "tomlkit"}
    assert imported(app, "run", "app:main", "--data", "data.jsonl") & unused == set()
    assert imported(app, "plan", "app:main", "--data", "data.jsonl") & unused == set()
    assert imported(app, "why") & unused == set()


@pytest.mark.parametrize("words", [("trace", "list"), ("store", "size"), ("data", "show", "data.jsonl")])
def test_looking_at_the_store_imports_no_model_and_no_terminal_library(app: Shell, words: tuple[str, ...]):
    unused = {"aiohttp", "jsonschema", "minijinja", "numpy", "opentelemetry", "rich", "tomlkit"}
    assert imported(app, *words) & unused == set()


def test_the_overview_costs_a_few_times_a_bare_python(shell: Shell):
    def seconds(*arguments: str) -> float:
        """Return the least CPU time of some tries: what other programs do meanwhile does not count."""
        return min(_cpu([sys.executable, *arguments], shell) for _ in range(5))

    bare = seconds("-c", "pass")
    overview = seconds("-m", "loomwork.cli.main", "--help")
    sys.stderr.write(f"\n--help: {1000 * overview:.0f} ms of CPU (python -c pass: {1000 * bare:.0f} ms)\n")
    assert overview < max(TIMES_PYTHON * bare, 0.3)


def _cpu(command: list[str], shell: Shell) -> float:
    before = os.times()
    began = time.perf_counter()
    subprocess.run(command, cwd=shell.folder, env=environment({}), capture_output=True, check=True)
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return spent if spent > 0 else time.perf_counter() - began
