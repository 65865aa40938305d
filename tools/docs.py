"""Generate what is generated in docs/, and run the examples that documents mark as such.

`python tools/docs.py` writes docs/reference/cli*.md and runs the examples; `--check` only says whether the written
files are up to date; `--examples` only runs the examples.

An example is a fenced `console` block behind a line `<!-- run -->`. Each line that begins with `$ ` is run in a
temporary folder, which the blocks of one document share in their order, and must end with code 0 (or the N of
`<!-- run: exit N -->`). The other lines of the block must appear in what the commands print, in that order; `...`
stands for anything. A fenced block behind `<!-- file: NAME -->` is written to that file first.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

from loomwork.cli.helping import Line, arguments_of, common_of, describe, examples_of, options_of, usage_of
from loomwork.cli.tree import COMMANDS, FIRST, find, load
from loomwork.telling.words import Language, Words

ROOT = Path(__file__).resolve().parent.parent
PAGES: dict[Language, str] = {"en": "docs/reference/cli.md", "zh": "docs/reference/cli.zh-CN.md"}
_BLOCK = re.compile(r"^<!-- (run(?:: exit \d+)?|file: \S+) -->\n+```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SECRETS = re.compile(r"_(KEY|TOKEN|SECRET)$")
_PATIENCE_S = 120


class Block(NamedTuple):
    """A marked block of a document."""

    line: int
    mark: str
    text: str


def commands(table: dict[str, Any] = COMMANDS, path: str = "") -> Iterator[str]:
    """Yield every command, those that one meets first before the others."""
    names = [*(name for name in FIRST if name in table), *(name for name in table if name not in FIRST)]
    for name in names:
        below: Any = table[name]
        here = f"{path} {name}".strip()
        if isinstance(below, dict):
            yield from commands(cast("dict[str, Any]", below), here)
        else:
            yield here


def page(language: Language) -> str:
    """Return the reference of the command line."""
    words = Words(language)
    parts = [f"<!-- {words('docs.generated')} -->", f"# {words('docs.title')}", words("docs.intro")]
    some: Any = load(words, find(["run"]))
    parts += [f"## {words('help.common_options')}", _table(common_of(some, words), words)]
    for path in commands():
        command: Any = load(words, find(path.split()))
        parts += [f"## loomwork {path}", words(f"help.{path}"), f"```\n{usage_of(command, path, words)}\n```"]
        lines = [*arguments_of(command, words), *options_of(command, words)]
        parts += [_table(lines, words)] if lines else []
        examples = examples_of(path)
        parts += ["```console\n" + "\n".join(f"$ {each}" for each in examples) + "\n```"] if examples else []
        assert describe(command, words, path)
    return "\n\n".join(parts) + "\n"


def _table(lines: list[Line], words: Words) -> str:
    rows = [f"| {words('docs.word')} | {words('docs.meaning')} |", "|---|---|"]
    rows += [f"| `{_cell(form)}` | {_cell(text)} |" for form, text in lines]
    return "\n".join(rows)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def stale() -> list[str]:
    """Return the generated files that differ from what would be generated."""
    return [
        name
        for language, name in PAGES.items()
        if not (ROOT / name).exists() or (ROOT / name).read_text("utf-8") != page(language)
    ]


def documents() -> list[Path]:
    """Return the documents that may hold examples."""
    return sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*/README*.md")])


def blocks(text: str) -> list[Block]:
    """Return the marked blocks of a document, in order."""
    return [
        Block(text[: found.start()].count("\n") + 1, found[1], found[3])
        for found in _BLOCK.finditer(text)
        if found[1].startswith("file: ") or found[2] == "console"
    ]


def run_examples(path: Path) -> list[str]:
    """Run a document's examples in a folder of their own and return what is wrong with them."""
    found = blocks(path.read_text("utf-8"))
    problems: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for block in found:
            if block.mark.startswith("file: "):
                target = Path(folder) / block.mark.removeprefix("file: ")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(block.text, encoding="utf-8")
            else:
                where = f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name}:{block.line}"
                problems += [f"{where}: {problem}" for problem in _run(block, Path(folder), path)]
    return problems


def _run(block: Block, folder: Path, path: Path) -> Iterator[str]:
    """Run the commands of one block and compare what they print with what the document shows."""
    wanted = int(block.mark.rpartition(" ")[2]) if "exit" in block.mark else 0
    printed = ""
    for line in block.text.splitlines():
        if not line.startswith("$ "):
            continue
        done = subprocess.run(
            line[2:], shell=True, cwd=folder, env=_environment(path), capture_output=True, text=True,
            encoding="utf-8", timeout=_PATIENCE_S, check=False,
        )  # fmt: skip
        printed += done.stdout + done.stderr
        if done.returncode != wanted:
            yield f"`{line[2:]}` ended with {done.returncode}, not {wanted}:\n{done.stdout}{done.stderr}"
            return
    at = 0
    for line in block.text.splitlines():
        if line.startswith("$ ") or not line.strip():
            continue
        pattern = ".*".join(re.escape(" ".join(piece.split())) for piece in line.split("..."))
        found = re.compile(pattern).search(_flat(printed), at)
        if found is None:
            yield f"the commands do not print (there, or at all): {line}\nthey print:\n{printed}"
            return
        at = found.end()


def _flat(text: str) -> str:
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def _environment(path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _SECRETS.search(name)}
    language = "zh_CN.UTF-8" if ".zh-CN" in path.name else "en_US.UTF-8"
    here = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    for name in [name for name in kept if name.startswith(("LOOMWORK_", "LC_"))]:
        del kept[name]
    return kept | {"PATH": here, "LANG": language, "PYTHONIOENCODING": "utf-8"}


def main() -> int:
    """Do what the arguments say."""
    wanted = set(sys.argv[1:])
    if wanted - {"--check", "--examples"}:
        print(__doc__)
        return 2
    if "--check" in wanted:
        old = stale()
        print("\n".join(f"{name} is not up to date: run `make docs`" for name in old))
        return 1 if old else 0
    if not wanted:
        for language, name in PAGES.items():
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(page(language), encoding="utf-8")
    problems = [problem for path in documents() for problem in run_examples(path)]
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
