"""Draw the README's picture: a real session with examples/chain, in English and Chinese, nothing typed by hand.

`python tools/picture.py` runs the commands in a temporary copy and writes docs/images/run.svg and run.zh.svg.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 92
EDIT = ("tone: friendly", "tone: formal")
COMMANDS = (
    "loomwork run app:answer --data data/questions.jsonl",
    "edit",
    "loomwork plan app:answer --data data/questions.jsonl",
    "loomwork run app:answer --data data/questions.jsonl",
    "loomwork why",
)
FORMAT = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
  font-family: ui-monospace, Menlo, Consolas, "Noto Sans Mono CJK SC", monospace;
  font-size: {char_height}px; line-height: {line_height}px;
}}
.{unique_id}-title {{ font-size: 18px; font-family: ui-sans-serif, sans-serif; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}<g class="{unique_id}-matrix">{matrix}</g></g></svg>
"""


def session(folder: Path, language: str) -> list[tuple[str, str]]:
    """Run the commands in a copy of the example and return what each printed."""
    shutil.copytree(ROOT / "examples" / "chain", folder, ignore=shutil.ignore_patterns(".loomwork"))
    environment = os.environ | {"COLUMNS": str(WIDTH), "LOOMWORK_LANG": language, "NO_COLOR": "1"}
    shown: list[tuple[str, str]] = []
    for command in COMMANDS:
        if command == "edit":
            prompt = folder / "prompts" / "review.md"
            prompt.write_text(prompt.read_text(encoding="utf-8").replace(*EDIT), encoding="utf-8")
            shown.append((f"sed -i 's/{EDIT[0]}/{EDIT[1]}/' prompts/review.md", ""))
            continue
        words = [str(Path(sys.executable).with_name("loomwork")), *command.split()[1:]]
        done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=True)
        shown.append((command, re.sub(r" +$", "", done.stdout + done.stderr, flags=re.MULTILINE).rstrip()))
    return shown


def draw(shown: list[tuple[str, str]], path: Path) -> None:
    """Write the session as a picture without anything fetched from elsewhere."""
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - one line of a tool
    for command, output in shown:
        console.print(Text("$ ", style="green") + Text(command, style="bold"))
        if output:
            console.print(Text(output))
        console.print()
    console.save_svg(str(path), title="loomwork", code_format=FORMAT, unique_id="loomwork")


def main() -> int:
    """Draw both pictures."""
    for language, name in (("en", "run.svg"), ("zh", "run.zh.svg")):
        with tempfile.TemporaryDirectory() as scratch:
            draw(session(Path(scratch) / "chain", language), ROOT / "docs" / "images" / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
