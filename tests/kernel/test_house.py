"""The kernel holds values only: it opens nothing, and costs little to import."""

import ast
import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import loomwork.kernel

ROOT = Path(loomwork.kernel.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
INPUT_AND_OUTPUT = {
    "aiohttp", "ctypes", "fcntl", "ftplib", "glob", "http", "io", "logging", "mmap", "multiprocessing", "os",
    "pickle", "select", "shelve", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "tempfile", "urllib",
}  # fmt: skip
HARMLESS = {"os.register_at_fork"}
HEAVY = {"asyncio", "dataclasses", "numpy", "pathlib", "pydantic", "zoneinfo"}


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and [alias.name for alias in node.names] != ["register_at_fork"]:
            names |= {f"{node.module}.{alias.name}" for alias in node.names} - HARMLESS
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_of_the_kernel_does_input_or_output(file: Path) -> None:
    assert imported(file) & INPUT_AND_OUTPUT == set()
    calls = [node.func for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    assert not {func.id for func in calls if isinstance(func, ast.Name)} & {"open", "print", "input", "exec", "eval"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_examples_in_the_kernels_docstrings_hold(file: Path) -> None:
    results = doctest.testmod(importlib.import_module(module_of(file)))
    assert results.failed == 0


def module_of(file: Path) -> str:
    inner = ".".join(file.relative_to(ROOT).with_suffix("").parts)
    return f"loomwork.kernel.{inner}".removesuffix(".__init__")


def test_importing_the_whole_kernel_imports_nothing_heavy_and_is_quick() -> None:
    modules = [module_of(file) for file in FILES]
    script = (
        "import sys, time; began = time.process_time()\n"
        f"import {', '.join(modules)}\n"
        f"print(time.process_time() - began, *sorted({HEAVY!r} & set(sys.modules)))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout.split()
        for _ in range(3)
    ]
    assert runs[0][1:] == []
    assert min(float(seconds) for seconds, *_ in runs) < 0.25
