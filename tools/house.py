"""House rules that no other tool holds: sizes, first lines, unexplained exceptions, addresses, machine paths."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES = 400
FUNCTION_LINES = 50
REGISTRY = re.compile(r"https?://[^\s\"']*(?:pypi|pythonhosted|npmjs|registry\.|deb\.debian)[^\s\"']*", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w./])/(?:work|root|home/[a-z]+)/[\w.-]+")
EXPLAINED = re.compile(r"#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore)(?:[:\[]\s*[\w, ]+\]?)?(?P<reason>.*)")
TEXT = {".py", ".md", ".toml", ".txt", ".json", ".jsonl", ".lock", ".yml", ".yaml", ".cfg", "", ".ts", ".tsx", ".css"}


def tracked() -> list[Path]:
    """Return the files that git tracks or would track."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def sizes(path: Path, text: str) -> Iterator[str]:
    """Modules and function bodies stay readable."""
    lines = text.count("\n")
    if lines > MODULE_LINES:
        yield f"{lines} lines (at most {MODULE_LINES}): make a folder with a name for each part"
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if length > FUNCTION_LINES:
                yield f"line {node.lineno}: {node.name} has {length} lines (at most {FUNCTION_LINES})"
    if path.name != "__main__.py" and not ast.get_docstring(tree):
        yield "no first line that says what lives here"


def suppressions(text: str) -> Iterator[str]:
    """An exception carries its reason."""
    for number, line in enumerate(text.splitlines(), 1):
        found = EXPLAINED.search(line)
        if found and len(found["reason"].strip(" -#:")) < 8:
            yield f"line {number}: an exception without a reason"


def addresses(path: Path, text: str) -> Iterator[str]:
    """No registry's host, no path of a machine."""
    for number, line in enumerate(text.splitlines(), 1):
        if REGISTRY.search(line):
            yield f"line {number}: names a registry's host"
        if MACHINE_PATH.search(line) and path.name != "house.py":
            yield f"line {number}: names a path of one machine"


def problems(path: Path) -> Iterator[str]:
    """Yield what is wrong with one file."""
    if path.suffix not in TEXT or path.stat().st_size > 2_000_000:
        return
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    relative = path.relative_to(ROOT)
    yield from addresses(path, text)
    if path.suffix == ".py" and relative.parts[0] in {"src", "tests", "tools"} and "apps" not in relative.parts:
        yield from suppressions(text)
        if relative.parts[0] == "src":
            yield from sizes(path, text)
        elif text.count("\n") > MODULE_LINES:
            yield f"{text.count(chr(10))} lines (at most {MODULE_LINES})"


def main() -> int:
    """Check every tracked file."""
    found = [f"{path.relative_to(ROOT)}: {problem}" for path in tracked() for problem in problems(path)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
