"""The rules that a machine holds: `make check`. Runs every rule, prints one line each, ends non-zero on any failure."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "lint (ruff)": [str(BIN / "ruff"), "check", "."],
    "format (ruff)": [str(BIN / "ruff"), "format", "--check", "."],
    "types (basedpyright strict)": [str(BIN / "basedpyright")],
    "floors (import-linter)": [str(BIN / "lint-imports"), "--no-cache"],
    "dependencies (deptry)": [str(BIN / "deptry"), "src"],
    "sizes, texts and paths": [sys.executable, "tools/house.py"],
    "generated files": [sys.executable, "tools/docs.py", "--check"],
}


def main() -> int:
    """Run the checks named on the command line, or all."""
    wanted = sys.argv[1:]
    failed: list[str] = []
    for name, command in CHECKS.items():
        if wanted and not any(word in name for word in wanted):
            continue
        began = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)")
        if done.returncode != 0:
            failed.append(name)
            print((done.stdout + done.stderr).rstrip()[-8000:])
    if failed:
        print(f"\nmake check: {len(failed)} failed: {', '.join(failed)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
