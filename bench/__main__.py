"""List the benches and run them, one after the other. Knows nothing of what they measure.

`python -m bench` runs all, `python -m bench --list` names them, `python -m bench edits` runs those named.
"""

import argparse
import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def benches() -> dict[str, str]:
    """Folders that can be run, with the first line of what they say about themselves."""
    found: dict[str, str] = {}
    for main in sorted(HERE.glob("*/__main__.py")):
        said = ast.get_docstring(ast.parse(main.read_text(encoding="utf-8"))) or ""
        found[main.parent.name] = said.partition("\n")[0]
    return found


def main() -> int:
    """Run what was asked for; 1 if a bench failed."""
    known = benches()
    parser = argparse.ArgumentParser(prog="python -m bench", description="The benches of this project.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; all if none is named")
    parser.add_argument("--list", action="store_true", help="only say which there are")
    options = parser.parse_args()
    unknown = sorted(set(options.names) - set(known))
    if unknown:
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(known)}")
    if options.list:
        for name, said in known.items():
            print(f"{name:10} {said}")
        return 0
    failed = []
    for name in options.names or known:
        print(f"== {name}: {known[name]}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=HERE.parent, check=False)
        failed += [name] if done.returncode else []
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
